"""Mistyped words: those that nobody wrote are taken for the nearest known ones."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from statements.models import PublicWord, StaffWord
from statements.search.documents import is_worth_guessing
from statements.search.queries import backend, known_words, rows_of
from statements.search.questions import Question
from statements.search.spelling import nearest

PUBLIC_WORDS, STAFF_WORDS = PublicWord._meta.db_table, StaffWord._meta.db_table

Mended = tuple[tuple[str, str], ...]  # what was typed, and what it was taken for


def mended_of(question: Question, words: str) -> tuple[Question, Mended] | None:
    """Returns the question with each word that nobody wrote taken for the nearest known one.

    `words` is the table of the words of one audience. It has no numbers and no short words: of
    those nobody can say that they were mistyped, so they are asked for as they are.
    """
    singles = [term for term in question.wanted if len(term.words) == 1 and not term.is_prefix]
    spelled = {word for term in singles for word in term.words[0]}
    known = known_words(words, spelled) if spelled else set()
    terms, mended = list(question.terms), []
    for place, term in enumerate(terms):
        if term not in singles or known & set(term.words[0]):
            continue
        if not any(map(is_worth_guessing, term.words[0])):
            continue
        near = nearest(
            term.words[0], known=partial(known_words, words), starting=partial(_starting, words)
        )
        if near is None:
            return None
        word, shown = near
        terms[place] = replace(term, words=((word,),), written=shown)
        mended.append((term.written, shown))
    if not mended:
        return None
    return replace(question, terms=tuple(terms)), tuple(mended)


def _starting(words: str, start: str) -> list[tuple[str, str]]:
    sql, parameters = backend().starting(words, start)
    return [(word, shown) for word, shown in rows_of(sql, parameters)]
