"""What every endpoint shares: who may ask, versions, repeated requests, pages of lists.

A resource has two representations. The public one is the same for everybody and looks at no
credentials; the desk's (`?view=desk`, and the answer to every change) is for people with an
editorial role. Both start from different querysets, so that nothing of a working row can slip
into the public one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sources.api.errors import (
    KeyReused,
    NotFound,
    NotLoggedIn,
    UnknownParameter,
    VersionRequired,
)
from sources.errors import Invalid, NotAllowed
from sources.keyset import BadToken, Order, page_of
from sources.models import IdempotentRequest
from sources.people import role_of
from sources.texts import FORBIDDEN

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Json = dict[str, Any]
Rows = Callable[[], QuerySet[Any, Any]]

ROOT = "/api/v1/"
SAFE = ("GET", "HEAD", "OPTIONS")
PAGE_SIZE, MAX_PAGE_SIZE = 25, 100
KEYS_KEPT = timedelta(days=7)


def absolute(path: str) -> str:
    """Returns the full address of a path of ours."""
    return f"{settings.SITE_URL}{path}"


def api_address(path: str) -> str:
    """Returns the full address of a path of the API."""
    return absolute(f"{ROOT}{path}")


class Endpoint(APIView):
    """One address of the API."""

    # Query parameters of GET beside `view`; any other is refused.
    parameters: ClassVar[tuple[str, ...]] = ()
    # Whether GET knows ?view=desk, and whether it is there for the desk only.
    has_desk_view: ClassVar[bool] = False
    is_desk_only: ClassVar[bool] = False
    metadata_class = None

    @property
    def is_desk(self) -> bool:
        """Whether this request is answered from working rows, to people with a role."""
        request = self.request
        if self.is_desk_only or request is None or request.method not in SAFE:
            return True  # no request: the schema is being made
        return self.has_desk_view and request.GET.get("view") == "desk"

    @property
    def person(self) -> User:
        """Whoever asks; there is somebody wherever a role was asked for."""
        return cast("User", self.request.user)

    def get_authenticators(self) -> list[BaseAuthentication]:
        # A public answer does not depend on who asks: no session is opened, no cookie is set.
        return super().get_authenticators() if self.is_desk else []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before anybody is asked who they are: what is not done here is done for nobody.
        if not hasattr(self, str(request.method).lower()):
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        allowed = {"view"} if self.has_desk_view else set()
        self.refuse_parameters(request, allowed)
        if request.method in ("POST", "PUT", "PATCH", "DELETE"):
            refuse_media_type(request)

    def refuse_parameters(self, request: Request, allowed: set[str]) -> None:
        if request.method in SAFE:
            allowed = allowed | set(self.parameters)
        unknown = sorted(set(request.query_params) - allowed)
        if unknown:
            names = ", ".join(name[:60] for name in unknown[:10])
            known = f"there are {', '.join(sorted(allowed))}" if allowed else "this takes none"
            raise UnknownParameter(
                f"there is no parameter {names} here: {known}", field=unknown[0][:60]
            )
        if request.query_params.get("view", "desk") not in ("desk", "public"):
            raise Invalid("view is desk or public", field="view")

    def check_permissions(self, request: Request) -> None:
        if not self.is_desk:
            return
        if not request.user or not request.user.is_authenticated:
            raise NotLoggedIn("log in, or send a token")
        if role_of(request.user) is None:
            raise NotAllowed("only people with an editorial role may do this")

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Names the methods in `Allow`, whatever is at the address."""
        return Response(status=204)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        done: Response = super().finalize_response(request, response, *args, **kwargs)
        if self.is_desk:
            done["Cache-Control"] = "private, no-store"
            patch_vary_headers(done, ["Authorization", "Cookie"])
        return done

    # ---- what clients send ------------------------------------------------------------------

    def read(self, serializer_class: type[serializers.Serializer], *, partial: bool = False) -> Any:
        """Returns the validated body; a field that we do not know is refused, not dropped."""
        body = self.request.data or {}
        serializer = serializer_class(data=body, partial=partial)
        unknown = sorted(set(body) - set(serializer.fields))
        if unknown:
            raise serializers.ValidationError(
                {name[:60]: "There is no such field." for name in unknown[:20]}
            )
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def version_of(self, told: Json) -> int:
        """Takes the version out of a body, or reads it from If-Match; one of them must be there."""
        in_body = told.pop("version", None)
        header = self.request.headers.get("If-Match")
        if header is None and in_body is None:
            raise VersionRequired("send the version that you read, as version or as If-Match")
        if header is None:
            return int(in_body)
        found = re.fullmatch(r'\s*(?:W/)?"?(\d{1,9})"?\s*', header, re.ASCII)
        if not found:
            raise Invalid('If-Match is the version in quotes: "3"', field="If-Match")
        if in_body is not None and in_body != int(found[1]):
            raise Invalid("version and If-Match differ", field="version")
        return int(found[1])

    # ---- creating ---------------------------------------------------------------------------

    def create(self, work: Callable[[], Made]) -> Response:
        """Does the work in one transaction, and only once for one `Idempotency-Key`."""
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            with transaction.atomic():
                return made(work())
        if not re.fullmatch(r"[\x21-\x7e]{1,200}", key):
            raise Invalid(
                "an Idempotency-Key is 1 to 200 printable characters without spaces",
                field="Idempotency-Key",
            )
        sent = json.dumps(self.request.data, sort_keys=True, separators=(",", ":")).encode()
        with transaction.atomic():
            row, is_new = IdempotentRequest.objects.get_or_create(
                user=self.person,
                key=key,
                defaults={"path": self.request.path, "body_sha256": _sha256(sent)},
            )
            if not is_new:
                if row.path != self.request.path or row.body_sha256 != _sha256(sent):
                    raise KeyReused("this Idempotency-Key came with another request before")
                response = made(Made(**row.response))
                response.status_code = row.status
                response["Idempotent-Replayed"] = "true"
                return response
            result = work()
            response = made(result)
            row.status, row.response = response.status_code, result.kept()
            row.save()
            IdempotentRequest.objects.filter(
                user=self.person, created_at__lt=timezone.now() - KEYS_KEPT
            ).delete()
            return response


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def refuse_media_type(request: Request) -> None:
    """Raises 415 for a body that is not JSON, also where nobody would read it."""
    kind = request.content_type.partition(";")[0].strip().lower() if request.content_type else ""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    if size and kind != "application/json":
        raise UnsupportedMediaType(kind)


