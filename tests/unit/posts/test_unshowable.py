"""Entries that are kept as bytes alone: no page could show them, or nobody could ask for them."""

import json
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk
from tamizdat.archive.ingest.feeds import follow
from tamizdat.posts.fetch import Answer
from tamizdat.posts.report import IngestReport
from tamizdat.publishing import site
from tamizdat.publishing.site.post_text import text_markup
from tamizdat.text.excerpt import TOWER, has_tower

STYLE = Path(site.__file__).parent / "static" / "style.css"
TOWERS = "a" + "\u0301\u0489" * TOWER
LONG = {"content_text": TOWERS}, {"title": TOWERS}, {"authors": [{"name": TOWERS}]}, {"tags": [TOWERS]}


@pytest.mark.parametrize("hostile", LONG)
def test_a_letter_with_thousands_of_signs_over_it_is_told_and_no_post(
    tmp_path: Path, hostile: dict[str, object]
) -> None:
    items = [{"id": "1", "content_text": "words", **hostile}, {"id": "2", "content_text": "words"}]
    said = {"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items": items}
    body = json.dumps(said).encode()
    desk, report = Desk.make(tmp_path / "archive"), IngestReport()
    follow(desk.archive, desk.key, "https://a.example/feed", NOW, report, lambda u, h: Answer(u, 200, {}, body))
    assert (report.new, report.kinds["form"]) == (1, 1)
    assert "more than 1,000 signs over one letter" in str(report.problems[0])
    [kept] = desk.archive.objects
    assert desk.archive.objects.path(kept).read_bytes() == body
    desk.archive.close()


@pytest.mark.parametrize("text", ["བསྒྲུབས་" * 5000, "ห้องน้ำ" * 5000, "a\u0301" * 9000, "मनुष्य " * 3000, "", "w" * 90_000])
def test_no_script_is_taken_for_a_tower(text: str) -> None:
    assert not has_tower(text)


def test_a_word_of_thousands_of_letters_is_set_without_what_takes_a_browser_long() -> None:
    words = "w" * 1000
    assert str(text_markup(f"a {words} b")) == f'<span class="unbroken">a {words} b</span>'
    assert str(text_markup("w" * 999)) == f"<span>{'w' * 999}</span>"
    assert str(text_markup("字" * 2000)) == f"<span>{'字' * 2000}</span>"
    assert ".unbroken { font-kerning: none; font-variant-ligatures: none; }" in STYLE.read_text()
