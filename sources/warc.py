"""An exchange as a web archive file (WARC 1.1, ISO 28500), which other tools read and replay."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from collections.abc import Sequence

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date
from warcio.warcwriter import WARCWriter

from sources.capture import Exchange

VERSION = "WARC/1.1"


def write(exchanges: Sequence[Exchange]) -> bytes:
    """Returns one gzipped WARC file: for each hop the answer and the request, byte for byte."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True, warc_version=VERSION)
    writer.write_record(
        writer.create_warcinfo_record(
            "capture.warc.gz", {"software": "claimtracker", "format": "WARC File Format 1.1"}
        )
    )
    for exchange in exchanges:
        answer = _new_id()
        writer.write_record(_record(exchange, "response", exchange.response, answer))
        question = _record(exchange, "request", exchange.request, _new_id())
        question.rec_headers.add_header("WARC-Concurrent-To", answer)
        writer.write_record(question)
    return stream.getvalue()


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _record(exchange: Exchange, kind: str, raw: bytes, name: str) -> ArcWarcRecord:
    """Makes a record of raw bytes: warcio's own way reads the header and writes it anew."""
    headers = StatusAndHeaders(
        "",
        [
            ("WARC-Type", kind),
            ("WARC-Record-ID", name),
            ("WARC-Target-URI", exchange.url),
            ("WARC-Date", datetime_to_iso_date(exchange.at, use_micros=True)),
            ("WARC-IP-Address", exchange.ip),
            ("WARC-Payload-Digest", _digest(raw.partition(b"\r\n\r\n")[2])),
            ("WARC-Block-Digest", _digest(raw)),
        ],
        protocol=VERSION,
    )
    record = ArcWarcRecord(
        "warc", kind, headers, io.BytesIO(raw), None,
        f"application/http; msgtype={kind}", len(raw),
    )  # fmt: skip
    record.payload_length = len(raw)
    return record


def _digest(raw: bytes) -> str:
    # The hash that readers of this format expect; what we rely on is the blob's sha256.
    return "sha1:" + base64.b32encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()
