"""What a translation keeps as it stands: addresses, handles, and all that has no letters.

>>> list(links("看 http://t.co/abc。还有（https://example.org/a_(b)）"))
['http://t.co/abc', 'https://example.org/a_(b)']
>>> has_words("😀 512 @lin http://t.co/x"), has_words("名单")
(False, True)

An address ends where ASCII ends, because the scripts that are written without spaces put their words right behind it,
and before the punctuation of the sentence around it.
"""

import re
from collections.abc import Iterator
from typing import Final

LINK: Final = re.compile(r"(?i)(?:https?://|www\.)[a-z0-9][!#-;=?-~]*")
HANDLE: Final = re.compile(r"(?<![A-Za-z0-9_@/.])@[\w·-]{1,64}(?:@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)?")
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


def link_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every address in *text*."""
    for found in LINK.finditer(text):
        start, end = found.span()
        while text[end - 1] in ".,;:!?'*_~)]}":
            opening = _BRACKETS.get(text[end - 1])
            if opening and text.count(opening, start, end) >= text.count(text[end - 1], start, end):
                break
            end -= 1
        if "." in text[start:end] or "://" in text[start:end]:
            yield start, end


def links(text: str) -> Iterator[str]:
    """Every address in *text*."""
    return (text[start:end] for start, end in link_spans(text))


def masked(text: str) -> str:
    """*text* with an ``x`` for each character of an address or handle: as long, and with nothing in them to cut at."""
    letters = list(text)
    spans = [*link_spans(text), *(found.span() for found in HANDLE.finditer(text))]
    for start, end in spans:
        letters[start:end] = "x" * (end - start)
    return "".join(letters)


def has_words(text: str) -> bool:
    """Whether there is anything to translate: a letter outside of addresses and handles."""
    without = HANDLE.sub(" ", "".join(_outside(text)))
    return any(letter.isalpha() for letter in without)


def _outside(text: str) -> Iterator[str]:
    position = 0
    for start, end in link_spans(text):
        yield text[position:start]
        yield " "
        position = end
    yield text[position:]
