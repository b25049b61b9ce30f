"""Keeps fetching as rows: captures, how often to look again, and what a fetched copy came with."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sources.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0007_canonical_addresses"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Routine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("next_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.TextField(blank=True)),
                ("is_ok", models.BooleanField(default=True, verbose_name="went well")),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.AddField(
            model_name="snapshot",
            name="about",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="charset",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="etag",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="fetch_seconds",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="last_modified",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="warc_sha256",
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
        migrations.CreateModel(
            name="Capture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=sources.models.base.new_public_id,
                        editable=False,
                        max_length=16,
                        unique=True,
                        verbose_name="public id",
                    ),
                ),
                ("url", models.CharField(max_length=2000, verbose_name="address")),
                (
                    "kind",
                    models.CharField(
                        choices=[("copy", "Copy"), ("link", "Only whether the page is there")],
                        default="copy",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("fills", models.JSONField(blank=True, default=list, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Being fetched"),
                            ("kept", "Copy kept"),
                            ("unchanged", "Unchanged"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("try_count", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "next_try_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="next try"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="why there is no copy")),
                ("http_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("is_gone", models.BooleanField(default=False, verbose_name="gone")),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="captures",
                        to="sources.snapshot",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="captures",
                        to="sources.source",
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("queued", "running"))),
                        fields=["next_try_at"],
                        name="capture_open_by_next_try",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("queued", "running"))),
                        fields=("source",),
                        name="capture_is_open_once_a_source",
                        violation_error_message="This source is being fetched already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("queued", "running", "kept", "unchanged", "failed"))
                        ),
                        name="capture_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("copy", "link"))),
                        name="capture_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("state__in", ("queued", "running"))
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("state__in", ("kept", "unchanged", "failed")),
                            ),
                            _connector="OR",
                        ),
                        name="capture_ends_when_it_is_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "kept"), _negated=True),
                            ("snapshot__isnull", False),
                            _connector="OR",
                        ),
                        name="capture_that_is_kept_has_snapshot",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="capture_that_failed_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "ordering": ["-enqueued_at"],
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("django_tasks_database.dbtaskresult",),
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "every_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: as often as at any other page. 0: never.",
                        null=True,
                        verbose_name="look again every … days",
                    ),
                ),
                ("next_check_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("last_check_at", models.DateTimeField(blank=True, null=True)),
                (
                    "failed_count",
                    models.PositiveSmallIntegerField(default=0, verbose_name="failed in a row"),
                ),
                ("gone_at", models.DateTimeField(blank=True, null=True, verbose_name="gone since")),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watch",
                        to="sources.source",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watches",
                "ordering": ["next_check_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gone_at__isnull", True),
                            ("last_check_at__gte", models.F("gone_at")),
                            _connector="OR",
                        ),
                        name="watch_saw_what_is_gone",
                    )
                ],
            },
        ),
    ]
