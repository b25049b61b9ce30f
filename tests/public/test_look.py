"""The look: every code has its colour and its own shape, and no page needs script or inline style."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings

from sources.vocabulary import Directness
from statements.public.cards import badge_of
from statements.public.claim_page import BANNERS, RELATIONS
from statements.public.sealed import DIRECTNESS, FIDELITIES, PERIOD_COUNTS, STANCES
from statements.vocabulary import (
    CommitmentStatus,
    CorrectionKind,
    Fidelity,
    PeriodCounts,
    RelationKind,
    Stance,
    VerdictCode,
)

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "statements" / "static" / "statements"
OURS = [
    *TEMPLATES.glob("*.html"),
    *TEMPLATES.glob("components/*.html"),
    *TEMPLATES.glob("public/*.html"),
]
SPRITE = (TEMPLATES / "components" / "sprite.html").read_text()
PALETTE = (STATIC / "palette.css").read_text()


@pytest.mark.parametrize("code", [*VerdictCode.values, *CommitmentStatus.values])
def test_every_finding_has_an_icon(code):
    assert f'<symbol id="icon-{code}"' in SPRITE


def test_icons_of_verdicts_differ_in_shape():
    shapes = {
        code: re.search(rf'id="icon-{code}"[^>]*>(.*?)</symbol>', SPRITE)[1]
        for code in VerdictCode.values
    }

    assert len(set(shapes.values())) == len(VerdictCode)


@pytest.mark.parametrize("code", VerdictCode.values)
def test_every_verdict_has_a_colour_in_light_and_dark(code):
    name = code.replace("_", "-")

    assert len(re.findall(rf"--verdict-{name}: #", PALETTE)) == 2
    assert f".verdict-{code} {{ --verdict: var(--verdict-{name}); }}" in PALETTE


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_stand_out_from_the_page(scheme):
    colours = {
        name: re.findall(rf"--{name}: (#\w{{6}});", PALETTE)[scheme]
        for name in ("page", "ink", "ink-soft", "edge", "surface")
    }
    page = colours["page"]
    verdicts = [
        re.findall(rf"--verdict-{code.replace('_', '-')}: (#\w{{6}});", PALETTE)[scheme]
        for code in VerdictCode.values
    ]

    assert contrast(colours["ink"], page) >= 16
    assert contrast(colours["ink-soft"], page) >= 4.5
    assert contrast(colours["ink-soft"], colours["surface"]) >= 4.5
    assert contrast(colours["edge"], page) >= 3
    assert all(contrast(verdict, page) >= 3.1 for verdict in verdicts)
    assert all(one != other for one, other in combinations(verdicts, 2))


def contrast(one, other):
    """WCAG 2.2, relative luminance."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_are_written_in_the_palette_alone():
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", (STATIC / "site.css").read_text()) == []


@pytest.mark.parametrize("template", OURS, ids=lambda path: path.name)
def test_templates_keep_the_content_policy_strict(template):
    html = template.read_text()

    # Data for search engines is no script: a browser never runs it.
    assert "<script" not in html.replace('<script type="application/ld+json">', "")
    assert "<style" not in html
    assert not re.search(r"\sstyle=|\son\w+=", html)
    assert "|safe" not in html
    assert "autoescape" not in html


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.glob("components/*.html")), ids=lambda p: p.name
)
def test_a_component_starts_with_its_context(template):
    first = template.read_text().partition("#}")[0]

    assert first.startswith("{# ")
    assert "ontext: " in template.read_text()


def test_every_code_has_words():
    assert set(STANCES) == set(Stance.values)
    assert set(FIDELITIES) == set(Fidelity.values)
    assert set(DIRECTNESS) == set(Directness.values)
    assert set(PERIOD_COUNTS) == set(PeriodCounts.values)
    assert set(RELATIONS) == set(RelationKind.values)
    assert set(BANNERS) == set(CorrectionKind.values) - {"typo"}


def test_a_badge_is_a_verdict_or_a_status_or_nothing():
    assert badge_of("accurate", "").label == "True"
    assert badge_of("", "stalled").family == "commitment"
    assert badge_of("", "") is None
