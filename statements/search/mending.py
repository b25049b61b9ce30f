"""Mistyped words: those that nobody wrote are taken for the nearest known ones."""

from __future__ import annotations

from dataclasses import replace

from statements.models import PublicWord
from statements.search.queries import Query, backend, known_words, rows_of
from statements.search.questions import Question
from statements.search.spelling import nearest

PUBLIC_WORDS = PublicWord._meta.db_table


def mended_of(
    query: Query, question: Question
) -> tuple[Question, tuple[tuple[str, str], ...]] | None:
    """Returns the question with each word that nobody wrote taken for the nearest known one."""
    singles = [term for term in question.wanted if len(term.words) == 1 and not term.is_prefix]
    spelled = {word for term in singles for word in term.words[0]}
    known = _known(spelled)
    terms, mended = list(question.terms), []
    for place, term in enumerate(terms):
        if term not in singles or known & set(term.words[0]):
            continue
        near = nearest(term.words[0], known=_known, starting=_starting)
        if near is None:
            return None
        word, shown = near
        terms[place] = replace(term, words=((word,),), written=shown)
        mended.append((term.written, shown))
    if not mended:
        return None
    return replace(question, terms=tuple(terms)), tuple(mended)


def _known(words: set[str]) -> set[str]:
    return known_words(PUBLIC_WORDS, words)


def _starting(start: str) -> list[tuple[str, str]]:
    sql, parameters = backend().starting(PUBLIC_WORDS, start)
    return [(word, shown) for word, shown in rows_of(sql, parameters)]
