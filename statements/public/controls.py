"""The controls of a list as markup: filter bar, sorting, pages, files. No query.

As templates they took half of what a list of claims costs, 25 cards included: a dozen fields and
as many links, each through the engine. Every value that goes in is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from statements.public.markup import escaped

if TYPE_CHECKING:
    from statements.public.cards import Link
    from statements.public.paging import Pager
    from statements.public.views.claims import Bar, Choice, Field, Narrowing, Sort

REMOVE = (
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
    '<use href="#icon-remove"></use></svg>'
)


def filters_html(bar: Bar) -> SafeString:
    """Returns the filter bar of a list: a plain form, every state of it an address."""
    sort = f'<input type="hidden" name="sort" value="{escaped(bar.sort)}">\n' if bar.sort else ""
    chosen = ""
    if bar.chosen:
        chosen = f"""{chosen_html(bar.chosen, "Chosen:", clear_url=bar.clear_url)}\n"""
    more = f"More filters ({bar.more_set} set)" if bar.more_set else "More filters"
    return SafeString(
        f'''<form class="filters" action="{escaped(bar.action)}" method="get" role="search" '''
        f"""aria-label="Filter claims">
<div class="filters-row">
<div class="filters-words">{field_html(bar.words, bar.most_characters)}</div>
{_fields_html(bar.first)}<button class="button button-main" type="submit">Show claims</button>
</div>
<details{" open" if bar.is_open else ""}>
<summary>{more}</summary>
<div class="filters-grid">
{_fields_html(bar.more)}</div>
</details>
{sort}{chosen}</form>"""
    )


def chosen_html(chosen: Iterable[Link], title: str, *, clear_url: str = "") -> SafeString:
    """Returns the filters that are set, each as a link that takes it out."""
    lines = "".join(
        f'<li><a href="{escaped(each.url)}"><span><span class="visually-hidden">Remove filter '
        f"</span>{escaped(each.label)}</span>{REMOVE}</a></li>\n"
        for each in chosen
    )
    clear = f'<a href="{escaped(clear_url)}">Remove all</a>\n' if clear_url else ""
    return SafeString(
        f'<div class="chosen">\n<span id="chosen-filters">{escaped(title)}</span>\n'
        f'<ul aria-labelledby="chosen-filters">\n{lines}</ul>\n{clear}</div>'
    )


def _fields_html(fields: Iterable[Field]) -> str:
    return "".join([field_html(field) for field in fields])


def field_html(field: Field, most_characters: int = 0) -> SafeString:
    """Returns one field of a filter bar: a select or an input, with what is wrong with it."""
    if field.value or field.errors:
        return _field_html(field, most_characters)
    return _empty_field_html(field, most_characters)


def _field_html(field: Field, most_characters: int) -> SafeString:
    name, told = escaped(field.name), ""
    attributes = f'id="id_{name}" name="{name}"'
    if field.errors:
        attributes += f' aria-invalid="true" aria-describedby="id_{name}_error"'
        lines = "".join(f"<p>{escaped(error)}</p>" for error in field.errors)
        told = f'<div class="field-error" id="id_{name}_error">{lines}</div>\n'
    if field.options:
        control = f"<select {attributes}>{escaped(field.options)}</select>"
    else:
        longest = f' maxlength="{most_characters:d}"' if most_characters else ""
        control = (
            f'<input type="{escaped(field.type)}" {attributes} '
            f'value="{escaped(field.value)}"{longest}>'
        )
    label = f'<label for="id_{name}">{escaped(field.label)}</label>'
    return SafeString(f'<div class="field">\n{label}\n{control}\n{told}</div>\n')


# Most fields of most bars are empty: the same eleven until the options change.
_empty_field_html = lru_cache(maxsize=64)(_field_html)


def sorting_html(sorts: Iterable[Sort]) -> SafeString:
    """Returns how a list is sorted, as links."""
    lines = "".join(
        f'<li><a href="{escaped(sort.url)}"{_current(sort.is_current)}>{escaped(sort.label)}</a></li>'
        for sort in sorts
    )
    return SafeString(
        '<nav class="sorting" aria-label="Sort by">\n<span aria-hidden="true">Sort by</span>\n'
        f"<ul>{lines}</ul>\n</nav>"
    )


def _current(is_current: bool) -> str:
    return ' aria-current="true"' if is_current else ""


def narrowing_html(narrowing: Iterable[Narrowing]) -> SafeString:
    """Returns by what a search can be narrowed, with how many hits would be left."""
    return SafeString(
        "".join(
            f"<h3>{escaped(each.label)}</h3>\n"
            f'<ul class="counted">{"".join(map(_choice_html, each.choices))}</ul>\n'
            for each in narrowing
        )
    )


def _choice_html(choice: Choice) -> str:
    link = f'<a href="{escaped(choice.url)}">{escaped(choice.label)}</a>'
    return f"<li>{link}<span>{escaped(choice.count)}</span></li>"


def pager_html(pager: Pager | None) -> SafeString:
    """Returns the links to the neighbouring pages of a list; nothing where it has but one."""
    if pager is None or not (pager.first or pager.newer or pager.older):
        return SafeString()
    links = "".join(
        f'<a href="{escaped(url)}"{relation}>{words}</a>\n'
        for url, relation, words in (
            (pager.first, "", "First page"),
            (pager.newer, ' rel="prev"', "Previous page"),
            (pager.older, ' rel="next"', "Next page"),
        )
        if url
    )
    return SafeString(f'<nav class="pager" aria-label="Pages">\n{links}</nav>')


def downloads_html(files: Sequence[Any], what: str) -> SafeString:
    """Returns links to files (label, url, size where it is known), named for what is in them."""
    of = escaped(what)
    lines = "".join(
        f'<li><a class="button" href="{escaped(file.url)}" download>{escaped(file.label)}'
        f'<span class="visually-hidden"> of {of}</span></a>{_size(getattr(file, "size", ""))}</li>'
        for file in files
    )
    return SafeString(f'<ul class="downloads" aria-label="Download {of}">{lines}</ul>')


def _size(size: str) -> str:
    return f' <span class="soft">{escaped(size)}</span>' if size else ""