@dataclass(frozen=True, slots=True)
class Made:
    """What a creating request is answered with: where the row is, and no text of it."""

    id: str | int
    path: str
    version: int | None = None
    is_new: bool = True

    def kept(self) -> Json:
        return {"id": self.id, "path": self.path, "version": self.version, "is_new": self.is_new}


class MadeShape(serializers.Serializer):
    """Where the new row is: read it there."""

    id = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="null: it never changes")
    is_new = serializers.BooleanField(help_text="false: it was known already")
    url = serializers.CharField()


def made(row: Made) -> Response:
    url = api_address(row.path)
    return Response(
        {"id": str(row.id), "version": row.version, "is_new": row.is_new, "url": url},
        status=201 if row.is_new else 200,
        headers={"Location": url},
    )


def desk_response(document: Json, *, version: int | None = None) -> Response:
    """Answers with a working row, its version as ETag."""
    return Response(document, headers={"ETag": f'"{version}"'} if version is not None else None)


def row_or_404(rows: QuerySet[Any, Any], **wanted: Any) -> Any:
    row = rows.filter(**wanted).first()
    if row is None:
        raise NotFound
    return row


def find(model: type[Model], field: str, value: str, *, by: str = "public_id") -> Any:
    """Returns a row that a body names; raises `Invalid` naming the field."""
    row = model._default_manager.filter(**{by: value}).first()
    if row is None:
        raise Invalid("there is none with this id", field=field)
    return row


# ---- lists ----------------------------------------------------------------------------------


class ListEndpoint(Endpoint):
    """A list in pages: `next`, `previous`, `results`; 1 query beside what `lines` needs."""

    orders: ClassVar[dict[str, Any]] = {}  # by the name that `ordering` takes
    default_order: ClassVar[str] = ""
    filterset_class: ClassVar[type[Any] | None] = None
    desk_orders: ClassVar[dict[str, Order] | None] = None
    desk_default_order: ClassVar[str] = ""
    desk_filterset_class: ClassVar[type[Any] | None] = None

    def rows(self) -> QuerySet[Any, Any]:
        """Returns what is public, with all that `lines` reads."""
        raise NotImplementedError

    def lines(self, rows: Sequence[Any]) -> list[Json]:
        raise NotImplementedError

    def desk_rows(self) -> QuerySet[Any, Any]:
        raise NotImplementedError

    def desk_lines(self, rows: Sequence[Any]) -> list[Json]:
        raise NotImplementedError

    def refuse_parameters(self, request: Request, allowed: set[str]) -> None:
        if request.method in SAFE:
            allowed = allowed | {"cursor", "page_size", "ordering"} | set(self._filters())
        super().refuse_parameters(request, allowed)

    def _filters(self) -> Iterable[str]:
        chosen = self._filterset()
        return chosen.base_filters if chosen else ()

    def _filterset(self) -> type[Any] | None:
        if self.is_desk:
            return self.desk_filterset_class
        return self.filterset_class

    def listed(self) -> Response:
        rows = self.desk_rows() if self.is_desk else self.rows()
        page = page_of_request(
            filtered(rows, self._filterset(), self.request),
            self.request,
            orders=(self.desk_orders or self.orders) if self.is_desk else self.orders,
            default=(self.desk_default_order if self.is_desk else "") or self.default_order,
        )
        lines = self.desk_lines if self.is_desk else self.lines
        page["results"] = lines(page["results"])
        return Response(page)


