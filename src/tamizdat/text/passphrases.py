"""Passphrases as text: which letters are the same, and what people are advised to take."""

import unicodedata
from typing import Final

from tamizdat.text.catalogue import N_

#: Six words from a list of 7,776 are 77 bits: out of reach, at a second or a tenth for each guess (ADR 2).
ADVICE: Final = N_("Six words taken by chance are easier to remember than letters, and much harder to guess.")


def composed(passphrase: str) -> str:
    """Return *passphrase* in Unicode's form NFC: ``ü`` typed on one system opens what ``ü`` typed on another locked."""
    return unicodedata.normalize("NFC", passphrase)
