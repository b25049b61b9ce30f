"""The handbook: each setting that is read is explained, and nothing else is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from claimtracker.settings import env

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
# Known to Python, the shell or Django; not ours.
FOREIGN = {"DJANGO_SETTINGS_MODULE", "PATH", "HOME", "LC_ALL"}


def first_column(heading):
    _, _, part = SETTINGS.partition(f"## {heading}\n")
    return re.findall(r"^\| `(\w+)` \|", part.partition("\n## ")[0], re.MULTILINE)


def test_the_table_holds_every_setting_that_is_read_and_no_other():
    named = first_column("The table")

    assert sorted(named) == sorted(env.names_read)


def test_settings_of_single_commands_are_in_the_second_table():
    read = set()
    for folder in ("claimtracker", "sources", "statements", "tests"):
        for file in (ROOT / folder).rglob("*.py"):
            read.update(re.findall(r'os\.environ(?:\.get\(|\[)"(\w+)"', file.read_text()))

    assert sorted(first_column("Of single commands")) == sorted(read - env.names_read - FOREIGN)


def test_each_command_is_named():
    ours = {
        file.stem
        for file in ROOT.glob("*/management/commands/*.py")
        if not file.stem.startswith("_")
    }
    text = (ROOT / "docs" / "commands.md").read_text()

    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == ours


def test_links_between_pages_lead_somewhere():
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        assert [link for link in links if not (page.parent / link).exists()] == [], page.name


def test_each_package_says_what_it_is_for_and_is_pinned():
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    runtime = project["project"]["dependencies"]
    for_tests = project["dependency-groups"]["dev"]

    for wanted, file in (
        (runtime, "requirements.txt"),
        ([*runtime, *for_tests], "requirements-dev.txt"),
    ):
        pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / file).read_text(), re.MULTILINE))
        names = {re.match(r"[\w.-]+", line).group() for line in wanted}
        assert names - pinned == set(), file
    for line in (*runtime, *for_tests):
        assert re.search(rf'"{re.escape(line)}", +# \w', text), (
            f"{line} does not say what it is for"
        )


def test_pinned_packages_name_no_place_to_fetch_them_from():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert re.findall(r"^-.*|https?:.*|file:.*", (ROOT / name).read_text(), re.MULTILINE) == []
