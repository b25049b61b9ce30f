"""The markup that a page repeats dozens of times, written in Python. No query.

The template engine takes 0.07 ms for one card: 25 of them cost as much as all the rest of a list.
What stands once on a page stays a template, but for the controls of lists (`controls`). Every value
that goes in is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from statements.public.cards import Badge, Card
    from statements.public.results import Result


# An address in a sentence: it ends before the sentence's own signs, and before a closing bracket
# that was opened in front of it.
ADDRESS = re.compile(r"https?://\w[^\s<>\"“”«»]*", re.IGNORECASE)
SENTENCE_ENDS = ".,;:!?…'\N{RIGHT SINGLE QUOTATION MARK}"
BRACKETS = {")": "(", "]": "[", "}": "{"}


def linked_html(text: str) -> SafeString:
    """Returns a text of ours with the addresses in it as links."""
    parts: list[str] = []
    end = 0
    for found in ADDRESS.finditer(text):
        url = _address(found[0])
        link = f'<a href="{escaped(url)}" rel="nofollow noopener external">{escaped(url)}</a>'
        parts += [escaped(text[end : found.start()]), link]
        end = found.start() + len(url)
    return SafeString("".join([*parts, escaped(text[end:])]))


def _address(found: str) -> str:
    """Returns an address without what belongs to the sentence around it; time linear in length."""
    unopened = {close: found.count(close) - found.count(opens) for close, opens in BRACKETS.items()}
    end = len(found)
    while (sign := found[end - 1]) in SENTENCE_ENDS or unopened.get(sign, 0) > 0:
        if sign in unopened:
            unopened[sign] -= 1
        end -= 1
    return found[:end]


def cards_html(cards: Iterable[Card]) -> SafeString:
    """Returns claims as the lines of a list."""
    return SafeString("".join([f"<li>{card_html(card)}</li>\n" for card in cards]))


def card_html(card: Card) -> SafeString:
    """Returns one claim in a list: who and when, the claim, the answer."""
    lines = _card_lines(card, card.text, card.finding)
    return SafeString(f'<article class="card">\n{lines}</article>')


def hits_html(results: Iterable[Result]) -> SafeString:
    """Returns hits of a search as the lines of a list: cards with what was found marked."""
    return SafeString("".join([_hit_html(result) for result in results]))


def _hit_html(result: Result) -> str:
    excerpt = ""
    if result.excerpt:
        language = _language(result.excerpt_language)
        excerpt = (
            f'<p class="hit-excerpt"><span class="hit-source">{escaped(result.excerpt_from)}:</span>'
            f" <span{language}>{escaped(result.excerpt)}</span></p>\n"
        )
    lines = _card_lines(result.card, result.claim, result.finding, excerpt)
    return f'<li class="hit">\n{lines}</li>\n'


def _card_lines(card: Card, text: str, finding: str, excerpt: str = "") -> str:
    who = ""
    if card.speaker:
        link = f'<a href="{escaped(card.speaker.url)}">{escaped(card.speaker.label)}</a>'
        who = f'<p class="card-who">{link}{f", {escaped(card.said)}" if card.said else ""}</p>\n'
    link = f'<a href="{escaped(card.url)}">{escaped(text)}</a>'
    badge = badge_html(card.badge) if card.badge else ""
    note = inline_note_html(card.note.kind, card.note.title) if card.note else ""
    return (
        f'{who}<h3 class="card-claim"{_language(card.language)}>{link}</h3>\n'
        f'<div class="card-verdict">{badge}{note}</div>\n'
        f"{_paragraph('card-finding', finding)}{excerpt}{_paragraph('card-when', card.when)}"
    )


def _language(code: str) -> str:
    return f' lang="{escaped(code)}"' if code else ""


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{escaped(text)}</p>\n' if text else ""


@lru_cache(maxsize=64)
def badge_html(badge: Badge) -> SafeString:
    """Returns a verdict or status; there are a dozen of them, rendered once a process."""
    return _rendered("badge", {"badge": badge})


@lru_cache(maxsize=64)
def inline_note_html(kind: str, title: str) -> SafeString:
    """Returns where the work stands; a handful of texts, rendered once a process."""
    return _rendered("inline_note", {"note": {"kind": kind, "title": title}})


def _rendered(component: str, context: dict[str, Any]) -> SafeString:
    return SafeString(render_to_string(f"components/{component}.html", context).strip())


def escaped(text: str) -> str:
    """Returns a text for use in markup and attributes; what is markup already stays as it is."""
    return text if isinstance(text, SafeString) else escape(text)
