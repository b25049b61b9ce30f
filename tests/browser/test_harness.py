"""The harness itself: a page that breaks the content policy, or is hard to use, is noticed."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.urls import path

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.test_harness"),
]

START = '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>'
PAGES = {
    "good": f"{START}<p>Words.</p></main>",
    "style": f'{START}<p style="color: red">Words.</p></main>',
    "script": f"{START}<script>document.title = 'changed'</script></main>",
    "unlabelled": f"{START}<input></main>",
}
urlpatterns = [path("<name>", lambda request, name: HttpResponse(PAGES[name]))]


def test_a_good_page_passes(open_page, faults):
    assert faults(open_page("/good")) == []


@pytest.mark.parametrize("name", ["style", "script"])
def test_inline_style_and_script_are_stopped_and_noticed(open_page, name):
    page = open_page(f"/{name}")

    assert page.title() == "A page"
    (complaint,) = open_page.complaints
    open_page.complaints.clear()
    assert "Content Security Policy" in complaint


def test_a_field_without_a_label_is_a_fault(open_page, faults):
    (fault,) = faults(open_page("/unlabelled"))

    assert fault.startswith("critical label: ")
