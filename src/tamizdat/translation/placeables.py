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
    """Yield start and end of every address in *text*, in characters."""
    if "://" not in text and "www." not in text.lower():
        return  # most texts have none
    for found in LINK.finditer(text):
        start, end = found.span()
        surplus = {
            close: text.count(close, start, end) - text.count(_BRACKETS[close], start, end) for close in _BRACKETS
        }
        while text[end - 1] in ".,;:!?'*_~)]}":
            closing = text[end - 1]
            if closing in surplus and surplus[closing] <= 0:
                break  # it was opened in the address
            surplus[closing] = surplus.get(closing, 0) - 1
            end -= 1
        if "." in text[start:end] or "://" in text[start:end]:
            yield start, end


def links(text: str) -> Iterator[str]:
    """Yield every address in *text*."""
    return (text[start:end] for start, end in link_spans(text))


def masked(text: str) -> str:
    """Return *text* with an ``x`` for each character of an address or handle.

    It is as long, and has nothing in them to cut at.
    """
    letters = list(text)
    spans = [*link_spans(text), *(found.span() for found in HANDLE.finditer(text))]
    for start, end in spans:
        letters[start:end] = "x" * (end - start)
    return "".join(letters)


def has_words(text: str) -> bool:
    """Return whether there is anything to translate: a letter outside of addresses and handles."""
    return any(letter.isalpha() for letter in HANDLE.sub(" ", without_links(text)))


def without_links(text: str) -> str:
    """Return *text* with a space for each address."""
    pieces, position = [], 0
    for start, end in link_spans(text):
        pieces.append(text[position:start])
        position = end
    return " ".join([*pieces, text[position:]])
