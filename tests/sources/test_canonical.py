"""Canonical addresses: the spellings of one address find one source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.canonical import canonical_address, domain_of, web_address
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
    ("spelling", "canonical"),
    [
        # escapes: none where none is needed, upper case where one is
        ("https://example.org/%7Euser/%61", "https://example.org/~user/a"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("https://example.org/caf\u00e9", "https://example.org/caf%C3%A9"),
        ("https://example.org/?q=a%20b+c&e=%2b", "https://example.org?q=a+b+c&e=%2B"),
        ("https://example.org/?a&b=&&c=1", "https://example.org?a=&b=&c=1"),
        ("https://example.org/%80?q=%80", "https://example.org/%80?q=%80"),
        ("https://example.org/100%", "https://example.org/100%25"),
        # dots, written out or escaped
        ("https://example.org/a/b/%2e%2E/c/%2e", "https://example.org/a/c"),
        ("https://example.org/../../a", "https://example.org/a"),
        # hosts
        ("https://faß.example/", "https://xn--fa-hia.example"),
        ("https://EXAMPLE\u3002org/", "https://example.org"),
        ("https://ex%61mple.org/", "https://example.org"),
        ("https://my_host.example.org/", "https://my_host.example.org"),
        ("http://[0:0:0:0:0:0:13.1.68.3]:80/", "https://[::d01:4403]"),
        ("http://0x7f.1/", "https://127.0.0.1"),
        ("http://3232235777/", "https://192.168.1.1"),
        ("http://www.example.org:443/a", "https://example.org/a"),  # the key names no scheme
        ("https://example.org:80/a", "https://example.org/a"),
        ("https://example.org:/a", "https://example.org/a"),
        ("https://WWW.Приклад.укр/", "https://xn--80aikifvh.xn--j1amh"),
        ("https://www.www.example.org/", "https://example.org"),
        ("https://www.com/a", "https://www.com/a"),
        ("https://www2.example.org/", "https://www2.example.org"),
        ("https://example.org/%E2%82%ac?q=%e2%82%AC", "https://example.org/%E2%82%AC?q=%E2%82%AC"),
        ("https://example.org/%25%37%45", "https://example.org/%257E"),  # unescaped once
        ("https://example.org/a;b=1,2", "https://example.org/a;b=1,2"),
        ("https://example.org//a//b/", "https://example.org//a//b"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a?UTM_SOURCE=x&utm_=y", "https://example.org/a?utm_=y"),
        ("https://example.org/a?id=1;utm_source=x", "https://example.org/a?id=1;utm_source=x"),
        (
            "https://example.org/a?amp;utm_medium=x&b=1",
            "https://example.org/a?amp;utm_medium=x&b=1",
        ),
        # who shared it, and a page that a fragment chooses
        ("https://www.youtube.com/watch?v=abc&si=xyz&t=75", "https://youtube.com/watch?v=abc&t=75"),
        ("https://x.com/user/status/1?s=20&t=abc", "https://x.com/user/status/1"),
        ("https://example.org/a?s=20&t=abc", "https://example.org/a?s=20&t=abc"),
        ("https://example.org/a?gbraid=1&_ga=2&srsltid=3", "https://example.org/a"),
        ("https://example.org/#!/page/3", "https://example.org#!/page/3"),
        ("https://example.org/#top", "https://example.org"),
        ('https://example.org/a#said "so"', "https://example.org/a"),
    ],
)
def test_one_spelling_of_each_part(spelling, canonical):
    assert canonical_address(spelling) == canonical
    assert canonical_address(canonical) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/?q=%2B", "https://example.org/?q=+"),
        ("https://example.org/%80", "https://example.org/%81"),
        ("https://example.org/#!/a", "https://example.org/#!/b"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?b=1&b=2", "https://example.org/a?b=2&b=1"),
        ("https://example.org:8443/a", "https://example.org/a"),
        ("https://news.example.org/a", "https://example.org/a"),
        # twins for telephones are found by what the page says, not by the name of the host
        ("https://m.example.org/a", "https://example.org/a"),
        ("https://amp.example.org/a", "https://example.org/a"),
        ("https://example.org/a/amp", "https://example.org/a"),
        ("https://example.org/a?utm_campaigning=1", "https://example.org/a?utm=1"),
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
        "http://[1:2:3]/",
        "http://a.b.c.xn--pokxncvks/",
        "http://ho%00st/",
        "http://ho%20st/",
        "http://a\x01b/",
        "http://a^b/",
        "http://%zz.com/",
        "http://256.256.256.256/",
        "http://1.2.3.4.5/",
        "http://1.2.3.08/",
        "http://foo.0x4./",
        "http://a..b/",
        "http:/example.org/",
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


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org/a", ""),
        ("https://", ""),
        ("https:///a", ""),
        (" https://example.org", ""),
        ("", ""),
    ],
)
def test_only_an_address_of_the_web_is_linked(text, linked):
    assert web_address(text) == linked
