"""What an import of fact checks is told beside its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from statements.imports.rules import Rules, own_rules


@dataclass(frozen=True, slots=True)
class Options:
    """What an import is told beside its file.

    `origin` names the archive in every reference, so that a later file of the same archive finds
    its rows again. `own` is the publisher whose findings are ours.
    """

    origin: str
    own: str = ""
    rules: Rules = field(default_factory=own_rules)
    claims: Path | None = None
    checkers: Path | None = None
    dry_run: bool = False
    skip_bad_rows: bool = False
    most_bytes: int | None = None

    def told(self) -> dict[str, Any]:
        """Returns what the run keeps of them."""
        return {
            "origin": self.origin,
            "own_archive": self.own,
            "tables": self.rules.version,
            "skip_bad_rows": self.skip_bad_rows,
        }
