"""How what somebody wrote stands in a page: exactly as it was written, and with its speakers as structure.

The text content of what :func:`text_markup` makes is the text, character for character; ``verify`` and ``verify.js``
hold it against the signed statement. So markers are text too, a carriage return is written as a reference (HTML reads
the bare one as a line feed), and no white space is added.

>>> str(text_markup("没有了 RT @wang: 谁？"))
'<span>没有了 </span><blockquote><b>RT @wang: </b><span>谁？</span></blockquote>'
"""

import re
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from tamizdat.posts.parts import read_parts, read_translation
from tamizdat.publishing.site.l10n import is_written_in
from tamizdat.statements.derived import Post, Translation
from tamizdat.statements.post_context import MARKER, REPEATS, with_inner
from tamizdat.text.catalogue import messages
from tamizdat.text.dates import duration
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import primary_subtag

SHORT, MIDDLE = 130, 520  #: bytes of UTF-8 up to which a text is set large, and larger than running text
DESCRIBED: Final = 200  #: characters of a description that stand for a post without words
COMPARED: Final = 4000  #: characters up to which two versions are compared letter by letter
#: a word that no script with spaces has; to set tens of thousands of letters with kerning takes a browser minutes
_UNBROKEN: Final = re.compile("[!-\u052f]{1000}")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


@lru_cache(1 << 15)
def text_markup(text: str, original: str = "") -> Markup:
    """Return the markup of *text*: words, and inside them what others say, in quotations within quotations.

    *original*: what it may be a translation of; then the same people speak in it.
    """
    pieces, depth = [], 0
    for part in (read_translation(text, original) if original and original != text else read_parts(text)).chain():
        if part.lead:
            lead, handle = part.lead.translate(_ESCAPES), f"@{part.speaker}".translate(_ESCAPES)
            if _RIGHT_TO_LEFT.search(text):  # else it is shown as mumu@
                lead = lead.replace(handle, f"<bdi>{handle}</bdi>", 1)
            pieces += ["<blockquote><b>", lead, "</b>"]
            depth += 1
        if part.text:
            span = '<span class="unbroken">' if _UNBROKEN.search(part.text) else "<span>"
            pieces += [span, part.text.translate(_ESCAPES), "</span>"]
    return Markup("".join(pieces) + "</blockquote>" * depth)  # noqa: S704 -- each piece was escaped above


def words_markup(text: str) -> Markup:
    """Return the markup of words whose text content is compared: nothing is escaped but what must be."""
    return Markup(text.translate(_ESCAPES))  # noqa: S704 -- escaped


def size_of(text: str) -> str:
    """How large a text is set: short ones are looked at, long ones read."""
    size = len(text.encode())
    return "short" if size <= SHORT else "middle" if size <= MIDDLE else "long"


def texts_in_order(post: Post, language: str) -> list[Translation | None]:
    """Return the texts of *post* in the order for a reader of *language*; None stands for the original.

    Their own language first, then the original, then the others.
    """
    mine = None if _same(post.language, language) else translation_into(post, language)
    others: list[Translation | None] = [each for each in post.translations if each is not mine]
    return [None, *others] if mine is None else [mine, None, *others]


def translation_into(post: Post, language: str) -> Translation | None:
    """Return the translation into *language*, else one in another script of it."""
    exact = next((each for each in post.translations if is_written_in(each.language, language)), None)
    return exact or next((each for each in post.translations if _same(each.language, language)), None)


def _same(tag: str, language: str) -> bool:
    return primary_subtag(tag) == primary_subtag(language)


def for_reader(post: Post, language: str) -> tuple[str, str]:
    """Return the text a reader of *language* sees in a list, and its language: a translation, else the original.

    A post that has no words of its own is told by those of its poll, or of what it repeats; a covered one, by what its
    author covered it with.
    """
    if covers_words(post):
        return post.summary, post.language
    found = None if _same(post.language, language) else translation_into(post, language)
    return (found.target, found.language) if found else own_words(post)


def covers_words(post: Post) -> bool:
    """Return whether the words of *post* are covered until a reader asks: its author warned of them, in a summary."""
    return bool(post.context and post.context.sensitive and post.summary)


def covers_pictures(post: Post) -> bool:
    """Return whether its pictures are."""
    return bool(post.context and post.context.sensitive)


def is_shortened(post: Post) -> bool:
    """Return whether its text is nothing but the beginning of a post that it repeats, and that stands there whole."""
    inner = post.context.inner if post.context else None
    return bool(inner and inner[0].how == REPEATS and inner[0].text and MARKER.match(post.text))


def own_words(post: Post) -> tuple[str, str]:
    """Return the original as lists show it, and its language."""
    inner = post.context.inner[0] if post.context and post.context.inner else None
    if inner and inner.text and (not post.text or is_shortened(post)):
        return with_inner("", [(1, inner.how, inner.handle or inner.name, inner.text)]) or inner.text, inner.language
    if post.text or post.context is None:
        return post.text, post.language
    told = [excerpt(each.alt, DESCRIBED) for each in post.context.missing or ()]
    told += [each.text for each in post.context.poll.choices] if post.context.poll else []
    return "\n".join(filter(None, told)), post.language


def diff_markup(earlier: str, later: str) -> Markup:
    """*earlier*, with what is not in *later* any more marked as dropped."""
    if len(earlier) + len(later) > COMPARED:
        return Markup(earlier.translate(_ESCAPES))  # noqa: S704 -- escaped
    from difflib import SequenceMatcher  # most runs need it for nothing

    pieces = []
    for what, start, end, _, _ in SequenceMatcher(None, earlier, later, autojunk=False).get_opcodes():
        piece = earlier[start:end].translate(_ESCAPES)
        if piece:
            pieces.append(piece if what == "equal" else f"<del>{piece}</del>")
    return Markup("".join(pieces))  # noqa: S704 -- each piece was escaped above


def removal_note(post: Post, language: str) -> str:
    """Return what became of a post that is gone: "Deleted after 3 h 12 min"; empty if it stands."""
    if post.gone is None:
        return ""
    t = messages(language)
    if post.context and post.context.gone_for:
        return t["gone_for"].format(reason=t.get(f"reason_{post.context.gone_for}", post.context.gone_for))
    if post.gone.stood is None:
        return t["deleted"]
    return t["deleted_after"].format(time=duration(post.gone.stood, language))
