"""Passphrases as text: which letters are the same, and what people are advised to take."""

import unicodedata
from typing import Final

from tamizdat.text.catalogue import N_

#: Six words from a list of 7,776 are 77 bits: out of reach, at a second or a tenth for each guess (ADR 2).
ADVICE: Final = N_("Six words taken by chance are easier to remember than letters, and much harder to guess.")

#: Whoever seizes the disk, or the store of accounts, guesses for as long as they like, on all machines they have: eight
#: letters of a keyboard fall to them, twelve taken by chance do not. It counts when a passphrase is made; one
#: that exists opens what it opened.
MIN_CHARACTERS: Final = 12
TOO_SHORT: Final = N_("Expected a passphrase of at least %(least)s characters.")
TOO_SIMPLE: Final = N_("Expected a passphrase that is more than a few letters repeated, and not the name.")
#: an arrow, or Ctrl with a letter, that a terminal shows nothing of: nobody knows that it belongs to the passphrase
NO_LETTER: Final = N_(
    "Expected a passphrase of letters, digits and signs, found a key that writes none, such as an arrow."
)


def composed(passphrase: str) -> str:
    """Return *passphrase* in Unicode's form NFC: ``ü`` typed on one system opens what ``ü`` typed on another locked."""
    return unicodedata.normalize("NFC", passphrase)


def weakness(passphrase: str, name: str = "") -> str:
    """Return why a new passphrase is no good (:data:`TOO_SHORT` …); nothing for a good one.

    *name* is whose it is, and guessed first.
    """
    if any(unicodedata.category(each) == "Cc" for each in passphrase):
        return NO_LETTER
    if len(composed(passphrase)) < MIN_CHARACTERS:
        return TOO_SHORT
    only_the_name = bool(name) and passphrase.casefold().replace(name.casefold(), "") == ""
    return TOO_SIMPLE if len(set(passphrase)) < 5 or only_the_name else ""


def rule(why: str) -> str:
    """Return a weakness in words, with what to take instead."""
    return f"{why % {'least': MIN_CHARACTERS}} {ADVICE}"
