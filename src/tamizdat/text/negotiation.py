"""Negotiation: which language of an interface a person gets, by what they chose or what their browser asks for."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from tamizdat.text.catalogue import SOURCE, completeness, interface_tags
from tamizdat.text.languages import ANY_TAG, is_traditional, primary_subtag

HALF: Final = 50  #: per cent of its words; with fewer, a language is none to work in
MOST: Final = 20  #: tags of a header that are looked at
_WEIGHED: Final = re.compile(r"\s*([A-Za-z0-9-]{2,35})\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")


@cache
def offered(interface: str) -> tuple[str, ...]:
    """Return the languages in which most words of the workbench, or of the field page, are there; the source first."""
    return tuple(each for each in interface_tags() if completeness(each, interface) > HALF)


def negotiated(chosen: Iterable[str], header: str, among: Sequence[str]) -> str:
    """Return the language of the interface: the first *chosen* one that there is, else what Accept-Language asks for.

    >>> negotiated(["bo"], "ar", ["en", "bo", "ar"]), negotiated([], "de, ar-EG;q=0.5", ["en", "ar"])
    ('bo', 'ar')
    >>> negotiated([], "zh-TW,en;q=0.8", ["en", "zh", "zh-Hant"]), negotiated([], "x", ["en"])
    ('zh-Hant', 'en')
    """
    known = [each for each in chosen if each in among]
    asked = (_among(tag, among) for tag in _asked(header))
    return next(iter(known), "") or next(filter(None, asked), SOURCE)


def _asked(header: str) -> list[str]:
    """Return the tags of an Accept-Language header (RFC 9110, 12.5.4), the most wanted first."""
    found = [_WEIGHED.fullmatch(each) for each in header.split(",")[:MOST]]
    weighed = [(float(each[2] or 1), each[1]) for each in found if each and ANY_TAG.fullmatch(each[1])]
    return [tag for weight, tag in sorted(weighed, key=lambda each: -each[0]) if weight]


def _among(tag: str, among: Sequence[str]) -> str:
    if is_traditional(tag) and "zh-Hant" in among:
        return "zh-Hant"
    first = primary_subtag(tag)
    return first if first in among else ""
