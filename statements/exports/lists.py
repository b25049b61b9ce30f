"""Any list of claims as a file: everything that fits, in the order of the list, streamed."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from statements.exports.claims import claim_rows
from statements.exports.columns import CLAIMS, Dataset
from statements.exports.files import FORMATS, Format
from statements.exports.walk import Batches
from statements.models import Claim, PublicDocument
from statements.search import PUBLISHED, Order


def in_order(claims: QuerySet[Claim], order: Order) -> QuerySet[Claim]:
    """Returns listed claims as a list shows them; the best match is a matter of the first page."""
    document = PublicDocument.objects.filter(claim=OuterRef("pk"))
    column = order.column if order.column in ("said_on", "updated_at") else PUBLISHED.column
    ways = [F("sorted_by"), F("place")]
    return claims.annotate(
        sorted_by=Subquery(document.values(column)[:1]), place=Subquery(document.values("id")[:1])
    ).order_by(
        *(
            way.desc(nulls_last=True) if order.is_descending else way.asc(nulls_last=True)
            for way in ways
        )
    )


def claims_file(request: HttpRequest, claims: QuerySet[Claim], form: Format) -> HttpResponseBase:
    """Answers with listed claims as a file, in their own order."""
    return download(request, CLAIMS, form, lambda: claim_rows(claims), name=CLAIMS.name)


def download(
    request: HttpRequest, dataset: Dataset, form: Format, read: Callable[[], Batches], *, name: str
) -> HttpResponseBase:
    """Answers with rows as a file to keep; nothing is read where only the head is asked for."""
    headers = {
        "Content-Type": content_type(form.media_type),
        "Content-Disposition": f'attachment; filename="{name}.{form.code}"',
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    return StreamingHttpResponse(form.chunks(dataset, read()), headers=headers)


def content_type(media_type: str) -> str:
    """Returns a media type with the encoding, where it is text."""
    if media_type == FORMATS["csv"].media_type:
        return f"{media_type}; charset=utf-8; header=present"
    return media_type
