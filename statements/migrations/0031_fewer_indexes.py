"""Takes away indexes that nothing is looked up by, or whose column begins another index."""

from django.db import migrations

from sources.migrations._indexes import WithoutIndexes

COLUMNS = {
    "appearance": ("statement",),
    "citation": ("verdict",),
    "claim": ("assignee",),
    "claimrelation": ("from_claim",),
    "evidence": ("claim",),
    "historicalagreement": ("history_date", "public_id", "text_source"),
    "historicalclaim": (
        "assignee",
        "created_by",
        "duplicate_of",
        "history_date",
        "imported_from",
        "live_verdict",
        "main_statement",
        "proposed_by",
        "public_id",
        "reopened_by",
    ),
    "historicalclaimrelation": ("added_by", "confirmed_by", "history_date", "proposed_by"),
    "historicaldraft": ("author", "history_date", "last_editor"),
    "historicalevidence": ("added_by", "history_date", "snapshot", "source"),
    "historicalpolicypage": ("history_date", "kind"),
    "historicalspeaker": ("history_date", "public_id"),
    "historicalstatement": (
        "created_by",
        "history_date",
        "occasion",
        "place",
        "public_id",
        "speaker",
    ),
    "occurrence": ("claim",),
    "statechange": ("by", "claim"),
    "statement": ("speaker",),
    "verdict": ("author", "claim", "last_editor", "reviewer"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0030_documents_in_groups"),
    ]

    operations = [WithoutIndexes(model, *names) for model, names in COLUMNS.items()]
