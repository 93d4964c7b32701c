"""What a page shows is read in one way only, and every page that a browser might read in another is refused."""

import pytest

from site_maker import words
from tamizdat.errors import BadStatement
from tamizdat.publishing.texts import said
from tamizdat.verifying.pages import said_on

TEXTS = (
    "",
    "\n",
    " ",
    "\r\n\r",
    "a & b &amp; &lt; <b> \"q\" 'q' ]]> --> &#13; &nbsp;",
    "没有了 RT @wang: 谁？//@li:五年了",
    "སྤྱི་ལོ",
    "\u202eعربي\u202c",
    "😀\u200d\ufe0f",
    "\ufeff\u2028\x85",
    '<div data-said="text">',
    "  two  spaces\t",
)


def page(inner: str, around: str = "{}") -> bytes:
    return f'<!doctype html>\n<html lang="en"><body class="x">{around.format(inner)}</body></html>\n'.encode()


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    assert said_on(page(words("text", text))) == [("text", text)]
    markup = f'<div data-said="translation bo" lang="bo" dir="auto">{said(text)}</div>'
    assert said_on(page(markup)) == [("translation bo", text)]


def test_a_line_ends_as_in_a_browser() -> None:
    assert said_on(page('<div data-said="text">a\r\nb\rc&#13;\n</div>')) == [("text", "a\nb\nc\r\n")]


def test_what_is_around_may_be_any_page() -> None:
    inner = '<main><img src="a>b.jpg" alt=""><p>5 &gt; 3</p><div hidden data-said="text">x</div><br></main>'
    assert said_on(page(inner)) == [("text", "x")]
    assert said_on(page("<p>nothing</p>")) == []


WORDS = '<div data-said="text">x</div>'


@pytest.mark.parametrize(
    "inner",
    [
        f"<!-- -->{WORDS}",
        f"<!--><div>-->{WORDS}",
        f"<![CDATA[{WORDS}]]>",
        f"<?x?>{WORDS}",
        f"</ >{WORDS}",
        f"a < b{WORDS}",
        f"<p>{WORDS}</p>",
        f"<details>{WORDS}</details>",
        f"<dialog>{WORDS}</dialog>",
        f"<table>{WORDS}</table>",
        f"<textarea>{WORDS}</textarea>",
        f"<title>{WORDS}</title>",
        f"<script>{WORDS}</script>",
        f"<select>{WORDS}</select>",
        f"<noscript>{WORDS}</noscript>",
        f"<svg>{WORDS}</svg>",
        f"<template>{WORDS}</template>",
        f"<template></template>{WORDS}",
        f"<plaintext></plaintext>{WORDS}",
        f"<frameset></frameset>{WORDS}",
        f"<div>{WORDS}",
        f"{WORDS}</div>",
        f"<b><i></b></i>{WORDS}",
        f"<dialog><textarea></dialog></textarea>{WORDS}",
        f"<DIV>{WORDS}</DIV>",
        "<div data-said='text'>x</div>",
        "<div data-said=text>x</div>",
        '<div data-said="text"/>x</div>',
        '<div data-said="text" data-said="y">x</div>',
        '<p data-said="text">x</p>',
        '<img data-said="text">',
        '<div data-said="text">x<p>y</p></div>',
        '<div data-said="text">x<img src="y"></div>',
        '<div data-said="text">x<script>y</script></div>',
        '<div data-said="text">x<b data-said="text">y</b></div>',
        '<div data-said="text">x&nbsp;y</div>',
        '<div data-said="text">x&amp y</div>',
        '<div data-said="text">x & y</div>',
        '<div data-said="text">&#x41;</div>',
        '<div data-said="text">&#0;</div>',
        '<div data-said="text">&copy</div>',
        '<div\x0bdata-said="text">x</div>',
        f'<div title="<">{WORDS}</div>',
    ],
)
def test_a_page_that_could_be_read_otherwise_is_refused(inner: str) -> None:
    with pytest.raises(BadStatement):
        said_on(page(inner))


@pytest.mark.parametrize("data", [b"\xff", b'<div data-said="text">', b"</div>", b"<", b"x" * 1000 + b"<b"])
def test_damaged_pages_are_refused(data: bytes) -> None:
    with pytest.raises(BadStatement):
        said_on(data)


def test_a_huge_page_is_read_in_no_time() -> None:
    many = "<span>" * 20_000 + "</span>" * 20_000 + "<b " * 20_000
    with pytest.raises(BadStatement):
        said_on(page(f'<div data-said="text">{many}</div>'))
    assert said_on(page(f'<div data-said="text">{"<b>&amp;</b>" * 50_000}</div>')) == [("text", "&" * 50_000)]
