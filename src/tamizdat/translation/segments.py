"""Segments: the sentences of a post, one after the other, each with who speaks; and the way back.

::

    没有了。谁知道？ RT @wang: 五年了 http://t.co/x
    ───┬─── ───┬─── ────┬──── ──┬─── ──────┬──────
    source   source    lead   source     tail            speakers: the author, the author, wang

A *lead* is what stands before a sentence and is never translated: white space, markers of reposts
(:mod:`tamizdat.posts.parts`), addresses, and sentences without a single letter. The *tail* is what is left after the
last one. Leads, sources and tail, joined, are the text, character for character, whatever it was.

:func:`joined` puts targets in the place of sources. Between sentences it writes what the target's script wants: a
space where words are spaced, none in Chinese and Japanese; line breaks stay. A marker stays a marker: whoever reads the
parts of the translation finds the same speakers.

>>> found, tail = segments("没有了。谁知道？//@wang:五年了", "zh")
>>> [(each.lead, each.source, each.speaker) for each in found]
[('', '没有了。', ''), ('', '谁知道？', ''), ('//@wang:', '五年了', 'wang')]
>>> joined(found, tail, ["Gone.", "Who knows?", "Five years."], "en")
'Gone. Who knows? //@wang: Five years.'
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import sentencex

from tamizdat.archive.views import stories
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.texts import IN_PIECES
from tamizdat.dataclass import dataclass
from tamizdat.posts.parts import read_parts
from tamizdat.statements.transcribed import GAP
from tamizdat.text.languages import primary_subtag
from tamizdat.translation.placeables import HANDLE, has_words, link_spans, masked

SPACELESS: Final = frozenset({"zh", "ja", "yue", "wuu", "nan", "hak", "gan", "lzh", "cmn"})
KANA: Final = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_SHAD: Final = re.compile("(?<=[\u0f0d-\u0f12\u0f14])\\s+(?=[^\\s\u0f0d-\u0f12\u0f14])")  # Tibetan: a phrase ends
_GOES_ON: Final = re.compile("(?:^|[\u0f0b\u0f0c\\s])(?:དང|ནི|ནས|སྟེ|ཏེ|ཅིང|ཞིང|ཤིང)[\u0f0b\u0f0c]?[\u0f0d-\u0f12\u0f14]+\\Z")
_WIDE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U000323af“”‘’…—]")
_CLOSING: Final = frozenset(".,;:!?)]}»”’،؛؟。，；：！？）】》」』、…%་།")
_OPENING: Final = frozenset("([{«“‘（【《「『：")
_ADDRESSED: Final = re.compile(rf"(?:{HANDLE.pattern}\s+)+")
_OPEN_HANDLE: Final = re.compile(r"@[\w·.@-]*\Z")  # a marker without its colon: what follows would belong to the name
_ASCII: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@/:")
_NEAR: Final = 400  #: characters; no handle and no Tibetan syllable is longer
_MAX_LINE: Final = 4_096  #: characters that are cut into sentences at a time (docs/spec/translation.md)


@dataclass(frozen=True)
class Segment:
    """One sentence. *speaker* is the handle of who says it, empty for the author; *depth* counts the parts around."""

    lead: str
    source: str
    speaker: str
    depth: int


def is_spaceless(language: str) -> bool:
    """Return whether sentences of this language follow each other without a space."""
    return primary_subtag(language) in SPACELESS


def segments(text: str, language: str) -> tuple[list[Segment], str]:
    """Return the sentences of *text* that can be translated, and the tail."""
    found: list[Segment] = []
    lead = ""
    for depth, part in enumerate(read_parts(text).chain()):
        lead += part.lead
        position = 0
        for sentence in _sentences(part.text, language):
            start, end = _core(sentence, first=position == 0)
            position += len(sentence)
            if has_words(sentence[start:end]):
                found.append(Segment(lead + sentence[:start], sentence[start:end], part.speaker, depth))
                lead = sentence[end:]
            else:
                lead += sentence
    return found, lead


def segments_of(version: Version, whole: str) -> tuple[list[Segment], str]:
    """Return what of *whole*, all that a version says, can be translated, and the tail.

    Of a post it is its sentences; of a transcript, each name of a speaker and the text of each cue; of a story the
    sentences of each of its pieces (:attr:`tamizdat.statements.composed.Story.pieces`).
    """
    if version.kind not in IN_PIECES:
        return segments(whole, version.language)
    found: list[Segment] = []
    lead = ""
    for at, piece in enumerate(whole.split(GAP)):
        lead += GAP if at else ""
        for sentence in _sentences(piece, version.language) if version.kind == stories.KIND else (piece,):
            words = sentence.strip() if version.kind == stories.KIND else sentence
            if has_words(words):
                before, after = sentence.split(words)
                found.append(Segment(lead + before, words, "", 0))
                lead = after
            else:
                lead += sentence
    return found, lead


def _core(sentence: str, first: bool) -> tuple[int, int]:
    """Return where the words begin and end, in characters.

    White space and addresses around them are left out, and, at the beginning of a part, the handles it is addressed to.
    """
    start, end = 0, len(sentence)
    spans = list(link_spans(sentence))
    addressed = _ADDRESSED.match(sentence) if first else None
    if addressed and has_words(sentence[addressed.end() :]):
        start = addressed.end()
    for first_of, last_of in spans:
        if not sentence[start:first_of].strip() and sentence[last_of : last_of + 1].isspace():
            start = max(start, last_of)
    for first_of, last_of in reversed(spans):
        if (
            first_of >= start
            and not sentence[last_of:end].strip()
            and sentence[first_of - 1 : first_of] not in _OPENING
        ):
            end = first_of
    while start < end and sentence[start].isspace():
        start += 1
    while start < end and sentence[end - 1].isspace():
        end -= 1
    return start, end


def _sentences(text: str, language: str) -> Iterator[str]:
    """Yield *text*, cut into sentences; white space stays with one of them."""
    cut_as = "ja" if KANA.search(text) else "zh" if HAN.search(text) else primary_subtag(language) or "en"
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), _MAX_LINE):
            piece = line[start : start + _MAX_LINE]
            position = 0
            for sentence in sentencex.segment(cut_as, _harmless(piece)):
                yield from _phrases(piece[position : position + len(sentence)])
                position += len(sentence)
            yield from (piece[position:],) if piece[position:] else ()


def _harmless(text: str) -> str:
    """Return *text* as sentencex can read it, of the same length.

    Version 1.0 ends the process's thread with a panic at a full stop whose sentence begins behind white space of more
    than one byte, and knows no unpaired surrogates.
    """
    return "".join(
        " " if letter.isspace() else "\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in masked(text)
    )


def _phrases(sentence: str) -> Iterator[str]:
    """Yield the phrases of a Tibetan sentence, which sentencex does not cut.

    They end after a shad that white space follows, unless the syllable before it (and, having, as for …) says that the
    sentence goes on.
    """
    position = 0
    for found in _SHAD.finditer(sentence):
        if not _GOES_ON.search(sentence[position : found.start()][-_NEAR:]):
            yield sentence[position : found.end()]
            position = found.end()
    yield sentence[position:]


def joined(segments: Sequence[Segment], tail: str, targets: Sequence[str], language: str) -> str:
    """Return the text in the other language: *targets*, one for each segment, with what stands between them."""
    text, before = "", ""
    for segment, target in zip(segments, targets, strict=True):
        text = glued(text, _between(segment.lead, before, language), language)
        text = glued(text, target.strip(), language)
        before = segment.source
    return glued(text, tail, language)


def _between(lead: str, before: str, language: str) -> str:
    """Return the lead as it stands in the target: a mere space between sentences follows the target's script."""
    if not before or lead.strip() or any(each in lead for each in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
        return lead
    if is_spaceless(language):
        return lead if _WIDE.match(before[-1]) else ""
    return lead.replace("\u3000", " ") or " "


def glued(left: str, right: str, language: str) -> str:
    """Return both in one text of this language, with a space between them where they would run into each other."""
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return left + right
    if is_spaceless(language):
        apart = left[-1] in _ASCII and right[0] in _ASCII and left[-1] != ":"
    else:
        apart = left[-1] not in _OPENING and right[0] not in _CLOSING
    if _OPEN_HANDLE.search(left[-_NEAR:]) and (right[0].isalnum() or right[0] in "_·-@:：∶.་"):
        apart = True
    return f"{left} {right}" if apart else left + right