def filtered(
    rows: QuerySet[Any, Any], filterset: type[Any] | None, request: Request
) -> QuerySet[Any, Any]:
    """Narrows rows by the query string; raises a ValidationError naming each bad filter."""
    if filterset is None or not set(filterset.base_filters) & set(request.query_params):
        return rows
    chosen = filterset(_lookable(request.query_params), queryset=rows)
    if not chosen.is_valid():
        raise serializers.ValidationError(
            {name: [str(word) for word in words] for name, words in chosen.errors.items()}
        )
    narrowed: QuerySet[Any, Any] = chosen.qs
    return narrowed


def _lookable(query: QueryDict) -> QueryDict:
    """Takes out of the words that are looked for what no text can hold: they are only not found."""
    words = str(query.get("q", ""))
    if not FORBIDDEN.search(words):
        return query
    query = query.copy()
    query["q"] = FORBIDDEN.sub(" ", words)
    return query


def page_of_request(
    rows: QuerySet[Any, Any], request: Request, *, orders: dict[str, Order], default: str
) -> Json:
    """Returns `next`, `previous` and the rows of the page that the query string asks for."""
    query = request.query_params
    name = query.get("ordering") or default
    if name not in orders:
        raise Invalid(f"order by one of {', '.join(orders)}", field="ordering")
    try:
        page = page_of(rows, orders[name], token=query.get("cursor", ""), size=page_size(query))
    except BadToken as error:
        raise bad_cursor() from error
    return {
        "next": page_address(query, request.path, page.next),
        "previous": page_address(query, request.path, page.previous),
        "results": page.rows,
    }


def page_size(query: QueryDict) -> int:
    """Returns how many rows a page has; raises `Invalid`."""
    size = query.get("page_size", str(PAGE_SIZE))
    if not re.fullmatch(r"\d{1,3}", size, re.ASCII) or not 1 <= int(size) <= MAX_PAGE_SIZE:
        raise Invalid(f"page_size is 1 to {MAX_PAGE_SIZE}", field="page_size")
    return int(size)


def page_address(query: QueryDict, path: str, token: str) -> str | None:
    """Returns the full address of a neighbouring page, None where there is none."""
    if not token:
        return None
    kept = [(key, value) for key, value in query.items() if key != "cursor" and value]
    return absolute(f"{path}?{urlencode([*kept, ('cursor', token)])}")


def bad_cursor() -> Invalid:
    return Invalid(
        "this is no cursor of this list: take next or previous from an answer", field="cursor"
    )


# ---- the schema -----------------------------------------------------------------------------


class Problem(serializers.Serializer):
    """Why a request was refused."""

    code = serializers.CharField(help_text="Stable; docs/api.md lists them.")
    detail = serializers.CharField(help_text="In words.")
    fields = serializers.DictField(  # type: ignore[assignment]  # the name that clients know
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="By field, what is wrong with it.",
    )
    gaps = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
        required=False,
        help_text="422: what is missing, in words, with the field where it is mended.",
    )
    current_version = serializers.IntegerField(required=False, help_text="409 stale")


def page_shape(line: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """Returns the shape of a page of lines."""
    name = line.__name__.removesuffix("Line")
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": line(many=True),
        "__doc__": f"One page of {name} rows.",
        "__module__": line.__module__,
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)


DESK = OpenApiParameter(
    "view",
    enum=["desk", "public"],
    description="desk: the working rows, for people with an editorial role.",
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="Repeating a request with the same key and body creates nothing again.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    location=OpenApiParameter.HEADER,
    description='The version that you read, as "3"; or send `version` in the body.',
)


# As `sources.texts` has it, and the days that a calendar of ours can hold.
A_TEXT = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]*$"
A_DAY: Json = {
    "type": "string",
    "format": "date",
    "pattern": r"^([1-8]\d{3}|9[0-8]\d\d|99[0-8]\d|999[0-8])-\d\d-\d\d$",
}


