"""What every endpoint shares: who may ask, versions, repeated requests.

A resource has two representations. The public one is the same for everybody and looks at no
credentials; the desk's (`?view=desk`, and the answer to every change) is for people with an
editorial role. Both start from different querysets, so that nothing of a working row can slip
into the public one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sources.api.errors import KeyReused, NotFound, NotLoggedIn, UnknownParameter, VersionRequired
from sources.errors import Invalid, NotAllowed
from sources.models import IdempotentRequest
from sources.people import role_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Json = dict[str, Any]
Rows = Callable[[], QuerySet[Any, Any]]

ROOT = "/api/v1/"
SAFE = ("GET", "HEAD", "OPTIONS")
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
