"""Whatever somebody wrote, a page says it character for character, and nothing of it becomes markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tamizdat.publishing.site.post_text import diff_markup, text_markup
from tamizdat.text.excerpt import excerpt

#: what HTML can hold: everything but U+0000 and unpaired surrogates
WRITTEN = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
HOSTILE = st.lists(
    st.sampled_from(
        ["<", "&", "&amp;", "&#13", "RT @a: ", "//@b：", "\r", "\n", " ", "</span>", "<!--", "]]>", '"', "'"]
    )
    | WRITTEN
).map("".join)


class Reading(HTMLParser):
    """The text content, and the names of the elements."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.names: set[str] = set()
        self.feed(f"<div>{markup}</div>")
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self.names.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(HOSTILE)
def test_the_text_content_is_the_text(text: str) -> None:
    reading = Reading(text_markup(text))
    assert reading.text == text
    assert reading.names <= {"div", "span", "b", "blockquote", "bdi"}


@given(HOSTILE, HOSTILE)
def test_an_earlier_text_is_shown_whole_with_what_was_dropped(earlier: str, later: str) -> None:
    reading = Reading(diff_markup(earlier, later))
    assert reading.text == earlier
    assert reading.names <= {"div", "del"}


@given(HOSTILE, st.integers(1, 200))
def test_a_beginning_is_one_line_and_no_longer_than_asked(text: str, length: int) -> None:
    short = excerpt(text, length)
    assert len(short) <= length + 1
    assert short == " ".join(short.split())
    assert " ".join(text.split()).startswith(short.removesuffix("…"))
