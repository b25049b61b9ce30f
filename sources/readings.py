"""What is read out of the bytes of a source: its text, and what it says about itself."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from sources.errors import Invalid
from sources.texts import FORBIDDEN

MOST_TEXT = 5_000_000


@dataclass(frozen=True, slots=True)
class About:
    """What a page says about itself; "" is what it does not say.

    `published_on` is an ISO date, `canonical_url` an absolute address that the page gives as its
    own. None of it is checked: it is what stands there.
    """

    title: str = ""
    author: str = ""
    published_on: str = ""
    site: str = ""
    language: str = ""
    canonical_url: str = ""

    def as_json(self) -> dict[str, str]:
        """Returns what is said, without what is not."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        return cls(**{one.name: str(told.get(one.name, "")) for one in fields(cls)})


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Canonical addresses: `own` from rel=canonical and rel=amphtml, `out` from the page's links."""

    own: tuple[str, ...] = ()
    out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The text that anchors count in, the charset it was read in, and what the page says."""

    text: str
    charset: str = ""
    about: About = field(default_factory=About)
    links: PageLinks = field(default_factory=PageLinks)


def tidy(text: str) -> str:
    """Returns text in NFC with line feeds only and without characters that cannot be stored.

    Refuses a text that is too long before another copy of it is made.
    """
    if len(text) > MOST_TEXT:
        raise Invalid(f"the text is longer than {MOST_TEXT:,} characters", field="file")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text).strip()
