"""A page is read in the same way whether it is read at once or tag by tag, and refused by both or by neither."""

from hypothesis import given, settings
from hypothesis import strategies as st

from support.kinds import examples
from support.site_maker import PAGE, words
from tamizdat.errors import BadStatement
from tamizdat.verifying.page_text import _simply, _tag_by_tag, said_on

BODY = words("text", "a <b> RT c & d") + '<details><p class="x">e</p>' + words("translation en", "f") + "</details><br>"
SOUND = PAGE.format(lang="en", title="T", base="", data="", body=BODY)
PIECES = (
    "<", ">", '"', "'", "/", "=", "\0", " hidden", ' style="x"', ' data-said="text"', " data-said", "</div>", "<div>",
    "<b>", "</b>", "<details>", "</details>", "<base>", "<br>", '<img alt="a>b">', "&amp;", "&x;", "<!--", "\r", "<!",
    '</b data-said="x">', '<div data-said="text">', '<span data-saidx="y">', '<b class="x" hidden>', "<B>", "<b\nid=x>",
    "\ufeff", "\r\n", "-->", ">>", "><", '""', '=""', '">', '<p title="', '<p title="a>">', "<!doctype html>", "&#13;",
    "\u00a0", "\x0c", "<template>", "<script>", "没", "1 ",
)  # fmt: skip


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.floats(0, 1), st.integers(0, 9)), min_size=1, max_size=4))
def test_an_altered_page_is_read_alike_in_both_ways(changes: list[tuple[str, float, int]]) -> None:
    page = SOUND
    for piece, place, cut in changes:
        at = int(place * len(page))
        page = page[:at] + piece + page[at + cut :]
    written = page.replace("\r\n", "\n").replace("\r", "\n").removeprefix("<!doctype html>")
    try:
        found = _tag_by_tag(written)
    except BadStatement as error:
        refused = str(error)
    else:
        assert said_on(page.encode()) == found
        return
    try:
        again = str(_simply(written.encode()))
    except BadStatement as error:
        again = str(error)
    assert again in ("[]", refused)


def test_an_ordinary_page_is_read_at_once() -> None:
    written = SOUND.removeprefix("<!doctype html>")
    assert (
        _simply(written.encode())
        == _tag_by_tag(written)
        == [("text", "a <b> RT c & d"), ("covered translation en", "f")]
    )
