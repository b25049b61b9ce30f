"""What the API's schema says of an address: its shapes, parameters and refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sources.api.base import Json
from sources.api.lists import MAX_PAGE_SIZE, ListEndpoint


class MadeShape(serializers.Serializer):
    """Where the new row is: read it there."""

    id = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="null: it never changes")
    is_new = serializers.BooleanField(help_text="false: it was known already")
    url = serializers.CharField()


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
