"""Sources: who publishes what, frozen copies, places and counts. Knows nothing of statements."""

from sources.models.base import AnchoredRow, PublicRow, VersionedRow
from sources.models.capture import Capture, Routine, Watch
from sources.models.idempotency import IdempotentRequest
from sources.models.kinship import SourceAddress, SourceSuggestion, TextPrint, TextSketch
from sources.models.place import Place
from sources.models.publication import Publication
from sources.models.publisher import Publisher
from sources.models.series import Measure, Observation, Series, SeriesConfirmation
from sources.models.snapshot import Snapshot, SnapshotArchive, SnapshotText
from sources.models.source import Source
from sources.models.task import Task

__all__ = [
    "AnchoredRow",
    "Capture",
    "IdempotentRequest",
    "Measure",
    "Observation",
    "Place",
    "PublicRow",
    "Publication",
    "Publisher",
    "Routine",
    "Series",
    "SeriesConfirmation",
    "Snapshot",
    "SnapshotArchive",
    "SnapshotText",
    "Source",
    "SourceAddress",
    "SourceSuggestion",
    "Task",
    "TextPrint",
    "TextSketch",
    "VersionedRow",
    "Watch",
]
