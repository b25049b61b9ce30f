"""Form fields of the desk: rows chosen by name, lists of rows, days.

A row is chosen in a text field. With script it becomes a combobox that asks the admin's
autocomplete; without script the name itself is enough.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

MOST_NAMED = 5


def row_key(text: Any) -> int | None:
    """Returns the id that an address or a form names; None for anything that cannot be one.

    `isdigit` alone is true for "²" too, of which `int` makes nothing.
    """
    written = str(text or "")
    return int(written) if re.fullmatch(r"[0-9]{1,18}", written) else None


class RowWidget(forms.Widget):
    """A text field with the row's name, and a hidden one with the id that a combobox sets."""

    template_name = "desk/widgets/row.html"

    def __init__(self, field: RowField) -> None:
        super().__init__()
        self.row_field = field

    def __deepcopy__(self, memo: dict[int, Any]) -> RowWidget:
        copied = RowWidget(self.row_field)
        copied.attrs = self.attrs.copy()
        copied.is_required = self.is_required
        memo[id(self)] = copied
        return copied

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return (data.get(name) or "").strip(), (data.get(f"{name}_id") or "").strip()

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # The form renderer knows no templates of the project.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        text, key = self.row_field.as_pair(value)
        context["widget"].update(text=text, key=key, lookup=self.row_field.lookup_url())
        return context


class RowField(forms.Field):
    """One row of a model, found by id, else by its exact name, else by a part of its name.

    `names` are the columns that hold the name. `source` is the "app.model.field" through which
    the admin's autocomplete may be asked. With `may_be_new` an unknown name is given back as
    text.
    """

    def __init__(
        self,
        queryset: QuerySet[Any],
        *,
        names: tuple[str, ...] = ("name",),
        source: str = "",
        may_be_new: bool = False,
        **kwargs: Any,
    ) -> None:
        self.queryset = queryset
        self.names = names
        self.source = source
        self.may_be_new = may_be_new
        kwargs.setdefault("widget", RowWidget(self))
        super().__init__(**kwargs)

    @property
    def noun(self) -> str:
        return str(self.queryset.model._meta.verbose_name)

    def lookup_url(self) -> str:
        if not self.source:
            return ""
        app_label, model_name, field_name = self.source.split(".")
        query = {"app_label": app_label, "model_name": model_name, "field_name": field_name}
        return f"{reverse('admin:autocomplete')}?{urlencode(query)}"

    def as_pair(self, value: Any) -> tuple[str, str]:
        """Returns the text and the id that the two inputs show."""
        if isinstance(value, tuple):
            return value
        if isinstance(value, Model):
            return str(value), str(value.pk)
        if value and row_key(value) is not None:
            row = self._by_key(str(value))
            return (str(row), str(row.pk)) if row else ("", "")
        return str(value or ""), ""

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Model):
            return value
        text, key = self.as_pair(value)
        if not text:
            return None
        row = self._by_key(key)
        if row is not None and str(row) == text:
            return row
        return self._by_name(text)

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(f"Choose a {self.noun}.", code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.as_pair(initial)[0] != self.as_pair(data)[0]

    def _by_key(self, key: str) -> Any:
        pk = row_key(key)
        return None if pk is None else self.queryset.filter(pk=pk).first()

    def _by_name(self, text: str) -> Any:
        for lookup in ("iexact", "icontains"):
            condition = Q()
            for name in self.names:
                condition |= Q(**{f"{name}__{lookup}": text})
            rows = list(self.queryset.filter(condition)[: MOST_NAMED + 1])
            if len(rows) == 1:
                return rows[0]
            if rows and (lookup == "iexact" or not self.may_be_new):
                listed = "; ".join(str(row)[:80] for row in rows[:MOST_NAMED])
                raise ValidationError(
                    f"Several are called like this: {listed}. Write the whole name, or choose "
                    "one from the list.",
                    code="ambiguous",
                )
        if self.may_be_new:
            return text
        raise ValidationError(f"There is no {self.noun} called “{text[:80]}”.", code="unknown")


class RowsField(forms.Field):
    """Several rows, one name a line."""

    def __init__(
        self, queryset: QuerySet[Any], *, names: tuple[str, ...] = ("name",), **kwargs: Any
    ) -> None:
        self.one = RowField(queryset, names=names)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(str(row) for row in value)

    def to_python(self, value: Any) -> list[Any]:
        if not isinstance(value, str):
            return list(value or [])
        names = dict.fromkeys(line.strip() for line in value.splitlines() if line.strip())
        return list(dict.fromkeys(self.one.to_python((name, "")) for name in names))

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError("Name at least one.", code="required")


class DayField(forms.DateField):
    """A day, in the browser's own field; ISO without one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("error_messages", {"invalid": "Write the day as 2025-03-27."})
        super().__init__(**kwargs)


def area(rows: int = 3, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def choices(enum: Any, *, empty: str = "") -> list[tuple[str, str]]:
    """Returns the choices of an enum, with an empty one in front where its words are given."""
    return [("", empty), *enum.choices] if empty else list(enum.choices)
