"""HTML that was made to keep us busy, or to make a parser fail."""

import pytest

from tamizdat.posts.plain import MAX_MARKUP, MarkupTooLong, text_of, to_plain

SIZE = 262_144

AS_BROWSERS_DO = [
    ("<p>一<br>二</p><ul><li>三<li>四</ul>", "一\n二\n\n三\n四"),
    ("a <!-- b --> c <!----> d <!--> e <!---> f", "a  c  d  e  f"),
    ("a <![CDATA[b]]> c", "a  c"),
    ("a <!doctype html>b<?xml x?>c</ >d", "a bcd"),
    ("<a title='>' rel=x/y class=\">\">in</a> <A\nHREF = x>too</A >", "in too"),
    ("1 < 2 && 3 <3 <", "1 < 2 && 3 <3 <"),
    ("<script>a<b</p>c</script>d<style>e</STYLE >f", "df"),
    ("&lt;b&gt; &#26657; &#x6821; &nbsp;&#0;", "<b> 校 校 \xa0\ufffd"),
    ("<pre>a\n  b </pre> c", "a\n  b\n\nc"),
    ("kept <b unclosed", "kept"),
    ("kept <!-- unclosed", "kept"),
    ("kept <a title='unclosed>", "kept"),
]


@pytest.mark.parametrize(("markup", "text"), AS_BROWSERS_DO)
def test_markup_is_read_as_browsers_read_it(markup: str, text: str) -> None:
    assert to_plain(markup) == text


#: each token of HTML, begun and not ended
PIECES = [
    "<", "</", "<a", "<a ", "<a b=", "<a b='", '<a b="', "<a =", "<a/", "</p ", "<!", "<!-", "<!--", "<?", "<pre> ",
    " ", "\0", "&", "&#", "&amp", "<script>", "</script", "<style ", "=", "-", "<p>", "<br> ", "<template>",
]  # fmt: skip


@pytest.mark.parametrize("before", ["", "<pre>", "<p a='"])
@pytest.mark.parametrize("piece", PIECES)
def test_unfinished_markup_of_256_kib_is_read_in_linear_time(piece: str, before: str) -> None:
    """No clock: what takes more than linear time takes hours at this length."""
    assert len(to_plain(before + piece * (SIZE // len(piece)))) <= SIZE


@pytest.mark.parametrize("reference", ["&#" + "9" * 5_000 + ";", "&#" + "0" * 5_000 + "65;", "&#x" + "f" * 5_000])
def test_a_reference_of_thousands_of_digits_is_a_character_or_none(reference: str) -> None:
    assert text_of(reference) in ("\ufffd", "A")


def test_markup_longer_than_any_post_needs_is_refused_before_it_is_read() -> None:
    with pytest.raises(MarkupTooLong, match="1,048,577 characters; at most 1,048,576 are read"):
        to_plain(" " * (MAX_MARKUP + 1))
    with pytest.raises(MarkupTooLong):
        text_of("<" * (MAX_MARKUP + 1))