def filter_parameters(filterset: type[Any]) -> list[OpenApiParameter]:
    """Returns the filters of a FilterSet as the schema shows them."""
    shown = []
    for name, field in filterset().form.fields.items():
        shown.append(
            OpenApiParameter(name, type=_form_of(name, field), description=str(field.label or ""))
        )
    return shown


def _form_of(name: str, field: forms.Field) -> Json:
    """Returns what the value of a filter looks like; an empty one is as good as none."""
    if isinstance(field, forms.ChoiceField):
        codes: Any = field.choices
        return {"type": "string", "enum": [str(code) for code, _ in codes if code] + [""]}
    if isinstance(field, forms.DateField):
        return {"anyOf": [A_DAY, {"type": "string", "maxLength": 0}]}
    form: Json = {"type": "string"} if name == "q" else {"type": "string", "pattern": A_TEXT}
    for validator in field.validators:
        if isinstance(validator, RegexValidator):
            pattern = str(getattr(validator.regex, "pattern", ""))
            form["pattern"] = f"^(?:{pattern.removeprefix('^').replace(chr(92) + 'Z', '')})?$"
        elif isinstance(validator, MaxLengthValidator):
            form["maxLength"] = validator.limit_value
    return form


def lists(
    line: type[serializers.Serializer],
    summary: str,
    *,
    desk_line: type[serializers.Serializer] | None = None,
) -> Callable[[type[ListEndpoint]], type[ListEndpoint]]:
    """Gives a list its GET, described in the schema.

    `desk_line` is what the desk's view has in a line, where that is not the public one and more.
    """

    def decorate(view: type[ListEndpoint]) -> type[ListEndpoint]:
        parameters = [
            OpenApiParameter("ordering", enum=[*view.orders, ""], description="How it is sorted."),
            OpenApiParameter(
                "page_size", type={"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE}
            ),
            OpenApiParameter(
                "cursor",
                type={"type": "string", "pattern": A_TEXT},
                description="From `next` or `previous` of an answer.",
            ),
        ]
        if view.filterset_class:
            parameters += filter_parameters(view.filterset_class)
        if view.has_desk_view:
            parameters.append(DESK)

        def get(self: ListEndpoint, request: Request, **_: Any) -> Response:
            return self.listed()

        described = extend_schema(
            operation_id=f"{view.__name__.removesuffix('List').lower()}_list",
            summary=summary,
            description="",
            parameters=parameters,
            responses={
                200: either(page_shape(line), page_shape(desk_line) if desk_line else None),
                400: Problem,
            },
        )
        view.get = described(get)  # type: ignore[attr-defined]
        return view

    return decorate


def either(public: type[serializers.Serializer], desk: type[serializers.Serializer] | None) -> Any:
    """Returns the shape of an answer that is another one in the desk's view, where it is."""
    if desk is None or desk is public:
        return public
    return PolymorphicProxySerializer(
        component_name=f"{public.__name__.removesuffix('Shape')}Either",
        serializers=[public, desk],
        resource_type_field_name=None,
        many=False,
    )


def reads(
    shape: Any,
    summary: str,
    *,
    desk: type[serializers.Serializer] | None = None,
    asks: Sequence[OpenApiParameter] = (),
    **more: Any,
) -> Callable[[Any], Any]:
    """Describes GET of one row.

    `desk` is the shape of the desk's view, where there is one; `asks` are parameters beside it.
    """
    return extend_schema(
        summary=summary,
        description="",
        parameters=[*([DESK] if desk else []), *asks],
        responses={200: either(shape, desk), 404: Problem, **more.pop("responses", {})},
        **more,
    )


def creates(
    body: type[serializers.Serializer], summary: str, *, found: bool = False
) -> Callable[[Any], Any]:
    """Describes POST that adds a row."""
    answers: dict[int, Any] = dict.fromkeys((400, 401, 403, 409), Problem)
    answers |= {201: MadeShape, **({200: MadeShape} if found else {})}
    return extend_schema(
        summary=summary, description="", parameters=[KEY], request=body, responses=answers
    )


def changes(
    body: type[serializers.Serializer], shape: Any, summary: str, **more: Any
) -> Callable[[Any], Any]:
    """Describes PATCH of a row that has a version."""
    answers: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 428), Problem)
    return extend_schema(
        summary=summary, description="", parameters=[IF_MATCH], request=body, responses={200: shape, **answers},
        **more,
    )  # fmt: skip
