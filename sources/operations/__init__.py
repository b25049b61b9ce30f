"""Every change of sources that touches more than its own row.

Each takes the acting person as `by`, checks the role, writes in one transaction and raises
`Refused` with nothing changed.
"""

from sources.operations.common import (
    AnyRow,
    Keep,
    Row,
    announce_change,
    assign,
    check,
    hold,
    insert,
    lock,
    raise_publication_number,
    save_row,
    store,
)
from sources.operations.snapshots import add_snapshot_file, add_snapshot_text
from sources.operations.works import (
    PUBLISHER_FIELDS,
    SOURCE_FIELDS,
    find_or_create_source,
    find_source,
    refuse_circle,
    save_publisher,
    update_source,
)

__all__ = [
    "PUBLISHER_FIELDS",
    "SOURCE_FIELDS",
    "AnyRow",
    "Keep",
    "Row",
    "add_snapshot_file",
    "add_snapshot_text",
    "announce_change",
    "assign",
    "check",
    "find_or_create_source",
    "find_source",
    "hold",
    "insert",
    "lock",
    "raise_publication_number",
    "refuse_circle",
    "save_publisher",
    "save_row",
    "store",
    "update_source",
]
