"""Addresses that may be opened, and every way to spell one that may not."""

import socket
import time

import pytest

from sources import safenet
from sources.errors import CaptureFailed
from sources.safenet import REFUSAL, checked, is_open, look_up, parse


@pytest.mark.parametrize(
    ("url", "host", "port", "opened"),
    [
        ("http://example.org", "example.org", 80, "http://example.org"),
        ("https://example.org/a?b=c#d", "example.org", 443, "https://example.org/a?b=c"),
        ("HTTPS://EXAMPLE.org:443/", "example.org", 443, "https://example.org/"),
        ("http://example.org:8080/", "example.org", 8080, "http://example.org:8080/"),
        ("http://example.org./x", "example.org", 80, "http://example.org/x"),
        ("https://bücher.example/", "xn--bcher-kva.example", 443, "https://xn--bcher-kva.example/"),
        ("https://xn--bcher-kva.example", "xn--bcher-kva.example", 443,
         "https://xn--bcher-kva.example"),
        ("https://пример.example/ї", "xn--e1afmkfd.example", 443,
         "https://xn--e1afmkfd.example/ї"),
        ("http://93.184.216.34/", "93.184.216.34", 80, "http://93.184.216.34/"),
        ("http://[2606:2800:220:1::1]/", "2606:2800:220:1::1", 80, "http://[2606:2800:220:1::1]/"),
        ("http://[2606:2800:0220:0001:0:0:0:1]:8443/", "2606:2800:220:1::1", 8443,
         "http://[2606:2800:220:1::1]:8443/"),
    ],
)  # fmt: skip
def test_an_address_that_may_be_opened_is_opened_as_it_was_read(url, host, port, opened):
    target = parse(url)

    assert (target.host, target.port, target.url) == (host, port, opened)


@pytest.mark.parametrize(
    "url",
    [
        # other schemes, and none
        "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "data:text/html,x",
        "javascript:alert(1)", "//example.org/", "example.org", "", "http:", "http:///x",
        "ws://example.org/", "dict://example.org:11211/",
        # ports of other services, and no ports
        "http://example.org:22/", "http://example.org:25/", "http://example.org:6379/",
        "http://example.org:0/", "http://example.org:65536/", "http://example.org:-80/",
        "http://example.org:８０/", "http://example.org:80a/",
        # somebody else's name in front
        "http://user@example.org/", "http://user:pass@example.org/", "http://@example.org/",
        "http://example.org@127.0.0.1/", "http://example.org%40127.0.0.1/",
        # white space, controls and backslashes
        "http://example.org\\@127.0.0.1/", "http:\\\\example.org\\", "http://exa mple.org/",
        "http://example.org/a b", "http://example.org/\r\nHost: x", "http://example.org\t/",
        " http://example.org/", "http://example.org/\x00", "http://127.0.0.1\n.example.org/",
        # IPv4 in spellings that only a resolver understands
        "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7f.1/",
        "http://127.1/", "http://127.0.1/", "http://0177.0.0.1/", "http://0x7f.0x0.0x0.0x1/",
        "http://127.0.0.01/", "http://127.0.0.0x1/", "http://1/", "http://0/", "http://0x/",
        "http://256.256.256.256/", "http://127.0.0.1.0/", "http://93.184.216.034/",
        "http://1572395042/", "http://example.1/", "http://a.0x7f/",
        # the same in letters that fold into digits and dots
        "http://①②⑦.⓪.⓪.①.1/", "http://１２７。０。０。01/", "http://2130706433。/",
        # IPv6 with a zone, half of one, and names that are none
        "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::1", "http://[::1%25]/",
        "http://[::g]/", "http://[127.0.0.1]/", "http://[v1.x]/", "http://::1/",
        "http://exam%70le.org/", "http://.example.org/", "http://exa..mple.org/", "http://./",
        "http://" + "a" * 64 + ".example/", "http://" + "a." * 130 + "example/",
        "http://example.org/" + "a" * 2000,
        "http://\N{SOFT HYPHEN}/", "http://\ud800.example/",
    ],
)  # fmt: skip
def test_a_spelling_that_hides_something_is_refused_in_the_same_words(url):
    with pytest.raises(CaptureFailed) as refusal:
        parse(url)

    assert str(refusal.value) == REFUSAL


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255",
        "100.128.0.0", "169.253.0.1", "192.0.1.0", "198.17.255.255", "223.255.255.255",
        "2606:2800:220:1::1", "2a00:1450:4001::200e", "2001:200::1",
    ],
)  # fmt: skip
def test_a_public_network_address_is_open(address):
    assert is_open(address) is True


