"""What held from when to when, and no two positions of one party at once."""

from dataclasses import dataclass
from datetime import date

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError, migrations, models, transaction

from statements import timeline

NO_EXTENSION = (
    "The database needs PostgreSQL's extension btree_gist, so that no party can have two positions "
    "at once, and this user may not add it. Ask whoever keeps the database to run "
    "CREATE EXTENSION btree_gist in it, and migrate again."
)
EXCLUSION = """
ALTER TABLE statements_position ADD CONSTRAINT position_is_held_alone EXCLUDE USING gist (
    agreement_id WITH =,
    axis WITH =,
    COALESCE(party_id, 0) WITH =,
    COALESCE(according_to_id, 0) WITH =,
    daterange(valid_from, valid_until, '[]') WITH &&
)
"""


def exclude_overlaps(apps, schema_editor):
    """PostgreSQL alone; on SQLite the triggers of `statements.seals.APART` do the same."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except DatabaseError as error:
        raise CommandError(f"{NO_EXTENSION} PostgreSQL says: {error}") from error
    schema_editor.execute(EXCLUSION)


@dataclass(frozen=True)
class Row:
    """An event as `timeline` asks of it."""

    pk: int
    axis: str
    party_id: int | None
    value: str
    happened_on: date
    supersedes_id: int | None
    dates_again_id: int | None
    publisher_id: int | None


def lay_out(apps, schema_editor):
    """Makes the positions that the confirmed events give, an agreement at a time."""
    alias = schema_editor.connection.alias
    event_model = apps.get_model("statements", "AgreementEvent")
    position_model = apps.get_model("statements", "Position")
    confirmed = event_model.objects.using(alias).filter(confirmation__isnull=False)
    for agreement in sorted(set(confirmed.values_list("agreement", flat=True))):
        rows = [
            Row(*values)
            for values in confirmed.filter(agreement=agreement).values_list(
                "pk",
                "axis",
                "party_id",
                "value",
                "happened_on",
                "supersedes_id",
                "dates_again_id",
                "source__publisher_id",
            )
        ]
        publishers = sorted({row.publisher_id for row in rows if row.publisher_id})
        position_model.objects.using(alias).bulk_create(
            position_model(
                agreement_id=agreement,
                axis=axis,
                party_id=party,
                according_to_id=publisher,
                value=span.event.value,
                valid_from=span.valid_from,
                valid_until=span.valid_until,
                event_id=span.event.pk,
            )
            for publisher in (None, *publishers)
            for (axis, party), laid_out in timeline.spans(rows, publisher_id=publisher).items()
            for span in laid_out
        )


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0002_idempotent_requests"),
        ("statements", "0017_violations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Position",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "axis",
                    models.CharField(
                        choices=[
                            ("party_position", "Position of a party"),
                            ("agreement_state", "State of the agreement"),
                            ("compliance", "Compliance of a party"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("accepted", "Accepted"),
                            ("accepted_with_conditions", "Accepted with conditions"),
                            ("rejected", "Rejected"),
                            ("no_answer", "No answer"),
                            ("withdrawn", "Withdrawn"),
                            ("under_negotiation", "Under negotiation"),
                            ("announced", "Announced"),
                            ("in_effect", "In effect"),
                            ("suspended", "Suspended"),
                            ("expired", "Expired"),
                            ("terminated", "Terminated"),
                            ("superseded", "Superseded"),
                            ("observed", "Observed"),
                            ("partly_observed", "Partly observed"),
                            ("violated", "Violated"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=30,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "according_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sources.publisher",
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="positions",
                        to="statements.agreement",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="statements.agreementevent",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="statements.speaker",
                    ),
                ),
            ],
            options={
                "ordering": ["valid_from", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("axis", "party_position"),
                        (
                            "value__in",
                            (
                                "proposed",
                                "accepted",
                                "accepted_with_conditions",
                                "rejected",
                                "no_answer",
                                "withdrawn",
                            ),
                        ),
                    ),
                    models.Q(
                        ("axis", "agreement_state"),
                        (
                            "value__in",
                            (
                                "under_negotiation",
                                "announced",
                                "in_effect",
                                "suspended",
                                "expired",
                                "terminated",
                                "superseded",
                            ),
                        ),
                    ),
                    models.Q(
                        ("axis", "compliance"),
                        ("value__in", ("observed", "partly_observed", "violated", "unknown")),
                    ),
                    _connector="OR",
                ),
                name="position_value_fits_its_axis",
                violation_error_message="This value belongs to another axis.",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("axis__in", ("party_position", "compliance")), ("party__isnull", False)
                    ),
                    models.Q(("axis", "agreement_state"), ("party__isnull", True)),
                    _connector="OR",
                ),
                name="position_party_fits_its_axis",
                violation_error_message="A position and a compliance belong to a party; the state of an agreement belongs to none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_from__lte", models.F("valid_until")),
                    _connector="OR",
                ),
                name="position_valid_from_before_valid_until",
                violation_error_message="It ends before it starts.",
            ),
        ),
        migrations.RunPython(exclude_overlaps, migrations.RunPython.noop),
        migrations.RunPython(lay_out, migrations.RunPython.noop),
    ]
