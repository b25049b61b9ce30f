"""What the tests of the API share: clients, and a world in which every noun has a row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

from django.test import Client
from rest_framework.authtoken.models import Token

from sources.models import Observation, Series
from sources.operations import confirm_series
from statements.models import Claim
from statements.operations import (
    attach_evidence,
    attach_occurrence,
    confirm_agreement_event,
    confirm_late,
    confirm_violation,
    open_rechecks,
    perform,
    propose_statement_correction,
    record_agreement_event,
    record_reply,
    record_violation,
    relate_claims,
    save_draft,
    tag_claim,
    update_claim,
)
from tests.factories import (
    make_agreement,
    make_appearance,
    make_claim,
    make_measure,
    make_publisher,
    make_snapshot,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

API = "/api/v1/"


class Api:
    """A client that speaks JSON; with a user it sends their token."""

    def __init__(self, user=None):
        self.headers = {}
        if user is not None:
            token, _ = Token.objects.get_or_create(user=user)
            self.headers = {"Authorization": f"Token {token.key}"}
        self.client = Client()

    def get(self, path, query=None, **headers):
        return self.client.get(_full(path), query, headers={**self.headers, **headers})

    def send(self, method, path, body=None, **headers):
        return getattr(self.client, method)(
            _full(path),
            body,
            content_type="application/json",
            headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )

    def post(self, path, body=None, **headers):
        return self.send("post", path, body or {}, **headers)

    def patch(self, path, body=None, **headers):
        return self.send("patch", path, body or {}, **headers)

    def delete(self, path, body=None, **headers):
        return self.send("delete", path, body or {}, **headers)


def _full(path):
    if path.startswith("http://testserver"):
        return path.removeprefix("http://testserver")
    return path if path.startswith("/") else f"{API}{path}"


def anonymous():
    return Api()


def as_role(role, name=""):
    return Api(make_user(name or f"the_{role}", role=role))


def make_world():
    """Returns one row of every noun, all of them public."""
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    cleo = make_user("cleo", role="editor")
    speaker = make_speaker("Keir Starmer")
    statement = make_statement(speaker=speaker)
    appearance = make_appearance(statement)
    claim = make_claim("published", statement=statement)
    topic = make_topic()
    tag_claim(claim, by=ada, topics=[topic])
    publisher = make_publisher("Agency 1")
    source = claim.evidence.first().source
    agreement = make_agreement()
    event = record_agreement_event(
        agreement,
        by=ben,
        axis="agreement_state",
        value="announced",
        happened_on=date(2025, 3, 25),
        source=source,
    )
    confirm_agreement_event(event, by=cleo)
    violation = record_violation(
        agreement, by=ben, party=speaker, standing="alleged", what="A strike on an energy site",
        happened_on=date(2025, 3, 26), alleged_by=make_speaker("Ukraine"), source=source, count=3,
    )  # fmt: skip
    confirm_violation(violation, by=cleo)
    open_rechecks([claim], cause="source_changed", summary="The page was reworded.")
    measure = make_measure()
    series = Series.objects.create(
        measure=measure, publisher=publisher, name="Nightly counts", granularity="night"
    )
    Observation.objects.create(
        series=series,
        period_start=date(2025, 3, 26),
        period_end=date(2025, 3, 27),
        value=117,
        reported_at=datetime(2025, 3, 27, 6, tzinfo=UTC),
        source=source,
    )
    confirm_series(series, by=cleo)
    perform(
        claim, "fix_typo", by=ben,
        data={"finding": "The air force has counted 1,297 drones in nine nights."},
    )  # fmt: skip
    corrected = correct(claim, by=ada, publisher=ben)
    return SimpleNamespace(
        claim=corrected,
        statement=statement,
        appearance=appearance,
        speaker=speaker,
        topic=topic,
        publisher=publisher,
        source=source,
        snapshot=source.snapshots.first(),
        agreement=agreement,
        event=event,
        measure=measure,
        series=series,
        evidence=claim.evidence.first(),
        reply=claim.replies.first(),
    )


def correct(claim, *, by, publisher, finding="The air force counted 1,300 drones in nine nights."):
    """Takes a published claim through another revision."""
    perform(claim, "reopen", by=by, note="A better count came in.")
    save_draft(claim, by=by, finding=finding)
    perform(claim, "submit", by=by)
    perform(
        claim, "publish", by=publisher,
        data={"kind": "correction", "public_note": "The count was put right."},
    )  # fmt: skip
    return Claim.objects.get(pk=claim.pk)


SECRET = "Xanadu"  # noqa: S105  a word that must not be read by the public


def make_secrets(world):
    """Puts the secret word into everything that the public must not see, beside what it may."""
    ada, ben, eli = make_user("ada"), make_user("ben", role="editor"), make_user("eli")
    hidden = {}
    for state in ("new", "researching", "in_review", "declined"):
        speaker = make_speaker(f"{SECRET} speaker {state}", description=f"{SECRET} described")
        hidden[state] = make_claim(
            state,
            text=f"{SECRET} claim {state}",
            finding=f"{SECRET} finding {state}",
            statement=make_statement(f"{SECRET} words {state}", speaker=speaker),
            topics=[make_topic(f"{SECRET.lower()}-{state}", f"{SECRET} topic {state}")],
            external_ref=f"{SECRET}:{state}",
        )
        source = make_source(
            f"{SECRET} source {state}",
            publisher=make_publisher(f"{SECRET} publisher {state}"),
            snapshot_text=f"{SECRET} words {state}",
        )
        make_appearance(hidden[state].main_statement, source)
    # A published claim whose working copy is being changed.
    reopened = make_claim("reopened", statement=make_statement("Other public words"))
    update_claim(
        reopened, by=ada, text=f"{SECRET} wording", short_text=f"{SECRET} short", language="uk"
    )
    save_draft(
        reopened, by=ada, code="inaccurate", finding=f"{SECRET} finding",
        rationale=f"{SECRET} rationale", would_change=f"{SECRET} change",
        search_log=f"{SECRET} log", public_note=f"{SECRET} note",
        single_source_reason=f"{SECRET} reason", as_of=date(2025, 12, 1),
    )  # fmt: skip
    working_source = make_source(
        f"{SECRET} working source", snapshot_text=f"{SECRET} quoted",
        publisher=make_publisher(f"{SECRET} working publisher"),
    )  # fmt: skip
    attach_evidence(
        reopened, by=ada, source=working_source, stance="refutes", quote=f"{SECRET} quoted",
        note=f"{SECRET} evidence note",
    )  # fmt: skip
    record_reply(reopened, by=ada, outcome="not_sought", reason=f"{SECRET} reply reason")
    # What joins something published, not yet confirmed by a second editor.
    late = make_statement(f"{SECRET} late words", speaker=make_speaker(f"{SECRET} late speaker"))
    attach_occurrence(world.claim, by=ben, statement=late)
    make_appearance(
        world.statement,
        make_source(f"{SECRET} late source", snapshot_text=world.statement.text),
    )
    relate_claims(
        world.claim, hidden["researching"], by=ben, kind="contradicts", note=f"{SECRET} relation"
    )
    record_agreement_event(
        world.agreement, by=ben, axis="agreement_state", value="in_effect",
        happened_on=date(2025, 3, 30), source=working_source, note=f"{SECRET} event",
    )  # fmt: skip
    record_violation(
        world.agreement, by=ben, party=world.speaker, standing="corroborated",
        what=f"{SECRET} violation", happened_on=date(2025, 3, 30), source=working_source,
    )  # fmt: skip
    open_rechecks([reopened], cause="new_evidence", summary=f"{SECRET} came in.")
    make_agreement(f"{SECRET} agreement")
    propose_statement_correction(
        world.statement, by=ben, explanation=f"{SECRET} explanation", text=f"{SECRET} corrected"
    )
    perform(world.claim, "propose_retraction", by=ben, note=f"{SECRET} retraction")
    series = Series.objects.create(
        measure=world.measure, publisher=make_publisher(f"{SECRET} counter"),
        name=f"{SECRET} series", granularity="day",
    )  # fmt: skip
    Observation.objects.create(
        series=series, period_start=date(2025, 3, 26), period_end=date(2025, 3, 26), value=3,
        reported_at=datetime(2025, 3, 27, 6, tzinfo=UTC), source=working_source,
    )  # fmt: skip
    confirm_series(series, by=make_user("cleo", role="editor"))
    waiting = Series.objects.create(
        measure=world.measure, publisher=world.publisher, name=f"{SECRET} nights",
        granularity="day", includes=f"{SECRET} of a public source",
    )  # fmt: skip
    Observation.objects.create(
        series=waiting, period_start=date(2025, 3, 26), period_end=date(2025, 3, 26), value=4,
        reported_at=datetime(2025, 3, 27, 6, tzinfo=UTC), source=world.source,
    )  # fmt: skip
    taken_down = make_claim(
        "taken_down", text=f"{SECRET} erased", statement=make_statement(f"{SECRET} erased words")
    )
    make_snapshot(world.source, f"{SECRET} text of a copy")
    return SimpleNamespace(
        hidden=hidden, reopened=reopened, late=late, taken_down=taken_down, series=series,
        source=working_source, eli=eli,
    )  # fmt: skip


def confirm(row, by="cleo"):
    return confirm_late(row, by=make_user(by, role="editor"))


def addresses(world):
    """Returns each GET address of the API with what it takes: (name, path, is it the desk's)."""
    claim, live = world.claim.public_id, world.claim.live_verdict
    source = world.source.public_id
    return [
        ("claims", "claims/", False),
        ("facets", "claims/facets/", False),
        ("claim_export", "claims/export/?format=jsonl", False),
        ("claim", f"claims/{claim}/", False),
        ("claim_history", f"claims/{claim}/history/", False),
        ("claim_actions", f"claims/{claim}/actions/", True),
        ("claim_draft", f"claims/{claim}/draft/", True),
        ("claim_replies", f"claims/{claim}/replies/", True),
        ("claim_reply", f"claims/{claim}/replies/{world.reply.pk}/", True),
        ("statements", "statements/", False),
        ("statement", f"statements/{world.statement.public_id}/", False),
        ("speakers", "speakers/", False),
        ("speaker", f"speakers/{world.speaker.public_id}/", False),
        ("topics", "topics/", False),
        ("topic", f"topics/{world.topic.slug}/", False),
        ("agreements", "agreements/", False),
        ("agreement", f"agreements/{world.agreement.public_id}/", False),
        ("rechecks", "rechecks/", True),
        ("evidence", "evidence/", False),
        ("evidence_row", f"evidence/{world.evidence.pk}/", True),
        ("evidence_detail", f"evidence/{claim}-{live.revision}-0/", False),
        ("corrections", "corrections/", False),
        ("sources", "sources/", False),
        ("source", f"sources/{source}/", False),
        ("captures", f"sources/{source}/captures/", True),
        ("snapshots", f"sources/{source}/snapshots/", True),
        ("snapshot", f"sources/{source}/snapshots/{world.snapshot.public_id}/", True),
        ("publishers", "publishers/", False),
        ("publisher", f"publishers/{world.publisher.public_id}/", False),
        ("measures", "measures/", False),
        ("measure", f"measures/{world.measure.code}/", False),
        ("series", "series/", False),
        ("series_detail", f"series/{world.series.public_id}/", False),
        ("counts", f"series/{world.series.public_id}/counts/", False),
        ("count_export", f"series/{world.series.public_id}/export/?format=csv", False),
        ("schema", "schema/", False),
        ("docs", "docs/", False),
    ]


# Addresses that only take POST (and DELETE).
WRITE_ONLY = ("claim_statements", "statement_appearances", "speaker_roles", "token")
# Those that know ?view=desk.
WITH_DESK_VIEW = (
    "claims", "claim", "statements", "statement", "speakers", "speaker", "agreements", "agreement",
    "evidence", "sources", "source", "publishers", "publisher", "series", "series_detail",
)  # fmt: skip
