"""Proof bundles: what is in them, and that not a byte of them changes without being named."""

import io
import json
import re
import subprocess
import sys
import zipfile

import pytest
from django.core.management import CommandError, call_command

from sources.operations import update_source
from statements.exports import verify_bundle
from statements.exports.bundle import bundle_of
from statements.models import StateChange
from statements.operations import link_appearance, perform
from tests.factories import make_claim, make_source, make_statement, make_user

pytestmark = pytest.mark.django_db


def make_bundle(*, is_open=True, **fields):
    """Returns a published claim with its bundle; with `is_open` one source may be passed on."""
    claim = make_claim("published", **fields)
    if is_open:
        update_source(
            claim.evidence.first().source, by=make_user("ben", role="editor"),
            rights="open_licence",
        )  # fmt: skip
    return claim, b"".join(bundle_of(claim, claim.live_verdict))


def files_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def faults(data):
    return list(verify_bundle.faults_of(data))


def pack(files):
    return b"".join(verify_bundle.write(files.items()))


def test_bundle_has_all_that_the_finding_rests_on():
    claim, data = make_bundle()
    first, second = claim.evidence.all()

    files = files_in(data)

    assert list(files) == [
        "README.txt",
        "verify_bundle.py",
        "finding.json",
        "history.json",
        "evidence.json",
        f"texts/{first.snapshot.text_sha256}.txt",
        f"copies/{first.snapshot.sha256}.txt",
        "MANIFEST.json",
    ]
    assert files["finding.json"].decode() == claim.live_verdict.content
    assert files[f"texts/{first.snapshot.text_sha256}.txt"].decode() == first.snapshot.text
    rows = json.loads(files["evidence.json"])["evidence"]
    assert [(row["anchor"]["exact"], bool(row["text_file"])) for row in rows] == [
        ("1,297 drones", True), ("1,297 drones", False)
    ]  # fmt: skip
    assert second.snapshot.text not in data.decode(errors="replace")
    assert faults(data) == []


def test_same_finding_is_the_same_bytes():
    claim, data = make_bundle()
    make_claim("published", text="Another claim, of another day")

    assert b"".join(bundle_of(claim, claim.live_verdict)) == data


def test_history_tells_hashes_alone_of_what_is_not_public():
    claim, _ = make_bundle()
    ada = make_user("ada")
    perform(claim, "reopen", by=ada, note="A secret doubt.")

    data = b"".join(bundle_of(claim, claim.live_verdict))

    history = json.loads(files_in(data)["history.json"])
    assert [link.get("action") for link in history["links"]] == [None, None, "publish"]
    assert history["links"][0] == {
        "sequence": 1,
        "prev_hash": "0" * 64,
        "hash": StateChange.objects.get(claim=claim, sequence=1).hash,
    }
    assert b"secret" not in data
    assert faults(data) == []


def test_second_revision_is_proven_with_the_first_in_its_chain():
    claim, _ = make_bundle()
    ada, ben = make_user("ada"), make_user("ben")
    perform(claim, "reopen", by=ada, note="A newer report.")
    perform(claim, "reaffirm", by=ben, data={"as_of": "2025-04-01"})
    claim.refresh_from_db()

    data = b"".join(bundle_of(claim, claim.live_verdict))

    links = json.loads(files_in(data)["history.json"])["links"]
    assert [link.get("action") for link in links] == [None, None, "publish", None, "reaffirm"]
    assert faults(data) == []


def test_pieces_of_a_shortened_quote_and_appearances_are_proven_too():
    statement = make_statement("We fired over 1,000 drones")
    source = make_source("Transcript", snapshot_text="He said: We fired over 1,000 drones.")
    link_appearance(
        statement, by=make_user("ada"), source=source, snapshot=source.snapshots.get(),
        quote="We fired … drones", is_first=True,
    )  # fmt: skip
    update_source(source, by=make_user("ben", role="editor"), rights="own")

    _, data = make_bundle(statement=statement, is_open=False)

    row = json.loads(files_in(data)["evidence.json"])["appearances"][0]
    assert row["anchor"]["shortened"] == "We fired […] drones"
    assert row["text_file"] in files_in(data)
    assert faults(data) == []


# ---- altered ------------------------------------------------------------------------------


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :]


