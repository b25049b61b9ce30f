"""How the schema is told: what every address has in common is said here once.

Clients generate code from it and tests generate requests from it, so it must not promise more
than is so: an id has a form, a body takes no field that is not named, every refusal has a shape.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from sources.api.base import Json
from sources.api.schema import Problem

SAFE = ("GET", "HEAD")
# What Django takes for an id, a slug or a code in an address, and for a number.
IN_ADDRESS: dict[str, Json] = {
    "string": {"type": "string", "pattern": r"^[-a-zA-Z0-9_]+$"},
    "integer": {"type": "integer", "minimum": 0},
}


class Described(AutoSchema):
    """The schema of one operation, with the refusals that are the same everywhere."""

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """Returns none: docstrings of views speak to us, of queries and the like."""
        return ""

    def _resolve_path_parameters(self, variables: list[str]) -> list[Json]:
        parameters: list[Json]
        parameters = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for parameter in parameters:
            parameter["schema"] = (
                IN_ADDRESS.get(parameter["schema"].get("type", ""), {}) | parameter["schema"]
            )
        return parameters

    def get_operation(self, *args: Any, **kwargs: Any) -> Json | None:
        operation: Json | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        responses = operation["responses"]
        for status in self._refusals(operation):
            if str(status) not in responses:
                told = self._get_response_for_code(Problem, status)  # type: ignore[no-untyped-call]
                responses[str(status)] = told
        return operation

    def _refusals(self, operation: Json) -> list[int]:
        """Returns the statuses that an operation may be refused with, whatever it does."""
        parameters = operation.get("parameters", [])
        found = [400]
        if any(parameter["in"] == OpenApiParameter.PATH for parameter in parameters):
            found.append(404)
        knows_desk = any(parameter["name"] == "view" for parameter in parameters)
        if self.method not in SAFE or knows_desk or getattr(self.view, "is_desk_only", False):
            found += [401, 403]
        if self.method not in SAFE:
            found += [413, 415]
        return found


def answers_may_be_both(result: Json, generator: Any, **_: Any) -> Json:
    """Says "any of" where an answer is one of several: an empty page is the same in all of them."""
    for shape in result["components"]["schemas"].values():
        if "oneOf" in shape and "discriminator" not in shape and "properties" not in shape:
            shape["anyOf"] = shape.pop("oneOf")
    return result


def bodies_are_closed(result: Json, generator: Any, **_: Any) -> Json:
    """Says of each body that it takes no field beside those that are named."""
    schemas = result["components"]["schemas"]
    wanted = [
        found
        for path in result["paths"].values()
        for operation in path.values()
        for found in _references(operation.get("requestBody", {}))
    ]
    closed: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in closed:
            continue
        closed.add(name)
        shape = schemas[name]
        if "properties" in shape:
            shape["additionalProperties"] = False
        wanted += _references(shape)
    return result


def _references(part: Any) -> list[str]:
    """Returns the names of the components that a part of the schema refers to."""
    if isinstance(part, dict):
        own = [part["$ref"].rpartition("/")[2]] if isinstance(part.get("$ref"), str) else []
        return own + [name for inner in part.values() for name in _references(inner)]
    if isinstance(part, list):
        return [name for inner in part for name in _references(inner)]
    return []
