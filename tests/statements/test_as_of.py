"""As of a day: what was shown at any moment of the past is shown again, and nothing more."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
import time_machine
from django.utils import timezone

from sources.errors import Invalid, Refused
from sources.models import Series
from sources.operations import Told, confirm_series, record_observations
from statements import as_of, shown_claim
from statements.api.claim_public import document_of
from statements.models import (
    AgreementEvent,
    AgreementViolation,
    ClaimRelation,
    Occurrence,
    StatementCorrection,
)
from statements.operations import (
    attach_occurrence,
    confirm_agreement_event,
    confirm_late,
    confirm_statement_correction,
    confirm_violation,
    perform,
    propose_statement_correction,
    record_agreement_event,
    record_violation,
    relate_claims,
    resolve_relation,
    save_agreement,
    save_draft,
    set_status,
    tag_claim,
    update_claim,
)
from statements.public.agreement_page import agreement_page_of
from statements.public.cards import cards_of, listing_of
from statements.public.claim_page import claim_page_of
from statements.public.frame import current_frame
from statements.search import Query
from statements.standings import confirmed_events, violations_of
from statements.topic_counts import as_document, counts_of_topic
from tests.factories import (
    make_agreement,
    make_claim,
    make_measure,
    make_number_claim,
    make_publisher,
    make_ready,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

START = datetime(2025, 4, 10, 23, 50, tzinfo=UTC)


# ---- replaying ------------------------------------------------------------------------------


class Newsroom:
    """People who do whatever they may, in a random order, while a clock goes on."""

    def __init__(self, seed):
        self.random = Random(seed)  # noqa: S311  the same story each time
        self.people = {
            name: make_user(name, role="editor") for name in ("ada", "ben", "cleo", "dana")
        }
        self.done = Counter()
        self.topic = make_topic()
        self.agreement = make_agreement("Ceasefire")
        self.parties = [make_speaker("Russia"), make_speaker("Ukraine")]
        self.source = make_source("A readout")
        self.claims = []
        for number in range(3):
            statement = make_statement(f"Words {number}.")
            claim = make_claim(text=f"Claim {number}", statement=statement, kind="status")
            set_status(
                claim, by=self.someone(), agreement=self.agreement, axis="agreement_state",
                value="in_effect", as_of=date(2025, 3, 1),
            )  # fmt: skip
            make_ready(claim, by=self.people["ada"])
            if number:  # one is published when the story begins, one is on its way
                perform(claim, "take", by=self.people["ada"])
                perform(claim, "submit", by=self.people["ada"])
            if number == 1:
                perform(claim, "publish", by=self.people["ben"])
            tag_claim(claim, by=self.someone(), topics=[self.topic])
            self.claims.append(claim)
        self.claims.append(make_number_claim(self.topic))
        self.series = Series.objects.create(
            measure=make_measure(), publisher=make_publisher(), name="Nights", granularity="night",
            added_by=self.people["ada"],
        )  # fmt: skip

    def someone(self):
        return self.random.choice(list(self.people.values()))

    def step(self):
        """Tries to do one thing; what the rules refuse is left undone."""
        deeds = [self.act] * 8 + [
            self.reword, self.announce, self.attach, self.confirm_one, self.correct, self.relate,
            self.resolve, self.record_event, self.record_event, self.confirm_event,
            self.confirm_event, self.reterm, self.observe, self.observe, self.confirm_counts,
            self.violate, self.bear_out,
        ]  # fmt: skip
        deed = self.random.choice(deeds)
        try:
            deed()
        except Refused:
            return
        self.done[deed.__name__] += 1

    def act(self):
        claim = self.random.choice(self.claims)
        claim.refresh_from_db()
        codes = {
            "new": ["take"],
            "researching": ["submit"],
            "in_review": ["publish"] * 3 + ["return"],
            "published": ["reopen", "propose_retraction", "retract", "fix_typo"],
            "reopened": ["submit", "submit", "reaffirm", "propose_retraction", "retract"],
            "retracted": ["reopen", "propose_take_down", "take_down", "withdraw_proposal"],
            "taken_down": ["take"],
        }[claim.state]
        code = self.random.choice(codes)
        data = {
            "publish": {"kind": self.random.choice(["update", "correction"]), "public_note": "New."}
            if claim.was_published
            else {},
            "reaffirm": {"as_of": "2025-03-28"},
            "fix_typo": {"finding": "The air force counted 1,297 drone in nine nights."},
        }.get(code, {})
        by = claim.assignee if code == "submit" and claim.assignee else self.someone()
        perform(claim, code, by=by, note="A reason.", data=data)
        self.done[code] += 1

    def reword(self):
        claim = self.random.choice(self.claims)
        claim.refresh_from_db()
        number = self.random.randint(1, 99)
        update_claim(claim, by=self.someone(), text=f"Reworded {number}", short_text=f"R {number}")
        code = self.random.choice(["accurate", "mixed", "inaccurate"])
        save_draft(claim, by=self.someone(), code=code, finding=f"We found {number}.")

    def announce(self):
        claim = self.random.choice(self.claims)
        claim.refresh_from_db()
        update_claim(claim, by=self.someone(), show_as_open=not claim.show_as_open)

    def attach(self):
        number = self.random.randint(1, 9_999)
        day = f"2025-03-{self.random.randint(1, 28):02}"
        statement = make_statement(f"Said again {number}", said_edtf=day)
        attach_occurrence(
            self.random.choice(self.claims), by=self.someone(), statement=statement,
            stated_lower=number,
        )  # fmt: skip

    def confirm_one(self):
        rows = [*Occurrence.objects.waiting(), *ClaimRelation.objects.waiting()]
        if rows:
            confirm_late(self.random.choice(rows), by=self.someone())

    def correct(self):
        waiting = StatementCorrection.objects.filter(confirmed_at=None, withdrawn_at=None).first()
        if waiting:
            confirm_statement_correction(waiting, by=self.someone())
            return
        row = self.random.choice(list(Occurrence.objects.all()))
        propose_statement_correction(
            row.statement, by=self.someone(), explanation="We had misheard.",
            text=f"Heard better {self.random.randint(1, 99)}", said_edtf="2025-03-09",
        )  # fmt: skip

    def relate(self):
        one, other = self.random.sample(self.claims, 2)
        kind = self.random.choice(["repeats", "apparent_conflict", "narrows"])
        relate_claims(one, other, by=self.someone(), kind=kind)

    def resolve(self):
        row = self.random.choice(list(ClaimRelation.objects.all()) or [None])
        if row:
            note = f"Two meetings {self.random.randint(1, 99)}"
            resolve_relation(row, by=self.someone(), resolution="not_comparable", note=note)

    def record_event(self):
        party = self.random.choice([None, *self.parties])
        old = self.random.choice([None, None, *AgreementEvent.objects.all()])
        values = ["proposed", "accepted", "rejected"] if party else ["announced", "in_effect"]
        record_agreement_event(
            self.agreement, by=self.someone(), axis="party_position" if party else "agreement_state",
            value=self.random.choice(values), party=party, source=self.source, supersedes=old,
            happened_on=date(2025, 3, self.random.randint(1, 28)),
        )  # fmt: skip

    def confirm_event(self):
        rows = list(AgreementEvent.objects.waiting())
        if rows:
            confirm_agreement_event(self.random.choice(rows), by=self.someone())

    def observe(self):
        day = date(2025, 3, self.random.randint(17, 22))
        sources = ["Report 1", "A readout", "A report that nobody cites"]
        now = timezone.now()
        record_observations(
            self.series, [Told(day, Decimal(self.random.randint(1, 900)))], by=self.someone(),
            reported_at=now - timedelta(microseconds=self.random.randint(0, 10**6)),
            source=make_source(self.random.choice(sources)),
        )  # fmt: skip

    def confirm_counts(self):
        confirm_series(self.series, by=self.someone())

    def violate(self):
        old = self.random.choice([None, *AgreementViolation.objects.all()])
        record_violation(
            self.agreement, by=self.someone(), party=old.party if old else self.parties[0],
            standing=self.random.choice(["alleged", "corroborated"]), supersedes=old,
            what=f"A strike {self.random.randint(1, 99)}", alleged_by=self.parties[1],
            happened_on=date(2025, 3, 20), source=self.source,
        )  # fmt: skip

    def bear_out(self):
        rows = list(AgreementViolation.objects.waiting())
        if rows:
            confirm_violation(self.random.choice(rows), by=self.someone())

    def reterm(self):
        self.agreement.refresh_from_db()
        self.agreement = save_agreement(
            self.agreement, by=self.someone(), description=f"As agreed {self.random.random()}"
        )

    # ---- what a reader sees ----

    def seen(self):
        """Everything that the pages show now, each noun by itself."""
        found = {
            claim.public_id: _claim_seen(shown_claim.claim_with(claim.public_id))
            for claim in self.claims
        }
        listing = listing_of(Query(facets=(("topic", self.topic.slug),)))
        found["counts"] = list(map(as_document, counts_of_topic(self.topic.slug)))
        found["topic"] = [card for card in listing.cards if _has_finding(card)]
        self.agreement.refresh_from_db()
        few = listing_of(Query(facets=(("agreement", self.agreement.public_id),)))
        found["agreement"] = _agreement_seen(self.agreement, few.cards)
        return found

    def seen_then(self, at):
        """What is shown of a moment when it is asked for now."""
        found = {}
        for claim in self.claims:
            now = shown_claim.claim_with(claim.public_id)
            is_open = now is not None and now.state != "taken_down"
            found[claim.public_id] = _claim_seen(as_of.claim_then(now, at)) if is_open else "gone"
        found["counts"] = list(map(as_document, counts_of_topic(self.topic.slug, at)))
        found["topic"] = cards_of(as_of.topic_lines_then(self.topic.slug, at, most=25))
        ids = as_of.agreement_claims_then(self.agreement, at)
        terms = as_of.terms_then(type(self.agreement).objects.get(pk=self.agreement.pk), at)
        found["agreement"] = _agreement_seen(terms, cards_of(as_of.lines_then(ids, at)), at)
        return found


def _claim_seen(claim):
    """Page and JSON of a claim; of an open check without wording, which is today's."""
    if claim is None or claim.state == "taken_down":
        return None
    page = asdict(claim_page_of(claim, current_frame(), "/claims/x/"))
    document = document_of(claim)
    # One ClaimReview and one bundle a claim, on the page of today.
    del page["structured"], page["bundle_url"]
    if not claim.was_published:
        return page["standing"], page["sayings"], document["state"], document["statements"]
    document["url"] = page["title"]  # its slug is of the wording then
    return page, document


