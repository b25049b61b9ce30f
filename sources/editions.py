"""The edition that a request is answered from: the publication number, read first of all.

A public answer is a function of its address and of the edition (DESIGN §5). Whoever answers reads
the number before anything else, so that an answer is never older than the edition it names.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, Error, connections

# The same on both databases. Past the ORM and its cursor: 5 µs instead of 250 µs on SQLite.
NUMBER = "SELECT number FROM sources_publication WHERE id = 1"
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Edition:
    """What all public answers of a moment share: the publication number and the UTC day."""

    number: int
    day: int  # since 1 January 1970

    @classmethod
    def read(cls) -> Edition:
        """Returns the edition as it stands now; see `read_number`."""
        day = int(time.time()) // SECONDS_A_DAY  # before the number: an answer may be younger
        return cls(read_number(), day)


def read_number() -> int:
    """Returns the publication number, 0 before the first change (one bare read).

    Raises `django.db.Error` when the database does not answer.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    # As Django's own cursor begins, with nothing of what it adds.
    connection.close_if_health_check_failed()
    if connection.connection is None:  # asking costs less than having it asked
        connection.ensure_connection()
    with connection.wrap_database_errors:
        row = connection.connection.execute(NUMBER).fetchone()
    return int(row[0]) if row else 0


def give_back() -> None:
    """Gives this thread's connection back to the pool, or drops it when it broke.

    For who reads outside a request of Django's, which does the same at its end.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


_answered_from: ContextVar[Edition | Error | None] = ContextVar("answered_from", default=None)


@contextmanager
def answering_from(edition: Edition | Error) -> Iterator[None]:
    """Names the edition that all inside is answered from, or why it could not be read."""
    token = _answered_from.set(edition)
    try:
        yield
    finally:
        _answered_from.reset(token)


def current_number() -> int:
    """Returns the number that this request is answered from; read now where there is no request.

    Raises `django.db.Error` when it cannot be read.
    """
    edition = _answered_from.get()
    if isinstance(edition, Error):
        raise edition
    return edition.number if edition else read_number()


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class KeptEach(Generic[Key, Value]):
    """Something read from public rows for each key, kept while the publication number stands.

    For what takes long to make and few changes touch, such as the charts of a topic. Calling it
    returns the value, which nobody may change in place; not inside a transaction that may be rolled
    back, whose number somebody else will have. Of more than `most` keys the one asked for
    longest ago is forgotten; this is memory of one process.
    """

    _all: ClassVar[list[KeptEach[Any, Any]]] = []

    def __init__(self, read: Callable[[Key], Value], *, most: int) -> None:
        self._read, self._most = read, most
        self._number: int | None = None
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()
        KeptEach._all.append(self)

    def __call__(self, key: Key) -> Value:
        number = current_number()
        with self._lock:
            if self._number == number and key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = self._read(key)
        with self._lock:
            if self._number != number:
                self._kept.clear()
                self._number = number
            self._kept[key] = value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value

    @classmethod
    def forget(cls) -> None:
        """Lets all of them be read anew, whatever the number."""
        for each in cls._all:
            with each._lock:
                each._kept.clear()


class Kept(Generic[Value]):
    """As `KeptEach`, where there is only one: such as the names in a filter."""

    def __init__(self, read: Callable[[], Value]) -> None:
        self._each: KeptEach[None, Value] = KeptEach(lambda _: read(), most=1)

    def __call__(self) -> Value:
        return self._each(None)
