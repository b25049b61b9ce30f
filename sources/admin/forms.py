"""Forms of the desk: every one carries the version it was read at, and keeps all text.

A stale save is shown side by side: what it was, what the other made of it, what you wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict

from sources.admin.fields import RowField, RowsField, row_key
from sources.diffs import Segment, word_diff
from sources.errors import Gap, Refused


@dataclass(frozen=True, slots=True)
class Merged:
    """One field that somebody else changed meanwhile, or that you did."""

    bound: BoundField
    original: str
    theirs: str
    yours: str
    changes: list[Segment]  # from theirs to yours

    @property
    def is_conflict(self) -> bool:
        return self.original not in (self.theirs, self.yours) and self.theirs != self.yours

    @property
    def pick_name(self) -> str:
        return f"pick-{self.bound.html_name}"


class DeskForm(forms.Form):
    """A form of the desk, known by its `name`; ids are the anchors that gaps point to.

    `values` are those of the row as it stands, `row_version` the row's version (0: no row yet).
    """

    data: Any  # a QueryDict, or a copy of one
    _bound_fields_cache: dict[str, BoundField]  # of Form, not in its stubs
    required_css_class = "required"
    use_required_attribute = False

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        name: str,
        values: Mapping[str, Any] | None = None,
        row_version: int = 0,
    ) -> None:
        # Not `name`: in a template `form.do` is the field that is called name.
        self.do = name
        self.row_version = row_version
        self.gaps: tuple[Gap, ...] = ()
        super().__init__(
            data, files, prefix=name, auto_id="%s", initial=dict(values or {}), label_suffix=""
        )

    # ---- versions ------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """The version that the person started from."""
        if not self.is_bound:
            return self.row_version
        return _number(self.data.get(f"{self.do}-version"), self.row_version)

    @property
    def version_name(self) -> str:
        return f"{self.do}-version"

    @property
    def was_name(self) -> str:
        return f"{self.do}-was"

    @property
    def was(self) -> str:
        """The texts of the fields as the person found them, as JSON for a hidden input."""
        if self.is_bound:
            return str(self.data.get(self.was_name) or "{}")
        return json.dumps({name: self.words_of(name) for name in self.fields}, ensure_ascii=False)

    # ---- texts ---------------------------------------------------------------------------

    def words_of(self, name: str) -> str:
        """Returns the row's value of a field as people read it."""
        return self._words(name, self.get_initial_for_field(self.fields[name], name))

    def written(self, name: str) -> str:
        """Returns what the person wrote, as people read it, valid or not."""
        field = self.fields[name]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return self._words(name, raw)

    def _words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, RowField):
            return field.as_pair(value)[0]
        if isinstance(field, RowsField):
            return str(field.prepare_value(value) or "").replace("\r\n", "\n").strip()
        if isinstance(field, forms.BooleanField):
            return "yes" if value else "no"
        if isinstance(field, forms.FileField):
            return ""
        if isinstance(field, forms.ChoiceField):
            held = value if isinstance(value, list | tuple) else [value]
            labels = dict(_flat(field.choices))
            keys = [str(getattr(key, "pk", key)) for key in held if key not in (None, "")]
            return ", ".join(labels.get(key, key) for key in keys)
        value = field.prepare_value(value)
        if isinstance(field, forms.DecimalField) and value not in (None, ""):
            return _plain_number(value)
        return str("" if value is None else value).replace("\r\n", "\n").strip()

    def readable(self) -> list[tuple[str, str]]:
        """Returns label and text of every field that has one, for a row that cannot change."""
        found = [(str(self[name].label), self.words_of(name)) for name in self.fields]
        return [(label, text) for label, text in found if text]

    def kept(self) -> list[tuple[str, str]]:
        """Returns label and text of everything that the person wrote."""
        found = [(str(self[name].label), self.written(name)) for name in self.fields]
        return [(label, text) for label, text in found if text]

    def prepare(self, address: str = "") -> None:
        """Does what takes long with a valid form, before the transaction that saves it begins.

        `address` is where the source was read, as far as the page knows. Raises `Refused`.
        """

    def hush(self) -> None:
        """Shows what was typed without judging it."""
        self._errors = ErrorDict()
        self.cleaned_data = {}

    # ---- refusals and merging -----------------------------------------------------------

    def refuse(self, refused: Refused) -> None:
        """Shows a refusal at its field, or on top where it has none here."""
        self.is_valid()
        field = refused.field if refused.field in self.fields else None
        self.gaps = () if field else refused.gaps
        self.add_error(field, ValidationError(sentence(str(refused)), code=refused.code))

    def merged(self) -> list[Merged]:
        """Returns the fields in which the original, theirs and yours are not all the same."""
        try:
            was = json.loads(self.was)
        except ValueError:
            was = {}
        was = was if isinstance(was, dict) else {}
        rows = []
        for name in self.fields:
            theirs, yours = self.words_of(name), self.written(name)
            original = str(was.get(name, theirs))
            if not original == theirs == yours:
                rows.append(Merged(self[name], original, theirs, yours, word_diff(theirs, yours)))
        return rows

    def for_merge(self) -> DeskForm:
        """Returns the form to save again: yours where you changed something, else theirs."""
        data = self.data.copy()
        data[self.version_name] = str(self.row_version)
        data[self.was_name] = json.dumps(
            {name: self.words_of(name) for name in self.fields}, ensure_ascii=False
        )
        for row in self.merged():
            if row.original == row.yours:
                self._take_theirs(data, row.bound.name)
        return self._again(data)

    def with_picks(self) -> DeskForm:
        """Returns the form with their text wherever the person picked it on the merge page."""
        picked = [
            name
            for name in self.fields
            if self.data.get(f"pick-{self.add_prefix(name)}") == "theirs"
        ]
        if not picked:
            return self
        data = self.data.copy()
        for name in picked:
            self._take_theirs(data, name)
        return self._again(data)

    def _again(self, data: Any) -> DeskForm:
        again = copy(self)
        again.data, again._errors = data, None  # type: ignore[assignment]  # as Form.__init__ does
        again._bound_fields_cache = {}
        return again

    def _take_theirs(self, data: Any, name: str) -> None:
        field, html_name = self.fields[name], self.add_prefix(name)
        value = self.get_initial_for_field(field, name)
        if isinstance(field, RowField):
            data[html_name], data[f"{html_name}_id"] = field.as_pair(value)
        elif isinstance(field, forms.BooleanField):
            data.pop(html_name, None)
            if value:
                data[html_name] = "on"
        elif isinstance(value, list | tuple) and not isinstance(field, RowsField):
            data.setlist(html_name, [str(getattr(item, "pk", item)) for item in value])
        else:
            prepared = field.prepare_value(value)
            data[html_name] = "" if prepared is None else str(prepared)


def sentence(words: str) -> str:
    """Returns the words of a refusal as a sentence."""
    words = words[:1].upper() + words[1:]
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _flat(choices: Any) -> Iterator[tuple[str, str]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(key), str(label)


def _number(text: Any, default: int) -> int:
    number = row_key(text)
    return default if number is None or number >= 10**9 else number


def _plain_number(value: Any) -> str:
    text = str(value).strip()
    return text.rstrip("0").rstrip(".") if "." in text else text