def _has_finding(card):
    return card.badge is not None or card.note.kind == "retracted"


def _agreement_seen(agreement, cards, at=None):
    events = confirmed_events(agreement, known_at=at)
    violations = violations_of(agreement, known_at=at)
    return agreement_page_of(agreement, events, violations, on=None, as_of=None), cards


@pytest.mark.slow  # a story of some fifty deeds, told and then replayed
@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_shown_at_any_moment_is_shown_again(seed):
    shown = {}
    with time_machine.travel(START, tick=False) as clock:
        newsroom = Newsroom(seed)
        for _ in range(60):
            newsroom.step()
            shown[timezone.now()] = newsroom.seen()
            clock.shift(
                newsroom.random.choice([timedelta(0), timedelta(seconds=1), timedelta(hours=7)])
            )
        clock.shift(timedelta(days=2))

        replayed = {at: newsroom.seen_then(at) for at in shown}

    gone = {key for seen in replayed.values() for key, value in seen.items() if value == "gone"}
    hidden_now = {
        claim.public_id
        for claim in newsroom.claims
        if shown_claim.claim_with(claim.public_id) is None
    }
    for at, seen in shown.items():
        for key, value in seen.items():
            if key in gone | hidden_now:
                continue
            assert replayed[at][key] == value, (seed, at, key)
    # The story is worth telling: things were published, changed and taken back.
    assert sum(newsroom.done.values()) > 20
    assert len({str(seen) for seen in shown.values()}) > 10


