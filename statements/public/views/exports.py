"""Files for everybody: all that is public, and the claims of any list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Max
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from statements import shown_claim
from statements.exports import kept
from statements.exports.bundle import bundle_file
from statements.exports.columns import CLAIM_REVIEWS, DATASETS, Dataset
from statements.exports.files import (
    CLAIM_REVIEW_FILE,
    FILES,
    FORMAT_NAMES,
    FORMATS,
    MANIFEST,
)
from statements.exports.lists import claims_file, content_type, in_order
from statements.models import Claim
from statements.public import words
from statements.public.pages import page
from statements.public.views.claim import gone
from statements.public.views.claims import LIST, PUBLISHED, Asked
from statements.search import narrow
from statements.vocabulary import State

PATH = "/exports/"
RETRY_AFTER_SECONDS = 20
ASKS_FOR_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)")


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of a noun."""

    label: str
    url: str
    size: str


@dataclass(frozen=True, slots=True)
class NounLine:
    """All files of a noun, with what a row and each column of them means."""

    dataset: Dataset
    heading: str
    rows: str
    files: list[FileLine]


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """Every file with its rows, size and columns (2 queries; the files are made, or counted)."""
    try:
        stamp, listed = kept.listed_files()
    except kept.BeingMade:
        return _busy()
    last = Claim.objects.public().aggregate(day=Max("last_published_at"))["day"]
    return page(
        request,
        "exports",
        {
            "nouns": [
                *(_noun(dataset, dataset.name.capitalize(), listed) for dataset in DATASETS),
                _noun(CLAIM_REVIEWS, "ClaimReview feed", listed),
            ],
            "number": stamp.number,
            "last_day": words.day_of(last),
            "manifest_url": f"{PATH}{MANIFEST}",
        },
        section=PATH,
        description="Everything public as files: claims, statements, sources, evidence.",
    )


def _noun(dataset: Dataset, heading: str, listed: list[kept.Listed]) -> NounLine:
    mine = [each for each in listed if FILES[each.name].dataset is dataset]
    return NounLine(
        dataset=dataset,
        heading=heading,
        rows="1 row" if mine[0].rows == 1 else f"{mine[0].rows:,} rows",
        files=[
            FileLine(
                FORMAT_NAMES[FILES[each.name].format],
                f"{PATH}{each.name}",
                words.byte_words(each.byte_size) if each.byte_size is not None else "",
            )
            for each in mine
        ],
    )


@require_safe
def export_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One file as of now: made once a publication number, then only opened (1 query)."""
    media_type = "application/json" if name == MANIFEST else ""
    if name in FILES:
        media_type = FILES[name].media_type
    if not media_type:
        raise Http404
    is_gzipped = bool(ASKS_FOR_GZIP.search(request.headers.get("Accept-Encoding", "")))
    try:
        file = kept.open_kept(name, is_gzipped=is_gzipped)
    except kept.BeingMade:
        return _busy()
    response = FileResponse(
        file,
        as_attachment=name != MANIFEST,
        filename=name,
        content_type=content_type(media_type),
    )
    if is_gzipped:
        response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@require_safe
def claim_review_feed(request: HttpRequest) -> HttpResponseBase:
    """The feed of ClaimReviews at the address that fact-check tools are told of."""
    return export_file(request, CLAIM_REVIEW_FILE.name)


@require_safe
def list_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The claims of a filtered list, all of them and in its order, as a file."""
    asked = Asked(request, LIST, default=PUBLISHED)
    problems = list(asked.problems)
    if {"after", "before"} & set(request.GET):
        problems.append("A file has no pages: take after and before out of the address.")
    if problems:
        said = render_to_string("400.html", {"words": " ".join(problems)})
        return HttpResponse(said, status=400)
    claims = narrow(Claim.objects.listed(), asked.query)
    return claims_file(request, in_order(claims, asked.sorted_by.order), FORMATS[code])


@require_safe
def bundle(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The proof bundle of a live finding, to be checked offline (4 queries)."""
    claim = shown_claim.claim_with(public_id)
    if claim is not None and claim.state == State.TAKEN_DOWN:
        return gone(claim)
    if claim is None or claim.live_verdict is None:
        raise Http404
    return bundle_file(request, claim, claim.live_verdict)


def _busy() -> HttpResponse:
    said = render_to_string(
        "503.html", {"words": "This file is being made just now. Try again in a moment."}
    )
    response = HttpResponse(said, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
