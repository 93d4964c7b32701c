"""Citations for programs: BibTeX and CSL-JSON, made by the page from a disk, and as a file without scripts."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from support.chromium import CHROMIUM
from support.collecting_desk import tweet
from support.published_desk import House, status

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed, so no page was seen")
HOSTILE = '50 % of {names} \\ "two"\n& #_~^$ \u202eeman\u202c } {'


def test_a_page_makes_the_citations_that_the_file_for_programs_has_and_no_text_breaks_them(
    tmp_path: Path, opened: Callable[..., Page]
) -> None:
    house = House(tmp_path)
    house.take(tweet(1, HOSTILE.replace("&", "&amp;")))
    house.release(1)
    house.translate(1, "Fifty of a hundred")
    house.publish()
    number = house.number(status(1))
    page, made = opened(), {}
    for language in ("", "zh/"):
        page.goto(Path(house.site, f"{language}items/{number}/index.html").as_uri())
        assert page.locator(".cite pre").count() == 0
        page.locator(".cite summary").click()
        page.locator(".cite pre").nth(1).wait_for()
        bibtex, csl = page.locator(".cite pre").all_inner_texts()
        made[language] = json.loads(csl)
        assert bibtex.startswith(f"@misc{{tamizdat-{number},\n")
        depths = [bibtex[:at].count("{") - bibtex[:at].count("}") for at in range(1, len(bibtex))]
        assert min(depths[len("@misc{") :]) == 1, "no value ends the entry"
        assert bibtex.count("{") == bibtex.count("}")
        assert re.search(r"(?<!\\)[%&#]", bibtex) is None
        assert str(made[language][0]["note"]) in bibtex
        assert "Ledger: " in bibtex
    [kept] = [
        each for each in json.loads(house.files()[f"cite/{number // 256}.json"])
        if each["id"] == f"tamizdat-{number}"
    ]  # fmt: skip
    assert made["zh/"] == [kept], "the words as they were written"
    assert made[""] == [kept | {"title": "Fifty of a hundred …", "language": "en"}]
