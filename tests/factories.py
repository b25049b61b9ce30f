"""Plain functions that make what a test needs, with honest defaults and no randomness.

Everything goes through the operations, so that what a test starts from could really exist.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User

from sources.models import (
    Measure,
    Observation,
    Place,
    Publisher,
    Series,
    SeriesConfirmation,
    Snapshot,
    Source,
)
from sources.operations import (
    add_snapshot_file,
    add_snapshot_text,
    find_or_create_source,
    read_upload,
    save_publisher,
)
from statements.models import Agreement, Claim, Occasion, Speaker, Statement, Topic
from statements.operations import (
    add_claim,
    attach_evidence,
    link_appearance,
    perform,
    record_reply,
    record_statement,
    save_agreement,
    save_draft,
    save_speaker,
    set_quantity,
    tag_claim,
)

PASSWORD = "correct horse battery staple"  # noqa: S105 - of users in tests
WORDS = "Firing over 1,000 long-range drones at the country."


def make_user(name: str = "ada", *, role: str = "checker", **fields: Any) -> User:
    """Returns the user of this name, who is made with the role on first asking."""
    user, is_new = get_user_model().objects.get_or_create(
        username=name, defaults={"is_staff": True, **fields}
    )
    if is_new:
        user.set_password(PASSWORD)
        user.save()
        if role:
            user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_publisher(name: str = "Example Agency", **fields: Any) -> Publisher:
    known = Publisher.objects.filter(name=name).first()
    return known or save_publisher(by=make_user("ada"), name=name, **fields)


def make_source(title: str = "A report", *, snapshot_text: str = "", **fields: Any) -> Source:
    """Returns a source; with `snapshot_text` it has a frozen copy of that text."""
    slug = title.lower().replace(" ", "-")
    fields.setdefault("url", f"https://example.org/{slug}")
    source, _ = find_or_create_source(by=make_user("ada"), title=title, **fields)
    if snapshot_text:
        add_snapshot_text(source, by=make_user("ada"), text=snapshot_text)
    return source


def make_snapshot(source: Source | None = None, text: str = WORDS) -> Snapshot:
    return add_snapshot_text(source or make_source(), by=make_user("ada"), text=text)


def make_upload(source: Source, name: str, content: bytes, *, by: str = "ada") -> Snapshot:
    """Returns the frozen copy of a file that somebody uploaded."""
    upload = read_upload(name, content, url=source.url)
    return add_snapshot_file(source, by=make_user(by), upload=upload)


def make_speaker(name: str = "Keir Starmer", **fields: Any) -> Speaker:
    return Speaker.objects.filter(name=name).first() or save_speaker(
        by=make_user("ada"), name=name, **fields
    )


def make_occasion(title: str = "Press conference", **fields: Any) -> Occasion:
    return Occasion.objects.create(title=title, **fields)


def make_statement(
    text: str = WORDS, *, speaker: Speaker | None = None, **fields: Any
) -> Statement:
    fields.setdefault("said_edtf", "2025-03-27")
    return record_statement(
        by=make_user("ada"), speaker=speaker or make_speaker(), text=text, **fields
    )


def make_appearance(statement: Statement, source: Source | None = None, quote: str = "") -> Any:
    source = source or make_source("Where it was said", snapshot_text=f"He said: {statement.text}")
    return link_appearance(
        statement,
        by=make_user("ada"),
        source=source,
        snapshot=source.snapshots.first(),
        quote=quote or statement.text,
        is_first=not statement.appearances.exists(),
    )


def make_topic(
    slug: str = "russian-strikes", name: str = "Russian strikes", **fields: Any
) -> Topic:
    return Topic.objects.get_or_create(slug=slug, defaults={"name": name, **fields})[0]


def make_measure(code: str = "drones_launched", **fields: Any) -> Measure:
    return Measure.objects.get_or_create(
        code=code,
        defaults={
            "name": "Drones launched",
            "unit": "drones",
            "counting_rule": "Every drone launched counts as one.",
            "comparability_group": code,
            **fields,
        },
    )[0]


# Drones launched, as the Ukrainian Air Force reported them each morning from 18 to 27 March 2025.
LAUNCHED = (137, 145, 171, 214, 179, 147, 99, 139, 117, 86)


def make_series(
    values: tuple[int | None, ...] = LAUNCHED,
    *,
    name: str = "Nightly reports",
    first: date = date(2025, 3, 18),
    source: Source | None = None,
    confirmed: bool = True,
    **fields: Any,
) -> Series:
    """Returns a series of nightly counts, one a morning from `first` on; None is a gap.

    A second editor has let it be shown on the first morning.
    """
    fields = {
        "measure": make_measure(),
        "publisher": make_publisher("Ukrainian Air Force"),
        "place": make_place(),
        "granularity": "night",
        "time_zone": "Europe/Kyiv",
        **fields,
    }
    series = Series.objects.create(name=name, **fields)
    for number, value in enumerate(values):
        if value is not None:
            morning = first + timedelta(days=number)
            moment = datetime(morning.year, morning.month, morning.day, 6, tzinfo=UTC)
            Observation.objects.create(
                series=series,
                period_start=morning - timedelta(days=1),
                period_end=morning,
                value=value,
                reported_at=moment,
                recorded_at=moment,
                source=source,
            )
    if confirmed:
        let_be_shown(series, at=datetime(first.year, first.month, first.day, 6, tzinfo=UTC))
    return series


def let_be_shown(series: Series, *, at: datetime) -> SeriesConfirmation:
    """Confirms a series that nobody in person added, at a moment long ago."""
    return SeriesConfirmation.objects.create(
        series=series, confirmed_by=make_user("cleo", role="editor"), confirmed_at=at
    )


def make_place(name: str = "Ukraine", code: str = "UA") -> Place:
    return Place.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_agreement(name: str = "30-day ceasefire", **fields: Any) -> Agreement:
    fields.setdefault("kind", "preliminary_ceasefire")
    return save_agreement(by=make_user("ada"), name=name, **fields)


# How far each state is from a new claim: the way a claim really goes.
WAYS: dict[str, tuple[str, ...]] = {
    "new": (),
    "researching": ("take",),
    "declined": ("decline",),
    "in_review": ("take", "submit"),
    "published": ("take", "submit", "publish"),
    "reopened": ("take", "submit", "publish", "reopen"),
    "retracted": ("take", "submit", "publish", "propose_retraction", "retract"),
    "taken_down": ("take", "submit", "publish", "propose_take_down", "take_down"),
}


def make_claim(
    state: str = "new",
    *,
    text: str = "Russia launched more than 1,000 long-range drones in nine nights",
    short_text: str = "",
    author: str = "ada",
    reviewer: str = "ben",
    roots: int = 2,
    finding: str = "The air force counted 1,297 drones in nine nights.",
    code: str = "accurate",
    statement: Statement | None = None,
    kind: str = "other",
    **fields: Any,
) -> Claim:
    """Returns a claim that went its way to `state`: found by `author`, published by `reviewer`.

    `roots` independent sources with a frozen copy are cited. An empty `finding` or too few
    roots are left out after the submission, as nobody could submit such a claim.
    """
    ada = make_user(author)
    ben = make_user(reviewer, role="editor")
    cleo = make_user("cleo", role="editor")
    statement = statement or make_statement(WORDS)
    claim = add_claim(
        by=ada,
        text=text,
        short_text=short_text or text[:75],
        kind=kind,
        statement=statement,
        **fields,
    )
    steps = WAYS[state]
    if steps and steps[0] == "take" and (state != "researching" or finding):
        make_ready(claim, by=ada, roots=roots, finding=finding, code=code)
    actors = {"publish": ben, "propose_retraction": ben, "propose_take_down": ben}
    actors |= {"retract": cleo, "take_down": cleo}
    for step in steps:
        perform(
            claim,
            step,
            by=actors.get(step, ada),
            note="The source was withdrawn." if step not in ("take", "submit") else "",
            data={"reason": "not_checkable"} if step == "decline" else None,
        )
    return claim


def make_ready(
    claim: Claim,
    *,
    by: User,
    roots: int = 2,
    finding: str = "The air force counted 1,297 drones in nine nights.",
    code: str = "accurate",
) -> Claim:
    """Gives a claim all that G1 to G4 ask for."""
    for number in range(1, roots + 1):
        publisher = make_publisher(f"Agency {number}")
        source = make_source(
            f"Report {number}", publisher=publisher, snapshot_text=f"Report {number}: 1,297 drones."
        )
        attach_evidence(claim, by=by, source=source, stance="supports", quote="1,297 drones")
    is_commitment = claim.kind == "commitment"
    save_draft(
        claim,
        by=by,
        code="" if is_commitment else code,
        commitment_status="fulfilled" if is_commitment else "",
        finding=finding,
        rationale="Nine nightly reports add up to 1,297.",
        as_of=date(2025, 3, 28),
    )
    record_reply(claim, by=by, outcome="not_sought", reason="Public figures speak for themselves.")
    return claim


def make_number_claim(
    topic: Topic,
    *,
    text: str = "Russia launched more than 1,000 drones",
    value: int = 1000,
    period: str = "2025-03-18/2025-03-20",
) -> Claim:
    """Returns a published claim of a topic with a number: more than `value` drones, by night."""
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    claim = make_claim(text=text, kind="quantity")
    set_quantity(
        claim,
        by=ada,
        measure=make_measure(),
        comparator="more_than",
        value=value,
        period_edtf=period,
        period_counts="nights",
        place=make_place(),
    )
    tag_claim(claim, by=ada, topics=[topic])
    make_ready(claim, by=ada)
    for action, by in (("take", ada), ("submit", ada), ("publish", ben)):
        perform(claim, action, by=by)
    return claim
