"""Canonical addresses: the spellings of one address find one source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.canonical import canonical_address, domain_of
from sources.errors import Invalid


@pytest.mark.parametrize(
    "spelling",
    [
        "https://example.org/a/b?id=3",
        "http://example.org/a/b?id=3",
        "HTTPS://Example.ORG/a/b?id=3",
        "https://www.example.org/a/b?id=3",
        "https://example.org:443/a/b?id=3",
        "http://example.org:80/a/b?id=3",
        "https://example.org./a/b?id=3",
        "https://example.org/a/b/?id=3",
        "https://example.org/a/./b?id=3",
        "https://example.org/a/x/../b?id=3",
        "https://example.org/a/b?id=3#part",
        "https://example.org/a/b?utm_source=x&id=3&fbclid=y",
        "  https://example.org/a/b?id=3  ",
    ],
)
def test_spellings_of_one_address(spelling):
    assert canonical_address(spelling) == "https://example.org/a/b?id=3"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?b=1&b=2", "https://example.org/a?b=2&b=1"),
        ("https://example.org:8443/a", "https://example.org/a"),
        ("https://news.example.org/a", "https://example.org/a"),
    ],
)
def test_other_pages_stay_apart(one, other):
    assert canonical_address(one) != canonical_address(other)


def test_names_in_other_scripts_have_one_spelling():
    assert canonical_address("https://приклад.укр/стаття") == canonical_address(
        "https://xn--80aikifvh.xn--j1amh/%d1%81%d1%82%d0%b0%d1%82%d1%82%d1%8f"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org/a",
        "ftp://example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https://user:pass@example.org/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org/<script>",
        "https://example.org/a\nb",
        "http://[::1",
        "https://" + "a" * 3000,
        "https://" + "a" * 70 + ".org/",
    ],
)
def test_what_is_no_web_address_is_refused(text):
    with pytest.raises(Invalid) as refusal:
        canonical_address(text)

    assert refusal.value.field == "url"
    assert domain_of(text) == ""


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_invalid(text):
    try:
        once = canonical_address(f"https://example.org/{text}")
    except Invalid:
        return
    assert canonical_address(once) == once