# ---- days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ([], None),
        ([""], None),
        (["2025-03-27"], date(2025, 3, 27)),
        (["2025-04-01"], date(2025, 4, 1)),
    ],
)
def test_a_day_is_read_from_the_address(told, day):
    with time_machine.travel("2025-04-01 00:30 +0000", tick=False):
        assert as_of.read_day(told) == day


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (["yesterday"], "write as_of as a day: 2025-03-27"),
        (["20250327"], "write as_of as a day: 2025-03-27"),
        (["2025-02-30"], "write as_of as a day: 2025-03-27"),
        (["2025-W13-4"], "write as_of as a day: 2025-03-27"),
        (["٢٠٢٥-٠٣-٢٧"], "write as_of as a day: 2025-03-27"),
        (["2025-03-27T12:00"], "write as_of as a day: 2025-03-27"),
        (["2025-04-02"], "the day in as_of has not come yet"),
        (["9999-12-31"], "the day in as_of has not come yet"),
        (["2025-03-27", "2025-03-28"], "give as_of once"),
    ],
)
def test_what_is_no_day_is_refused_in_words(told, refusal):
    with (
        time_machine.travel("2025-04-01 23:59 +0000", tick=False),
        pytest.raises(Invalid, match=f"^{refusal}$"),
    ):
        as_of.read_day(told)


def test_a_day_ends_at_midnight_utc():
    assert as_of.end_of(date(2025, 3, 27)) == datetime(2025, 3, 27, 23, 59, 59, 999_999, tzinfo=UTC)
