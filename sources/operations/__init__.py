"""Every change of sources that touches more than its own row.

Each takes the acting person as `by`, checks the role, writes in one transaction and raises
`Refused` with nothing changed.
"""

from sources.operations.captures import (
    ask_for_capture,
    look_again,
    resume_captures,
    run_capture,
)
from sources.operations.common import (
    AnyRow,
    Keep,
    Row,
    announce_change,
    assign,
    check,
    hold,
    is_used,
    lock,
    raise_publication_number,
    save_row,
    store,
)
from sources.operations.merging import merge_sources, remove_address, unmerge_source
from sources.operations.rereading import reread_snapshot
from sources.operations.series import (
    MEASURE_FIELDS,
    SERIES_FIELDS,
    Told,
    announce_counts,
    append_counts,
    check_count,
    check_moment,
    check_week,
    confirm_series,
    record_observations,
    save_measure,
    save_series,
)
from sources.operations.snapshots import (
    Upload,
    add_archive_link,
    add_snapshot_file,
    add_snapshot_text,
    read_upload,
)
from sources.operations.suggesting import answer_suggestion
from sources.operations.watches import begin_watches, due_watches, watch_source
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
    "MEASURE_FIELDS",
    "PUBLISHER_FIELDS",
    "SERIES_FIELDS",
    "SOURCE_FIELDS",
    "AnyRow",
    "Keep",
    "Row",
    "Told",
    "Upload",
    "add_archive_link",
    "add_snapshot_file",
    "add_snapshot_text",
    "announce_change",
    "announce_counts",
    "answer_suggestion",
    "append_counts",
    "ask_for_capture",
    "assign",
    "begin_watches",
    "check",
    "check_count",
    "check_moment",
    "check_week",
    "confirm_series",
    "due_watches",
    "find_or_create_source",
    "find_source",
    "hold",
    "is_used",
    "lock",
    "look_again",
    "merge_sources",
    "raise_publication_number",
    "read_upload",
    "record_observations",
    "refuse_circle",
    "remove_address",
    "reread_snapshot",
    "resume_captures",
    "run_capture",
    "save_measure",
    "save_publisher",
    "save_row",
    "save_series",
    "store",
    "unmerge_source",
    "update_source",
    "watch_source",
]
