"""Small questions that the pages of the desk share."""

from __future__ import annotations

from typing import Any

from sources.admin.fields import row_key
from sources.admin.forms import DeskForm
from sources.admin.source import cited_source, kept_snapshot
from sources.errors import Invalid, Refused
from sources.operations import find_source
from statements.intervals import number_words
from statements.models import Occurrence
from statements.vocabulary import Comparator


def look_up(form: DeskForm) -> dict[str, Any]:
    """Returns what is known about the address in a form: {"words", "source"}."""
    url = form.written("url")
    if not url:
        return {"words": "Paste an address first.", "source": None}
    try:
        source = find_source(url)
    except Refused as refused:
        return {"words": str(refused), "source": None}
    if source is None:
        return {"words": "This address is not known yet: its page will be fetched.", "source": None}
    count = source.snapshots.count()
    copies = f"{count} frozen cop{'y' if count == 1 else 'ies'}"
    return {"words": f"This address is known, with {copies}:", "source": source}


def source_and_copy(cleaned: dict[str, Any], *, by: Any) -> tuple[Any, Any, bool]:
    """Returns the source that a form chose or described, its new snapshot, and whether it is new."""
    if cleaned.get("source"):
        return cleaned["source"], kept_snapshot(cleaned["source"], cleaned, by=by), False
    if not (cleaned.get("url") or cleaned.get("title")):
        raise Invalid("choose a source, or paste its address", field="url")
    return cited_source(cleaned, by=by)


def number_values(row: Any, form_class: type[DeskForm]) -> dict[str, Any]:
    """Returns the values of a typed fact; bounds that a number implies are left out."""
    values = {name: getattr(row, name) for name in form_class.base_fields}
    if "comparator" in values and values["comparator"] != Comparator.BETWEEN:
        values["lower"] = values["upper"] = None
    for name in ("value", "lower", "upper"):
        if name in values and hasattr(values[name], "normalize"):
            values[name] = f"{values[name].normalize():f}"
    return values


def stated_words(row: Occurrence) -> str:
    """Returns the number as a statement has it: "at least 1,000", "20 to 30"; "" for none."""
    lower, upper = row.stated_lower, row.stated_upper
    if lower is None:
        return f"at most {number_words(upper)}" if upper is not None else ""
    if upper is None:
        return f"at least {number_words(lower)}"
    if lower == upper:
        return number_words(lower)
    return f"{number_words(lower)} to {number_words(upper)}"


def one(rows: Any, key: Any) -> Any:
    """Returns the row with this id among some rows; None for anything else."""
    pk = row_key(key)
    return None if pk is None else rows.filter(pk=pk).first()
