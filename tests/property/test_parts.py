"""Chains of reposts: whatever the text, nothing of it is lost, and each part has its speaker."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.kinds import examples
from tamizdat.posts.parts import MAX_DEPTH, read_parts

HANDLES = st.from_regex(r"[A-Za-z0-9_]{1,15}|[一-龥]{1,6}", fullmatch=True)
MARKERS = st.tuples(st.sampled_from(["RT @{}: ", "rt @{} ", "QT @{}：", "//@{}:", " //@{}： ", "RT //@{}: "]), HANDLES)
PIECES = [
    "RT",
    "rt ",
    "@",
    "//",
    ":",
    "：",
    " ",
    "\n",
    "http://@a",
    "RT@a",
    "//@",
    "林",
    "\u202e",
    "@wang@a.example",
    "😀",
]


@settings(max_examples=examples(400), deadline=None)
@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("RT @a RT @b:")
@example("//@" * 500)
@example("RT @a: " * 300)
def test_the_parts_of_any_text_joined_are_the_text(text: str) -> None:
    part = read_parts(text)
    assert part.joined() == text
    assert len(list(part.chain())) <= MAX_DEPTH + 1
    assert part.speaker == "", "the outermost part is the author's"


@settings(max_examples=examples(200), deadline=None)
@given(
    st.from_regex(r"([一-龥][一-龥，。]{0,9})?", fullmatch=True),  # signs alone are no Chinese: see the grammar
    st.lists(st.tuples(MARKERS, st.from_regex(r"[一-龥，。！]{0,10}", fullmatch=True)), max_size=8),
)
def test_a_chain_written_by_hand_is_read_back_with_its_speakers(
    own: str, said: list[tuple[tuple[str, str], str]]
) -> None:
    text = own + "".join(f"{marker.format(handle)}{words}" for (marker, handle), words in said)
    chain = list(read_parts(text).chain())
    assert [part.speaker for part in chain[1:]] == [handle for (_, handle), _ in said]
    assert [part.text.strip() for part in chain] == [own, *(words for _, words in said)]
