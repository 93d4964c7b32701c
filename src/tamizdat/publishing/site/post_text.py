"""How what somebody wrote stands in a page: exactly as it was written, and with its speakers as structure.

The text content of what :func:`text_markup` makes is the text, character for character; ``verify`` and ``verify.js``
hold it against the signed statement. So markers are text too, a carriage return is written as a reference (HTML reads
the bare one as a line feed), and no white space is added.

>>> str(text_markup("没有了 RT @wang: 谁？"))
'<span>没有了 </span><blockquote><b>RT @wang: </b><span>谁？</span></blockquote>'
"""

from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, NamedTuple

from markupsafe import Markup

from tamizdat.posts.parts import read_parts
from tamizdat.publishing.model import Post
from tamizdat.statements.derived import Translation
from tamizdat.text.languages import direction, language_name, primary_subtag

SHORT, MIDDLE = 130, 520  #: bytes of UTF-8 up to which a text is set large, and larger than running text
COMPARED: Final = 4000  #: characters up to which two versions are compared letter by letter
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


class Column(NamedTuple):
    """A text on a post's page: the original or a translation."""

    subject: str  #: what ``data-said`` is: ``text`` or ``translation <language>``
    language: str
    direction: str
    label: str
    markup: Markup
    size: str
    translation: Translation | None


@lru_cache(1 << 15)
def text_markup(text: str) -> Markup:
    """Return the markup of *text*: words, and inside them what others say, in quotations within quotations."""
    pieces, depth = [], 0
    for part in read_parts(text).chain():
        if part.lead:
            pieces += ["<blockquote><b>", part.lead.translate(_ESCAPES), "</b>"]
            depth += 1
        if part.text:
            pieces += ["<span>", part.text.translate(_ESCAPES), "</span>"]
    return Markup("".join(pieces) + "</blockquote>" * depth)  # noqa: S704 -- each piece was escaped above


def size_of(text: str) -> str:
    """How large a text is set: short ones are looked at, long ones read."""
    size = len(text.encode())
    return "short" if size <= SHORT else "middle" if size <= MIDDLE else "long"


def columns(post: Post, language: str, original: Markup, translated: list[Markup]) -> list[Column]:
    """Return the texts of *post* in the order for a reader of *language*.

    Their own language first, then the original.

    *original* and *translated* are the markups of its text and translations, made once for all interfaces.
    """
    first = Column("text", post.language, direction(post.language), language_name(post.language, language),
                   original, size_of(post.text), None)  # fmt: skip
    others = list(_translated(post, language, translated))
    mine = next((each for each in others if _same(each.language, language)), None)
    if mine is None or _same(post.language, language):
        return [first, *others]
    return [mine, first, *(each for each in others if each is not mine)]


def _translated(post: Post, language: str, markups: list[Markup]) -> Iterator[Column]:
    for each, markup in zip(post.translations, markups, strict=True):
        yield Column(f"translation {each.language}", each.language, direction(each.language),
                     language_name(each.language, language), markup, size_of(each.target), each)  # fmt: skip


def _same(tag: str, language: str) -> bool:
    return primary_subtag(tag) == language


def for_reader(post: Post, language: str) -> tuple[str, str]:
    """Return the text a reader of *language* sees in a list, and its language: a translation, else the original."""
    if _same(post.language, language):
        return post.text, post.language
    found = post.translation(language)
    return (found.target, found.language) if found else (post.text, post.language)


def diff_markup(earlier: str, later: str) -> Markup:
    """*earlier*, with what is not in *later* any more marked as dropped."""
    if len(earlier) + len(later) > COMPARED:
        return Markup(earlier.translate(_ESCAPES))  # noqa: S704 -- escaped
    pieces = []
    for what, start, end, _, _ in SequenceMatcher(None, earlier, later, autojunk=False).get_opcodes():
        piece = earlier[start:end].translate(_ESCAPES)
        if piece:
            pieces.append(piece if what == "equal" else f"<del>{piece}</del>")
    return Markup("".join(pieces))  # noqa: S704 -- each piece was escaped above
