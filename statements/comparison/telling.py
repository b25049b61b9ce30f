"""A comparison in words for people, and as the plain document that is sealed and sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from statements.comparison.values import Comparison, Count, Counted, Run
from statements.intervals import bounds_words, number_words
from statements.vocabulary import Outcome


def sentences(comparison: Comparison) -> list[str]:
    """Returns what is found, run by run, whether it is robust, and what else is to be said."""
    unit = comparison.claimed.rule.unit
    told = [
        _sentence(run, unit, is_first=number == 0) for number, run in enumerate(comparison.runs)
    ]
    if comparison.is_robust is True:
        told.append("Robust: the answer is the same each way.")
    elif comparison.is_robust is False:
        told.append("Fragile: the answer depends on which way is right.")
    return [*dict.fromkeys(told), *comparison.notes]


def _sentence(run: Run, unit: str, *, is_first: bool) -> str:
    """Returns one run: "1,297 drones in 9 of 9 nights, ending on 19 to 27 March: compatible."."""
    answer = Outcome(run.outcome).label.lower()
    start = f"with {run.edge}: " if run.edge else ""
    if run.bounds is not None and run.coverage is not None and run.coverage.known:
        days = run.period_words.removeprefix("the nights ").removeprefix("the night ")
        start = f"with {run.edge} it is " if run.edge else ""
        what = f" {unit}" if is_first or not run.edge else ""
        answer = f"{number_of(run)}{what} in {run.coverage.words}, {days}: {answer}"
    dated = f"{run.dated}: " if run.dated else ""
    return _capital(f"{dated}{start}{answer}. {run.why}".strip())


def number_of(run: Run) -> str:
    """Returns the number of a run in words: "1,297", "at least 870", "1,297 (1,200 to 1,350)"."""
    if run.bounds is None:
        return ""
    words = bounds_words(run.bounds)
    is_whole = run.coverage is not None and run.coverage.is_whole
    if run.number is None or not is_whole or words == number_words(run.number):
        return words
    return f"{number_words(run.number)} ({words})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ---- the document ---------------------------------------------------------------------------


def as_document(comparison: Comparison) -> dict[str, Any]:
    """Returns a comparison as JSON keeps it for ever: what was held against what, and each count.

    A count is there once, also where several runs use it: those between `first` and `last`.
    """
    against = comparison.against
    counted: dict[str, Any] = {
        "series": against.key if isinstance(against, Counted) else "",
        "name": against.name if isinstance(against, Counted) else "",
        "measure": against.rule.code,
        "measure_name": against.rule.name,
        "counter": against.counter,
        "place": against.place.name if against.place else "",
    }
    if isinstance(against, Counted):
        counted |= {
            "granularity": against.granularity,
            "time_zone": against.time_zone,
            "includes": against.includes,
        }
    return {
        "claimed": comparison.claimed.words,
        "against": counted,
        "outcome": str(comparison.outcome),
        "label": comparison.label,
        "reasons": [str(reason) for reason in comparison.reasons],
        "is_certain": comparison.is_certain,
        "robustness": comparison.robustness,
        "words": sentences(comparison),
        "runs": [_run_document(run) for run in comparison.runs],
        "counts": [
            _count_document(count)
            for count in sorted(
                {count for run in comparison.runs for count in run.counts},
                key=lambda count: (count.start, count.end),
            )
        ],
    }


def _run_document(run: Run) -> dict[str, Any]:
    bounds, coverage = run.bounds, run.coverage
    return {
        "outcome": str(run.outcome),
        "reason": str(run.reason),
        "why": run.why,
        "dated": run.dated,
        "edge": run.edge,
        "first": _plain(run.first),
        "last": _plain(run.last),
        "period": run.period_words if coverage else "",
        "number": _plain(run.number),
        "lower": _plain(bounds.lower) if bounds else None,
        "upper": _plain(bounds.upper) if bounds else None,
        "coverage": coverage.words if coverage else "",
        "missing": [[_plain(first), _plain(last)] for first, last in coverage.gaps]
        if coverage
        else [],
        "count_of_counts": len(run.counts),
    }


def _count_document(count: Count) -> dict[str, Any]:
    return {
        "start": _plain(count.start),
        "end": _plain(count.end),
        "value": _plain(count.value),
        "lower": _plain(count.lower),
        "upper": _plain(count.upper),
        "reported_at": _plain(count.reported_at),
        "source": count.source,
    }


def _plain(value: date | datetime | Decimal | None) -> str | None:
    if isinstance(value, Decimal):
        return number_words(value).replace(",", "")
    return value.isoformat() if value is not None else None
