"""Tokens for scripts: a log-in gives one, and deleting it logs every script out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from claimtracker.proxies import client_address
from sources.api.base import Endpoint
from sources.api.errors import NotLoggedIn
from sources.api.fields import Line, Text
from sources.api.schema import Problem


class LogIn(serializers.Serializer):
    """Who asks for a token."""

    username = Line(required=True, most=150)
    password = Text(required=True, most=1_000)


class TokenShape(serializers.Serializer):
    """Send it as `Authorization: Token <token>`."""

    token = serializers.CharField()


class WrongLogIn(NotLoggedIn):
    """Name and password do not fit, or the person is not active: one answer for all."""

    code = "authentication_failed"


class ByAddress(SimpleRateThrottle):
    """Slows down guessing over many names; axes locks one name."""

    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        address = client_address(request._request)
        return self.cache_format % {"scope": self.scope, "ident": address}


class Tokens(Endpoint):
    """POST gives the token of a person, DELETE takes it away."""

    def get_authenticators(self) -> list[Any]:
        is_log_in = self.request is not None and self.request.method == "POST"
        return [] if is_log_in else super().get_authenticators()

    def check_permissions(self, request: Request) -> None:
        # Without a role, too: whoever lost theirs must still be able to take the token away.
        if request.method == "DELETE" and not request.user.is_authenticated:
            raise NotLoggedIn("log in, or send a token")

    def get_throttles(self) -> list[Any]:
        return [ByAddress()] if self.request.method == "POST" else []

    @extend_schema(
        summary="Log in for a token",
        description="",
        request=LogIn,
        responses={200: TokenShape, 400: Problem, 401: Problem, 429: Problem},
    )
    def post(self, request: Request) -> Response:
        told = self.read(LogIn)
        user = authenticate(request._request, username=told["username"], password=told["password"])
        if user is None:
            raise WrongLogIn("name and password do not fit")
        token, _ = Token.objects.get_or_create(user=user)
        return Response({"token": token.key})

    @extend_schema(summary="Take the token away", request=None, responses={204: None, 401: Problem})
    def delete(self, request: Request) -> Response:
        Token.objects.filter(user=self.person).delete()
        return Response(status=204)
