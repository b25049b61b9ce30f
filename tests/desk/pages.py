"""Reading pages of the desk in tests: their forms, words and links."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from django.test import Client

from tests.factories import make_user


def logged_in(name="ada", *, role="checker", **fields):
    """Returns a client in which somebody is logged in."""
    client = Client()
    client.force_login(
        make_user(name, role=role, **fields), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


class Page(HTMLParser):
    """The forms of a page, as the fields that a browser would send."""

    def __init__(self, response):
        super().__init__(convert_charrefs=True)
        self.forms = []
        self.current = None
        self.area = None
        self.select = None
        self.text = []
        self.links = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "form":
            self.current = {}
            self.forms.append(self.current)
        if self.current is None:
            return
        name = attrs.get("name")
        if tag == "input" and name:
            kind = attrs.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in attrs:
                return
            if kind == "checkbox":
                self.current.setdefault(name, []).append(attrs.get("value", "on"))
            elif kind not in ("file", "submit"):
                self.current[name] = attrs.get("value", "")
        elif tag == "textarea":
            self.area = name
            self.current[name] = ""
        elif tag == "select":
            self.select = name
        elif (
            tag == "option"
            and self.select
            and ("selected" in attrs or self.select not in self.current)
        ):
            self.current[self.select] = attrs.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.current = None
        elif tag == "textarea":
            # A browser drops the line feed right after the tag.
            self.current[self.area] = self.current[self.area].removeprefix("\n")
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area:
            self.current[self.area] += data
        elif data.strip():
            self.text.append(data.strip())

    def form(self, name):
        """Returns the fields of the form of this name; fails when there is none."""
        return next(form for form in self.forms if form.get("do") == name)

    @property
    def names(self):
        return [form["do"] for form in self.forms if "do" in form]

    @property
    def words(self):
        return " ".join(self.text)


def alert_of(response):
    """Returns the words of the alert on top, or ""."""
    found = re.search(r'role="alert".*?</div>', response.content.decode(), re.DOTALL)
    return (
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found.group())).split()[2:]) if found else ""
    )


def claim_address(claim):
    return f"/admin/statements/claim/{claim.pk}/change/"


def send(client, address, name, /, *, page=None, **fields):
    """Fills in one form of a page as it stands and sends it; fields without their prefix."""
    page = page or Page(client.get(address))
    data = page.form(name) | {
        field if field in ("look", "again") else f"{name}-{field}": value
        for field, value in fields.items()
    }
    return client.post(address, data)
