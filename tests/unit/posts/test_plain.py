"""HTML that was made to keep us busy or to make a parser fail, and what plain text keeps of sound HTML."""

import pytest

from tamizdat.posts.plain import MAX_MARKUP, MarkupTooLong, read_html, text_of, to_plain
from tamizdat.posts.plain_earlier import to_plain_v1, to_plain_v2

SIZE = 131_072

AS_BROWSERS_DO = [
    ("<p>一<br>二</p><ul><li>三<li>四</ul>", "一\n二\n\n三\n四"),
    ("a <!-- b --> c <!----> d <!--> e <!---> f", "a c d e f"),
    ("a <![CDATA[b]]> c", "a c"),
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


AS_A_READER_SEES_IT = [
    ("<p>one</p>\n<p>two</p>\n\n<p>three</p>", "one\n\ntwo\n\nthree"),
    ("<div>\n <p>one</p>\t\n </div> <div><div><p>two</p></div></div><p></p><p> </p>three", "one\n\ntwo\n\nthree"),
    ("one<br>\n<br />\n two<br><br><br>three", "one\n\ntwo\n\nthree"),
    ("one<p>two</p>three", "one\n\ntwo\n\nthree"),
    ("so <b>bold</b> ,<i> it</i>  is", "so bold , it is"),
    ("<pre>\nif x:\n    y  z\n\n\ndone\n</pre>after", "if x:\n    y  z\n\n\ndone\n\nafter"),
    ("<pre>  <b>a</b>  b</pre>", "  a  b"),
    ("<ol><li>one</li>\n<li>two</li></ol>", "1. one\n2. two"),
    ("<ol start='7'><li>seven<li value=12>twelve<li>thirteen</ol>", "7. seven\n12. twelve\n13. thirteen"),
    ("<ol reversed start=2><li>two<li>one</ol><ol type=a><li>x<li>y</ol>", "2. two\n1. one\n\na. x\nb. y"),
    ("<ol type=I><li>x<li>y<li>z<li>w</ol>", "I. x\nII. y\nIII. z\nIV. w"),
    ("<ol><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ol>", "1. a\n  1. b\n  2. c\n2. d"),
    ("<ul><li>a\n<ul>\n<li>b</li>\n</ul>\n</li><li><p>c</p></li></ul>e", "a\n  b\n\nc\n\ne"),
    ("<ol><li><p>a</p><p>b</p></li><li></li><li>c</li></ol>", "1. a\n\nb\n\n3. c"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td></td><td>c</td></tr></table>", "a | b\n| c"),
    ("<table>\n<tr>\n<th> a </th>\n<th>b\n</th></tr>\n<tr><td>1<td><td>3</table>d", "a | b\n1 | | 3\n\nd"),
    ("<table><tr><td><p>a</p></td><td><p>b</p></td></tr><tr><td><p>c</p></td></tr></table>", "a | b\nc"),
    ("<table><tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr></table>", "a\n\nb\n\nc"),
    ("<p>a</p><blockquote><p>b</p>\n<p>c<br>d</p></blockquote><p>e</p>", "a\n\n> b\n>\n> c\n> d\n\ne"),
    ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n> > b\n\nc"),
    ("<blockquote>a</blockquote><blockquote>b</blockquote>", "> a\n\n> b"),
    ("x<sup>2</sup>, 10<sup>-6</sup>, H<sub>2</sub>O, 1<sup>st</sup>", "x², 10⁻⁶, H₂O, 1st"),
    ("the <s>guilty</s> <del>dead</del> said <q>no</q></s>", "the ~~guilty~~ ~~dead~~ said “no”"),
    ("<ruby>漢<rp>（</rp><rt>かん</rt><rp>）</rp>字<rt>じ</rt></ruby>", "漢（かん）字じ"),
    ("<ruby>漢<rt>かん<rb>字<rt>じ</ruby>。", "漢(かん字)(じ)。"),
    ("a<span hidden>b</span><p style='display: none'>c<p>d</p><div HIDDEN>e<div>f</div>g</div>h", "a\n\nd\n\nh"),
    ("a<span style='display:none'>kept, as nothing ends it", "akept, as nothing ends it"),
    ("<a href=x><span class=invisible>https://</span><span class=ellipsis>a.example/ver</span>y</a>",
     "https://a.example/very"),
    ("see <img src='https://a.example/g.jpg' alt='a gate\nat dawn'>", "see [a gate at dawn]"),
    ("good <img class=wp-smiley alt='🙂' src=x.png><img src=y.png alt='❤'>", "good 🙂❤"),
    ("<p dir=rtl>العدد 5,212 طالبا</p>", "العدد 5,212 طالبا"),
    ("\u3000\u3000段落<br>\u3000\u3000二", "\u3000\u3000段落\n\u3000\u3000二"),
    ("<details><summary>more</summary>less</details><dl><dt>a<dd>b</dl>", "more\nless\n\na\nb"),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "text"), AS_A_READER_SEES_IT)
def test_text_keeps_what_a_reader_sees(markup: str, text: str) -> None:
    assert to_plain(markup) == text


def test_white_space_stays_where_a_platform_shows_it() -> None:
    poem = "<p>gate<br />  north<br />    east</p>\n<p>two  spaces<br>\nof one\n text</p>"
    assert read_html(poem, spaces=True).text == "gate\n  north\n    east\n\ntwo  spaces\nof one text"
    assert to_plain(poem) == "gate\nnorth\neast\n\ntwo spaces\nof one text"


def test_links_behind_words_and_pictures_stand_beside_the_text() -> None:
    markup = (
        '<p>See <a href="list.pdf?a=1&amp;b=2">the <b>list</b></a>, '
        '<a href="https://b.example/">https://b.example</a>, '
        '<a href="https://c.example/%E6%A0%A1">https://c.example/校</a>, <a href="javascript:x()">no</a>, '
        '<a href="#up">up</a> <a href="https://d.example/t" class="mention hashtag">#t</a> <a>none</a></p>'
        '<a href=big.jpg><img src=small.jpg alt="a wall"></a><img src=count.gif width=1 height=1>'
        '<img src="data:image/gif;base64,R0" data-src="/late.webp"><video poster=x><source src="v.mp4" type=video/mp4>'
        '<source src="v.webm"></video><iframe src="https://v.example/embed/5"></iframe>'
    )
    found = read_html(markup, "https://a.example/5/")
    assert found.text.startswith("See the list, https://b.example, https://c.example/校, no, up #t none")
    assert found.links == (
        ("the list", "https://a.example/5/list.pdf?a=1&b=2"),
        ("up", "https://a.example/5/#up"),
        ("[a wall]", "https://a.example/5/big.jpg"),
    )
    assert [(each.media_type, each.url, each.alt) for each in found.media] == [
        ("image/jpeg", "https://a.example/5/small.jpg", "a wall"),
        ("image/webp", "https://a.example/late.webp", ""),
        ("video/mp4", "https://a.example/5/v.mp4", ""),
        ("text/html", "https://v.example/embed/5", ""),
    ]


def test_what_was_stated_before_is_read_as_it_was_then() -> None:
    layout = "<p>one</p>\n<p>two</p><ol><li>a</ol><table><tr><td>b</td><td>c</td></table><img src=x alt=y>"
    for before in (to_plain_v1, to_plain_v2):
        assert before(layout) == "one\n\n\n\ntwo\n\na\n\nbc"


#: each token of HTML, begun and not ended
PIECES = [
    "<", "</", "<a", "<a ", "<a b=", "<a b='", '<a b="', "<a =", "<a/", "</p ", "<!", "<!-", "<!--", "<?", "<pre> ",
    " ", "\0", "&", "&#", "&amp", "<script>", "</script", "<style ", "=", "-", "<p>", "<br> ", "<template>",
    "<ol>", "<li>", "<blockquote>", "<td>", "<table>", "<a href=x>y", "<p hidden>",
    "<img alt=x>", "<s>", "</q>", "<rt>",
]  # fmt: skip


@pytest.mark.parametrize("before", ["", "<pre>", "<p a='"])
@pytest.mark.parametrize("piece", PIECES)
def test_unfinished_markup_of_128_kib_is_read_in_linear_time(piece: str, before: str) -> None:
    """No clock: what takes more than linear time takes hours at this length."""
    assert len(to_plain(before + piece * (SIZE // len(piece)))) <= 2 * SIZE


@pytest.mark.parametrize("reference", ["&#" + "9" * 5_000 + ";", "&#" + "0" * 5_000 + "65;", "&#x" + "f" * 5_000])
def test_a_reference_of_thousands_of_digits_is_a_character_or_none(reference: str) -> None:
    assert text_of(reference) in ("\ufffd", "A")


def test_markup_longer_than_any_post_needs_is_refused_before_it_is_read() -> None:
    with pytest.raises(MarkupTooLong, match="1,048,577 characters; at most 1,048,576 are read"):
        to_plain(" " * (MAX_MARKUP + 1))
    with pytest.raises(MarkupTooLong):
        text_of("<" * (MAX_MARKUP + 1))
