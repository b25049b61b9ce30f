"""Answers that were given to creating requests, so that a repeated one creates nothing."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class IdempotentRequest(models.Model):
    """One creating request that named an `Idempotency-Key`, and what it was answered.

    The answer holds ids and addresses only, never texts: a take-down finds nothing to erase here.
    """

    key = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # 0: the work is going on
    response = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="idempotency_key_is_used_once_by_a_user"
            )
        ]

    def __str__(self) -> str:
        return f"{self.path} ({self.key})"
