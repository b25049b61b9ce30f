"""Who asks, when proxies stand in front of us."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Returns the address of the client, as far as a proxy we trust has told us.

    With `TRUSTED_PROXIES` = n, the n-th entry of X-Forwarded-For from the right was written by
    the outermost of our proxies; what stands left of it is whatever the client made up.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXIES
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(told) >= proxies and told[-proxies]:
        return told[-proxies]
    return direct
