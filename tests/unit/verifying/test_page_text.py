"""What a page shows is read in one way only, and every page that a browser might read in another is refused."""

import pytest

from support.html_samples import ODD, TEXTS, UNENDED, page
from support.site_maker import words
from tamizdat.errors import BadStatement
from tamizdat.publishing.site.post_text import text_markup
from tamizdat.verifying import page_text
from tamizdat.verifying.item_page import LOADED
from tamizdat.verifying.page_text import said_on


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    assert said_on(page(words("text", text))) == [("text", text)]
    markup = f'<div data-said="translation bo" lang="bo" dir="auto">{text_markup(text)}</div>'
    assert said_on(page(markup)) == [("translation bo", text)]


def test_a_handle_in_a_text_that_runs_to_the_left_is_set_apart_and_read_as_it_was_written() -> None:
    text = "انشروا! //@mumu: وصلتني أيضًا"
    markup = text_markup(text)
    assert "<b>//<bdi>@mumu</bdi>: </b>" in markup, "else a browser shows it as mumu@"
    assert said_on(page(f'<div data-said="text">{markup}</div>')) == [("text", text)]
    assert "bdi" not in text_markup("没有了 RT @wang: 谁？")


@pytest.mark.parametrize(
    "tag", ['div data-said="text"', "div data-said", 'div data-said=""', 'div lang="7" data-said="3"']
)
def test_what_words_are_is_read_alike_of_pages_alike_and_of_one(tag: str) -> None:
    shown = f'<html><body class="a"><details><{tag}>1 <b lang="en">2</b></div></details><{tag}>3</div></body></html>'
    assert page_text._simply(shown.encode()) in ([], page_text._tag_by_tag(shown))
    assert said_on(shown.encode()) == page_text._tag_by_tag(shown)
    assert [text for _, text in said_on(shown.encode())] == ["1 2", "3"]


def test_a_line_ends_as_in_a_browser() -> None:
    assert said_on(page('<div data-said="text">a\r\nb\rc&#13;\n</div>')) == [("text", "a\nb\nc\r\n")]


def test_what_is_around_may_be_any_page() -> None:
    inner = '<main><img src="a>b.jpg" alt=""><p>5 &gt; 3</p><div class="x" data-said="text">x</div><br></main>'
    assert said_on(page(inner)) == [("text", "x")]
    assert said_on(page("<p>nothing</p>")) == []


@pytest.mark.parametrize("inner", ODD)
def test_a_page_that_could_be_read_otherwise_is_refused(inner: str) -> None:
    with pytest.raises(BadStatement):
        said_on(page(inner))


def test_words_that_a_page_covers_come_out_as_covered() -> None:
    assert said_on(page('<details><summary>x</summary><div data-said="text">x</div></details>')) == [
        ("covered text", "x")
    ]
    with pytest.raises(BadStatement):
        said_on(page('<details hidden><div data-said="text">x</div></details>'))


@pytest.mark.parametrize("data", [b"\xff", b'<div data-said="text">', b"</div>", b"<", b"x" * 1000 + b"<b", *UNENDED])
def test_damaged_pages_are_refused(data: bytes) -> None:
    with pytest.raises(BadStatement):
        said_on(data)


def test_a_huge_page_is_read_in_no_time() -> None:
    many = "<span>" * 20_000 + "</span>" * 20_000 + "<b " * 20_000
    with pytest.raises(BadStatement):
        said_on(page(f'<div data-said="text">{many}</div>'))
    assert said_on(page(f'<div data-said="text">{"<b>&amp;</b>" * 50_000}</div>')) == [("text", "&" * 50_000)]


def test_what_a_huge_page_loads_is_found_in_no_time() -> None:
    """Some seconds would be some hours if the time grew with the square of the length."""
    for piece in ("<a", '<link rel="icon" href="', "<a src= ", "<link "):
        assert LOADED.findall(piece * ((4 << 20) // len(piece))) == []
    assert LOADED.findall('<link rel="icon" href="m.svg"><img alt="" src="a.jpg"><a href="b">') == [
        ("m.svg", ""),
        ("", "a.jpg"),
    ]
