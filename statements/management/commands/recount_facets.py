"""`manage.py recount_facets`: counts the choices of the filters again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sources.operations import raise_publication_number
from statements import search


class Command(BaseCommand):
    help = (
        "Counts again how many listed claims have each choice of a filter, and puts wrong counts "
        "right. Operations keep the counts by themselves; exits 1 when one was wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = search.recount()
        for (dimension, code), step in sorted(wrong.items()):
            self.stdout.write(
                f"{dimension} {code}: was {abs(step)} too {'low' if step > 0 else 'high'}"
            )
        if not wrong:
            self.stdout.write("Every count was right.")
            return
        raise_publication_number()
        self.stdout.write(f"{len(wrong)} counts put right.")
        raise SystemExit(1)
