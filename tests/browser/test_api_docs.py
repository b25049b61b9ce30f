"""The pages of the API's schema, drawn by a script of ours under the strict content policy."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_schema_is_drawn_and_an_operation_opens(open_page):
    page = open_page("/api/v1/docs/")

    page.wait_for_selector(".opblock-summary-path")
    page.locator(".opblock-summary-control", has_text="Claims with a finding").first.click()

    page.wait_for_selector(".opblock.is-open .parameters")
    assert page.locator(".opblock").count() > 40
    assert page.locator(".opblock.is-open .parameter__name").count() > 10