def places_of(data):
    """Yields every byte of the archive's own, and of each file the first, some inner, the last."""
    members = verify_bundle.read(data)
    for member in members:
        begin = member.offset + len(verify_bundle.local_header(member.name, member.content))
        for place in range(member.offset, begin):
            yield place, member.name
        end = begin + len(member.content)
        step = max(1, len(member.content) // 6)
        for place in (*range(begin, end, step), end - 1):
            yield place, member.name
    place = end
    for member in members:
        entry = len(verify_bundle.central_entry(member.name, member.content, 0))
        for at in range(place, place + entry):
            yield at, member.name
        place += entry
    for at in range(place, len(data)):
        yield at, "the end of the archive"


@pytest.mark.slow  # over a thousand bytes are flipped one by one
def test_any_flipped_byte_is_named():
    """Of a name itself the altered spelling is told, and of a broken header what stands before."""
    _, data = make_bundle()
    assert faults(data) == []
    nameless = re.compile(r"the archive |the header of a file |altered at byte")

    unnamed = [
        (place, name, found)
        for place, name in places_of(data)
        if not (found := faults(flipped(data, place)))
        or (
            not any(name in fault or nameless.search(fault) or "\ufffd" in fault for fault in found)
            and not any(_is_like(name, fault) for fault in found)
        )
    ]

    assert unnamed == []


def _is_like(name, fault):
    """Says whether the fault names a file whose name differs in one letter."""
    told = fault.partition(":")[0]
    return len(told) == len(name) and sum(a != b for a, b in zip(told, name, strict=True)) == 1


@pytest.mark.parametrize(
    "name", ["README.txt", "verify_bundle.py", "finding.json", "evidence.json", "history.json",
             "MANIFEST.json"],
)  # fmt: skip
def test_flipped_byte_of_a_file_is_told_with_its_name(name):
    _, data = make_bundle()
    member = next(each for each in verify_bundle.read(data) if each.name == name)
    place = member.offset + 30 + len(name) + len(member.content) // 2

    assert faults(flipped(data, place))[0] == f"{name}: its bytes were altered"


def test_cut_and_lengthened_bundles_are_named():
    _, data = make_bundle()

    assert faults(data[:-1])[0].startswith("the end of the archive was altered")
    assert faults(data + b"x")[0].startswith("the end of the archive was altered")
    assert faults(b"")[0] == "the archive is altered at byte 0, at its beginning"
    assert faults(data[:20])[0] == "the archive ends at byte 20, inside a header"


def repacked(data, name, change):
    """Returns the bundle of somebody who alters a file and makes archive and list fit again."""
    files = files_in(data)
    files[name] = change(files[name])
    manifest = json.loads(files["MANIFEST.json"])
    for row in manifest["files"]:
        content = files[row["name"]]
        row["byte_size"], row["sha256"] = len(content), verify_bundle._sha256(content)
    files["MANIFEST.json"] = json.dumps(manifest).encode()
    return pack(files)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (
            "finding.json", b"1,297 drones in nine", b"9,999 drones in nine",
            "finding.json: it is not what the history says was published last",
        ),
        (
            "history.json", b'"action": "publish"', b'"action": "reaffirm"',
            "history.json: step 3 (reaffirm): was altered",
        ),
        (
            "history.json", b'"sequence": 2', b'"sequence": 4',
            "history.json: step 4: step 2 is missing",
        ),
        (
            "evidence.json", b'"supports"', b'"refutes"',
            "evidence.json: it differs from what finding.json seals",
        ),
    ],
)  # fmt: skip
def test_change_that_was_made_to_fit_is_named(name, old, new, fault):
    _, data = make_bundle()
    assert old in files_in(data)[name]

    assert fault in faults(repacked(data, name, lambda content: content.replace(old, new)))


def test_copy_that_was_exchanged_is_named():
    claim, data = make_bundle()
    snapshot = claim.evidence.first().snapshot
    copy, text = f"copies/{snapshot.sha256}.txt", f"texts/{snapshot.text_sha256}.txt"

    for name, fault in (
        (copy, f"{copy}: it is not the copy that was sealed"),
        (text, f"{text}: it is not the text that was sealed"),
    ):
        assert faults(repacked(data, name, lambda content: content + b"!")) == [fault]


def test_file_that_was_added_or_taken_out_is_named():
    _, data = make_bundle()
    files = files_in(data)

    assert faults(pack({**files, "extra.txt": b"?"})) == [
        "extra.txt: it is not listed in MANIFEST.json"
    ]
    del files["README.txt"]
    assert faults(pack(files)) == ["README.txt: it is listed in MANIFEST.json and missing"]


@pytest.mark.parametrize("name", ["finding.json", "history.json", "evidence.json", "MANIFEST.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b'{"links": [1], "files": {}}'])
def test_file_of_another_shape_is_named_and_stops_nothing(name, content):
    _, data = make_bundle()

    assert any(name in fault for fault in faults(pack({**files_in(data), name: content})))


ALTERED = [
    "README.txt: its bytes were altered",
    "README.txt: it is not the file that MANIFEST.json lists",
]

# ---- the commands -------------------------------------------------------------------------


def test_script_out_of_the_bundle_checks_it_with_python_alone(tmp_path):
    claim, data = make_bundle()
    bundle, script = tmp_path / "bundle.zip", tmp_path / "verify_bundle.py"
    bundle.write_bytes(data)
    script.write_bytes(files_in(data)["verify_bundle.py"])

    def run():
        done = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-I", "-S", str(script), str(bundle)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout.splitlines(), done.stderr

    code, lines, _ = run()
    assert (code, lines[-1]) == (0, "The bundle is intact.")
    assert lines[2] == "2 pieces of evidence, 1 of 2 quotes found in the copies here."
    assert lines[4] == f"sha256 of the sealed finding: {claim.live_verdict.content_sha256}"

    bundle.write_bytes(flipped(data, 40))
    code, lines, errors = run()
    assert (code, lines, errors) == (1, ALTERED, "2 faults.\n")


def test_command_does_the_same(tmp_path):
    _, data = make_bundle()
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(data)
    out = io.StringIO()

    call_command("verify_bundle", str(bundle), stdout=out)
    assert out.getvalue().splitlines()[-1] == "The bundle is intact."

    bundle.write_bytes(flipped(data, 40))
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^2 faults\.$"):
        call_command("verify_bundle", str(bundle), stdout=out)
    assert out.getvalue().splitlines() == ALTERED

    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("verify_bundle", str(tmp_path / "nothere.zip"))
