"""Refusals on top of a page: a file is spoken of only where a form takes one."""

import pytest

from tests.desk.pages import claim_address
from tests.factories import make_claim


@pytest.mark.parametrize(("do", "is_told"), [("wording", False), ("cite", True)])
def test_a_file_to_choose_again_is_told_only_where_there_is_one(desk, do, is_told):
    claim = make_claim("researching")

    answer = desk("ada").post(claim_address(claim), {"do": do, f"{do}-version": claim.version})

    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Nothing was saved" in page
    assert ("A chosen file must be chosen again." in page) is is_told
