"""Small archives for the tests of imports, in the shapes that real ones have."""

from __future__ import annotations

import gzip
import io
import json

from statements.imports.factchecks import import_factchecks
from statements.imports.options import Options

FLAT = {
    "id": "a-1",
    "statement": "“Crime fell by 10% in two years.”",
    "speaker": "Jane Doe",
    "speaker_slug": "jane-doe",
    "speaker_role": "Mayor",
    "date": "2019-10-22",
    "context": "in a speech",
    "topics": ["crime", "state-budget"],
    "verdict": "Half True",
    "explanation": "It fell, but in one year.",
    "justification": None,
    "url": "https://checks.example/crime/",
    "date_published": "2019-10-30",
    "publisher": "PolitiFact",
    "language": "en",
}
UTTERANCE = {
    "id": "john-roe/2017-07-27",
    "statement": "Look at [@FBI](https://twitter.com/FBI): “never” happened. “So what?”",
    "speaker": "John Roe",
    "speaker_slug": "john-roe",
    "speaker_role": "Director",
    "date": "2017-07-27",
    "context": "Twitter",
    "claims": ["leaks-are-a-felony"],
    "sources": [
        {"type": "twitter", "user": "roe", "id": 890},
        {"type": "transcript", "url": "https://www.Example.org/texts/the-talk.html", "start": 12},
        {"type": "abc", "id": "77"},
    ],
    "checks": [
        {
            "checker": "politifact",
            "publisher": "PolitiFact",
            "rating": "false",
            "quote": "He was [wrong](https://x.example/).",
            "source": "https://checks.example/leak/",
        },
        {
            "checker": "times",
            "publisher": "The Times",
            "short": "Not so.",
            "source": "https://times.example/leak",
        },
    ],
}


def flat(**fields):
    return {**FLAT, **fields}


def utterance(**fields):
    return {**UTTERANCE, **fields}


def as_lines(rows):
    """Returns rows as the bytes of a file; text and bytes among them stand as they are."""
    lines = []
    for row in rows:
        if isinstance(row, bytes):
            lines.append(row)
        else:
            text = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)
            lines.append(text.encode("utf-8", "surrogatepass"))
    return b"\n".join(lines) + b"\n"


def bring_in(*rows, by=None, packed=False, content=None, report=None, gather=None, **options):
    """Imports rows and returns the outcome."""
    content = as_lines(rows) if content is None else content
    if packed:
        content = gzip.compress(content)
    more = {"gather": gather} if gather else {}
    return import_factchecks(
        io.BytesIO(content),
        name="archive.jsonl",
        by=by,
        options=Options(**{"origin": "archive", **options}),
        report=report,
        **more,
    )


CORPUS = {
    "speakers": [
        {"id": 1, "name": "Ann Bee", "slug": "ann-bee", "role": "mayor"},
        {"id": 2, "name": "Cy Dee", "slug": "cy-dee", "role": "analyst"},
    ],
    "sources": [
        {"id": 1, "title": "Report one", "publisher": "Daily Wire", "kind": "article",
         "url": "https://wire.example/1", "published_on": "2024-03-09"},
        {"id": 2, "title": "Record two", "publisher": "Archive", "kind": "official-record",
         "url": "https://archive.example/2", "published_on": "2024-04-09"},
    ],
    "statements": [
        {"id": 1, "speaker_id": 1, "date": "2022-01-01", "quote": "We launched many drones.",
         "context": "At a summit.", "source_ids": [1, 2]},
        {"id": 2, "speaker_id": 2, "date": "2021-01-01", "quote": "The plan holds.",
         "context": "In a talk.", "source_ids": [2]},
    ],
    "claims": [
        {"id": 1, "text": "More than 147 drones were launched.", "statement_ids": [1, 2],
         "topic": "strike-counts", "state": "published", "verdict": "accurate",
         "published_at": "2022-02-18T05:12:22Z", "kind": "quantity", "comparator": "more_than",
         "value": 147, "unit": "drones", "period_start": "2022-02-01", "period_end": "2022-02-18"},
        {"id": 2, "text": "The agreement is in effect.", "statement_ids": [2],
         "topic": "black-sea", "state": "published", "verdict": "unproven",
         "published_at": "2022-02-18T05:12:22Z", "kind": "status", "status": "in_effect",
         "as_of": "2021-02-18"},
        {"id": 3, "text": "A hidden thing happened.", "statement_ids": [1], "topic": "black-sea",
         "state": "new", "verdict": None, "published_at": None, "kind": "event"},
        {"id": 4, "text": "About 20 tonnes came in.", "statement_ids": [1], "topic": "trade",
         "state": "in_review", "verdict": None, "published_at": None, "kind": "quantity",
         "comparator": "about", "value": 20, "unit": "tonnes", "period_start": "2022-02-01",
         "period_end": "2022-02-01"},
        {"id": 5, "text": "A thing is looked into.", "statement_ids": [2], "topic": "trade",
         "state": "researching", "verdict": None, "published_at": None, "kind": "event"},
        {"id": 6, "text": "A thing was taken back.", "statement_ids": [2], "topic": "trade",
         "state": "retracted", "verdict": "mixed", "published_at": "2020-01-01T00:00:00Z",
         "kind": "event"},
    ],
    "evidence": [
        {"id": 1, "claim_id": 1, "source_id": 2, "stance": "supports", "note": "It counts 150."},
        {"id": 2, "claim_id": 1, "source_id": 1, "stance": "context", "note": "It reports so."},
        {"id": 3, "claim_id": 4, "source_id": 1, "stance": "refutes", "note": "It says 30."},
        {"id": 4, "claim_id": 6, "source_id": 1, "stance": "refutes", "note": ""},
    ],
}  # fmt: skip


def write_corpus(folder, **files):
    """Writes the five files of a corpus, some of them with other rows."""
    folder.mkdir(exist_ok=True)
    for name, rows in {**CORPUS, **files}.items():
        (folder / f"{name}.jsonl").write_bytes(as_lines(rows))
    return folder
