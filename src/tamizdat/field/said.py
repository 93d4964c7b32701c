"""What went wrong, in the language of the page.

A message of this package has a translation of its own. Of others, which quote what was found, the page says in its
language of which kind the fault is, and shows the English beside it: that is what a desk or a handbook knows it by.
"""

from typing import Final, NamedTuple

from tamizdat.errors import (
    BadArchive,
    BadEncoding,
    InUse,
    PlaceBusy,
    PlaceError,
    PlaceFull,
    PlaceRefused,
    PlaceSilent,
    PlaceUnreachable,
    StorageFull,
    StorageRefused,
    TamizdatError,
    ToolMissing,
    UnknownReceipt,
    UsageError,
    WorkRemains,
    WrongPassphrase,
)
from tamizdat.text.catalogue import N_, SOURCE, translations
from tamizdat.text.passphrases import ADVICE, MIN_CHARACTERS, NO_LETTER, TOO_SHORT, TOO_SIMPLE, rule

FAULT: Final = N_("This is a fault in tamizdat itself. What was finished before it is kept; try once more.")
REFUSED: Final = N_("The system refused a file operation. Is the card still plugged in, and is there room on the disk?")
STOPPED: Final = N_("It was stopped. What was done stands; the same once more goes on from here.")
TOO_OFTEN: Final = N_("Too many tries. Wait half a minute, then try once more.")
AT_WORK: Final = N_("Expected no work to be going on, found some that is. Wait until it is done.")

#: the nearest class of an error counts
KINDS: Final[dict[type[Exception], str]] = {
    TamizdatError: N_("It did not succeed. What was finished before it is kept."),
    UsageError: N_("It cannot be done in this way."),
    WrongPassphrase: N_("This passphrase does not open this device. Type it once more."),
    InUse: N_("Another tamizdat is at work in this folder at this moment. Wait until it is done."),
    UnknownReceipt: N_(
        "This receipt is of no card of this device. Nothing was deleted. Ask the desk, and type it once more."
    ),
    ToolMissing: N_("A program that is needed for this is not on this laptop."),
    BadEncoding: N_("What was typed or read in is not right. Compare it letter by letter, then give it once more."),
    BadArchive: N_("Something in this device’s folder is damaged: its disk loses bytes."),
    WorkRemains: STOPPED,
    StorageFull: N_("This disk is full. Make room; the same once more goes on from here."),
    StorageRefused: REFUSED,
    PlaceError: N_("The place failed."),
    PlaceUnreachable: N_("The place cannot be reached now. Is this laptop online?"),
    PlaceBusy: N_("The place is busy and asks to be left alone for a while."),
    PlaceSilent: N_("The place takes connections and gives no answer."),
    PlaceRefused: N_("The place does not allow it. Check its address, the login and its rights."),
    PlaceFull: N_("The place is full. Make room there, or add another place."),
}

#: why a file of a card cannot be taken along (:mod:`tamizdat.footage.card`); behind a colon stands what the system says
REASONS: Final = (
    N_("a symbolic link; links are not followed"),
    N_("not a plain file"),
    N_("a folder that cannot be listed"),
    N_("cannot be read"),
    N_("the card does not give it"),
)


class Said(NamedTuple):
    """What went wrong, in the language of the page; *english* is what it says more, empty if that is all."""

    text: str
    english: str = ""


def said(error: Exception, language: str) -> Said:
    """Return an error in *language*."""
    english, words = str(error), translations(language).gettext
    if language == SOURCE and english:
        return Said(english)
    for why in (NO_LETTER, TOO_SHORT, TOO_SIMPLE):
        if english == rule(why):
            return Said(f"{words(why) % {'least': MIN_CHARACTERS}} {words(ADVICE)}")
    if english and (whole := words(english)) != english:  # a catalogue translates nothing as its own head
        return Said(whole)
    kind = next((KINDS[each] for each in type(error).__mro__ if each in KINDS), FAULT)
    translated = words(kind)
    return Said(english) if english and translated == kind else Said(translated, english)


def reason(why: str, language: str) -> str:
    """Return in *language* why a file of a card cannot be taken along, as far as the catalogue knows it."""
    known, colon, system = why.partition(": ")
    return f"{translations(language).gettext(known)}{colon}{system}" if known in REASONS else why