@pytest.mark.parametrize(
    "address",
    [
        # this host, our networks, link-local with the clouds' metadata, CGNAT
        "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "10.0.0.1", "172.16.0.1",
        "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
        "100.127.255.255", "168.63.129.16", "192.0.0.192",
        # documentation, benchmarks, relays, multicast, reserved
        "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "198.19.255.255",
        "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        # IPv6: unspecified, loopback, link-local, site-local, unique local, multicast
        "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        # IPv4 inside IPv6: mapped, compatible, NAT64 (well known and local), 6to4, Teredo
        "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:93.184.216.34", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::5db8:d822", "64:ff9b:1::1", "2002:7f00:1::",
        "2002:5db8:d822::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        # discard, documentation, benchmarks, ORCHID, segment routing
        "100::1", "2001:db8::1", "2001:2::1", "2001:10::1", "2001:20::1", "3fff::1", "5f00::1",
        # with a zone even a public one, and what is no address
        "2606:2800:220:1::1%eth0", "", "example.org", "127.1", "0x7f000001", "::1/128",
    ],
)  # fmt: skip
def test_a_network_address_that_is_not_public_is_closed(address):
    assert is_open(address) is False


@pytest.mark.parametrize(
    ("answers", "passes"),
    [
        (["93.184.216.34"], True),
        (["93.184.216.34", "2606:2800:220:1::1"], True),
        (["93.184.216.34", "10.0.0.1"], False),
        (["::1", "93.184.216.34"], False),
        (["169.254.169.254"], False),
        ([], False),
    ],
)
def test_every_address_of_a_name_must_be_public(monkeypatch, answers, passes):
    monkeypatch.setattr(safenet, "look_up", lambda host, port, timeout_seconds: answers)

    if passes:
        assert checked("example.org", 443, timeout_seconds=1) == answers
    else:
        with pytest.raises(CaptureFailed, match=f"^{REFUSAL}$"):
            checked("example.org", 443, timeout_seconds=1)


def test_a_number_is_checked_without_asking_anybody(monkeypatch):
    monkeypatch.setattr(safenet, "look_up", None)

    assert checked("1.1.1.1", 80, timeout_seconds=1) == ["1.1.1.1"]
    for host in ("127.0.0.1", "::1", "localhost", "intranet"):
        with pytest.raises(CaptureFailed, match=f"^{REFUSAL}$"):
            checked(host, 80, timeout_seconds=1)


def test_a_name_server_that_does_not_answer_is_left_behind(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(5) or [])
    started = time.monotonic()

    assert look_up("example.org", 80, 0.05) == []

    assert time.monotonic() - started < 2


def test_loopback_is_open_for_who_says_so_and_nothing_else_is():
    assert is_open("127.0.0.1", allow_loopback=True) is True
    assert is_open("::1", allow_loopback=True) is True
    assert [
        address
        for address in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "0.0.0.0")
        if is_open(address, allow_loopback=True)
    ] == []
    assert parse("http://127.0.0.1:4711/", allow_loopback=True).port == 4711
    with pytest.raises(CaptureFailed):
        parse("http://127.0.0.1:4711/")
    with pytest.raises(CaptureFailed):
        parse("http://10.0.0.1:4711/", allow_loopback=True)
