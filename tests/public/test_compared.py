"""What a number was held against, as its sealed finding has it: in words, rows and a picture."""

import pytest

from statements.public.compared import compared_of

DETAIL = {
    "lower": "1000", "upper": None, "comparator": "more_than", "words": "more than 1,000 drones",
    "measure": {"unit": "drones"},
}  # fmt: skip


def night(end, value, **fields):
    start = f"{end[:8]}{int(end[8:]) - 1:02}"
    return {
        "start": start, "end": end, "value": value, "lower": None, "upper": None,
        "source": "Report", **fields,
    }  # fmt: skip


def held(outcome="compatible", *, number="1297", name="Nightly reports", **fields):
    """One comparison as it is sealed; `against` takes what differs of the series."""
    against = {
        "name": name, "counter": "Air Force", "place": "Ukraine", "granularity": "night",
        "measure_name": "Drones launched", **fields.pop("against", {}),
    }  # fmt: skip
    return {
        "against": against, "outcome": outcome, "label": "Fits the claim", "robustness": "",
        "words": ["1,297 drones in 9 of 9 nights: compatible."],
        "runs": [{"number": number, "coverage": "9 of 9 nights", "edge": ""}],
        "counts": [night("2025-03-19", "145")], **fields,
    }  # fmt: skip


def told_of(*series, readings=(), detail=DETAIL):
    return compared_of(
        {"comparison": {"series": list(series), "readings": list(readings)}, "detail": detail}
    )


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"comparison": None, "detail": DETAIL},
        {"comparison": {"series": [], "readings": []}, "detail": DETAIL},
        {"comparison": {"series": [held()], "readings": []}, "detail": None},
    ],
)
def test_a_finding_that_held_its_number_against_nothing_shows_nothing(document):
    assert compared_of(document) is None


def test_what_cannot_be_compared_stands_apart():
    found = told_of(held(), held("not_comparable", name="The whole file"))

    assert [row.name for row in found.held] == ["Air Force: Nightly reports, Ukraine"]
    assert [row.name for row in found.not_comparable] == ["Air Force: The whole file, Ukraine"]
    assert found.not_comparable_words == "What cannot be compared with it (1)"


def test_a_reading_is_named_by_what_it_counts():
    reading = held(against={"name": "", "counter": "", "place": ""}, counts=[])

    (row,) = told_of(readings=[reading]).held

    assert row.name == "Drones launched, as the evidence says"
    assert row.rows == []


@pytest.mark.parametrize(
    ("robustness", "words"),
    [
        ("robust", "Robust: the same answer each way"),
        ("fragile", "Fragile: the answer depends on which way is right"),
        ("", ""),
    ],
)
def test_robustness_is_told_once(robustness, words):
    lines = ["1,297 drones: compatible.", "Robust: the answer is the same each way."]

    (row,) = told_of(held(robustness=robustness, words=lines)).held

    assert (row.told, row.robustness) == (["1,297 drones: compatible."], words)


@pytest.mark.parametrize(
    ("granularity", "count", "period", "number"),
    [
        ("night", night("2025-03-19", "145"), "Night ending on 19 March 2025", "145"),
        (
            "day", {**night("2025-03-19", "1000"), "start": "2025-03-19"}, "19 March 2025", "1,000",
        ),
        (
            "week", {**night("2025-03-23", "9"), "start": "2025-03-17"},
            "17 March 2025 to 23 March 2025", "9",
        ),
        (
            "night", night("2025-03-19", "145", lower="140", upper="1500"),
            "Night ending on 19 March 2025", "145 (140 to 1,500)",
        ),
        ("night", night("2025-03-19", "145", lower="140"), "Night ending on 19 March 2025", "145"),
    ],
)  # fmt: skip
def test_a_count_is_told_with_its_period(granularity, count, period, number):
    (row,) = told_of(held(against={"granularity": granularity}, counts=[count])).held

    assert [(line.period, line.number, line.source) for line in row.rows] == [
        (period, number, "Report")
    ]


@pytest.mark.parametrize(("count", "is_long"), [(12, False), (13, True)])
def test_many_counts_are_folded(count, is_long):
    (row,) = told_of(held(counts=[night(f"2025-03-{n + 2:02}", "1") for n in range(count)])).held

    assert (row.is_long, row.rows_words) == (is_long, f"The {count} counts behind it")


def test_the_picture_says_what_was_claimed_and_what_was_counted():
    with_edge = held()
    with_edge["runs"] += [
        {"number": "1434", "coverage": "10 of 10 nights", "edge": "the night ending on the 18th"}
    ]

    words = told_of(with_edge, held("not_comparable", number="5")).picture.sentence

    assert words == (
        "Claimed were more than 1,000 drones. 1,297 counted by Air Force in 9 of 9 nights and "
        "1,434 counted by Air Force in 10 of 10 nights, with the night ending on the 18th."
    )


def test_nothing_is_drawn_where_nothing_can_be_held_against_it():
    assert told_of(held("not_comparable")).picture is None
    assert told_of(held(number=None)).picture is None
