"""A frozen copy at the desk: its text with every quote marked, and a selection made into evidence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from sources.admin.fields import area, choices, row_key
from sources.admin.forms import DeskForm
from sources.admin.pages import DeskPage, admin_url
from sources.admin.source import SnapshotAdmin
from sources.models import Snapshot
from sources.operations import add_archive_link
from sources.people import Role, has_role
from sources.vocabulary import PAGES, PICTURES
from statements import fragments
from statements.desk.forms.evidence import FRAGMENT, FRAGMENT_HELP
from statements.desk.forms.fields import claim_field
from statements.models import AnchorCheck, Appearance, Claim, Evidence, Statement
from statements.operations import attach_evidence
from statements.vocabulary import Stance


class QuoteForm(DeskForm):
    """Words of this copy, used for or against a claim."""

    quote = forms.CharField(
        required=False,
        widget=area(4),
        label="Words",
        help_text="Select them in the text, or paste them. … leaves words out.",
    )
    near = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    claim = claim_field("statements.claimrelation.to_claim")
    stance = forms.ChoiceField(choices=choices(Stance, empty="Choose which way it points"))
    note = forms.CharField(
        required=False, widget=area(2), help_text="What it shows, in our words. Public."
    )
    fragment = forms.CharField(required=False, label=FRAGMENT, help_text=FRAGMENT_HELP)


class ArchiveForm(DeskForm):
    url = forms.CharField(
        label="Public archive link",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text="Where a public archive has this page. The copy itself stays as it is.",
    )


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quote of the copy: where it stands, who quotes it, and whether a newer copy has it."""

    number: int
    start: int
    end: int
    words: str
    used_in: str
    url: str
    check: AnchorCheck | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A region of a picture, in percent of its width and height, and who cites it."""

    number: int
    left: str
    top: str
    width: str
    height: str
    words: str
    used_in: str
    url: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text between two ends of quotes; `numbers` of those that begin with it."""

    text: str
    is_marked: bool
    numbers: tuple[int, ...]


class SnapshotPage(DeskPage):
    template_name = "desk/snapshot.html"
    row: Snapshot

    def may_post(self) -> bool:
        return has_role(self.user, Role.CONTRIBUTOR)

    def form_names(self) -> list[str]:
        if has_role(self.user, Role.CHECKER):
            return ["quote", "archive"]
        return ["archive"] if self.may_post() else []

    def build(self, name: str, data: Any = None, files: Any = None) -> DeskForm | None:
        if name == "archive":
            return ArchiveForm(data, name=name)
        if name != "quote":
            return None
        return QuoteForm(data, name=name, values={"claim": self._asked_for()})

    def carry_out(self, form: DeskForm) -> HttpResponse:
        told = form.cleaned_data
        if form.do == "archive":
            add_archive_link(self.row, by=self.user, url=told["url"])
            return self.saved("The link is kept.")
        evidence = attach_evidence(
            told["claim"], by=self.user, source=self.row.source, snapshot=self.row,
            stance=told["stance"], quote=told["quote"], near=told["near"], note=told["note"],
            fragment=told["fragment"],
        )  # fmt: skip
        return self.saved(
            "The words are cited as evidence.", f"evidence-{evidence.pk}", row=evidence.claim
        )

    def context(self) -> dict[str, Any]:
        quotes = self._quotes()
        row = self.row
        return {
            "quotes": quotes,
            "is_picture": row.media_type in PICTURES,
            "is_page": row.media_type in PAGES,
            "regions": self._regions() if row.media_type in PICTURES else [],
            "pieces": pieces_of(row.text, quotes),
            "newer": row.readings.first(),
            "copies": list(
                Snapshot.objects.of_work(row.source).exclude(pk=row.pk).defer("text")[:20]
            ),
            "asked_for": self._asked_for(),
        }

    def _asked_for(self) -> Claim | None:
        """Returns the claim that somebody came from."""
        pk = row_key(self.request.GET.get("claim", ""))
        return Claim.objects.filter(pk=pk).first() if pk else None

    def _regions(self) -> list[Marked]:
        """Returns the regions of this picture that evidence points at (1 query)."""
        rows = Evidence.objects.filter(snapshot=self.row, fragment__startswith=fragments.IN_PERCENT)
        found: list[Marked] = []
        for row in rows.select_related("claim").order_by("id"):
            if place := fragments.region(row.fragment):
                words = fragments.words(row.fragment)
                found.append(Marked(len(found) + 1, *place, words, *_cited_by(row)))
        return found

    def _quotes(self) -> list[Quoted]:
        """Returns all quotes of this copy in the order of the text (3 queries)."""
        anchored = {"snapshot": self.row, "start__isnull": False}
        evidence = list(Evidence.objects.filter(**anchored).select_related("claim"))
        said = list(Appearance.objects.filter(**anchored).select_related("statement__speaker"))
        checks = AnchorCheck.objects.newest_for([*evidence, *said])
        found: list[tuple[Any, str, str]] = [(row, *_cited_by(row)) for row in evidence]
        found += [
            (
                row,
                f"Said by {row.statement.speaker}",
                admin_url(Statement._meta, "change", row.statement_id),
            )
            for row in said
        ]
        found.sort(key=lambda each: (each[0].start, each[0].end))
        return [
            Quoted(
                number, row.start, row.end, row.quotation, used_in, url,
                checks.get((row.snapshot_id, row.start, row.end)),
            )
            for number, (row, used_in, url) in enumerate(found, start=1)
        ]  # fmt: skip


def _cited_by(row: Evidence) -> tuple[str, str]:
    """Returns which claim has this piece of evidence, in words, and where."""
    return (
        f"{row.get_stance_display()}: {row.claim.short_text}",
        admin_url(Claim._meta, "change", row.claim_id) + f"#evidence-{row.pk}",
    )


def pieces_of(text: str, quotes: list[Quoted]) -> list[Piece]:
    """Returns the text in pieces, marked where any quote stands; quotes may overlap."""
    places = sorted({0, len(text), *(at for each in quotes for at in (each.start, each.end))})
    pieces = []
    for begin, end in pairwise(places):
        numbers = tuple(each.number for each in quotes if each.start == begin)
        is_marked = any(each.start <= begin < each.end for each in quotes)
        pieces.append(Piece(text[begin:end], is_marked, numbers))
    return pieces


class QuotingSnapshotAdmin(SnapshotAdmin):
    """Adds what only statements know: who quotes the copy."""

    def show(self, request: HttpRequest, row: Snapshot) -> HttpResponse:
        return SnapshotPage(self, request, row).respond()  # type: ignore[arg-type]
