"""What packets in XLIFF 1.2 (:mod:`.xliff`) and XLIFF 2 (:mod:`.xliff2`) say alike: language, order, notes to publish.

>>> target_language(["en_US", "en_US"], "trgLang")
'en-US'
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.text.languages import LANGUAGE
from tamizdat.translation.packet_xml import Element
from tamizdat.translation.packets import PUBLISH

PUBLISHED: Final = "publication"  #: where a note comes from, or its category, that is published
NONE: Final = "none"  #: that nothing was translated when the packet went out


def target_language(found: Iterable[str], attribute: str) -> str:
    """Return the one language of a packet. Raises :class:`BadPacket` for none and for several."""
    languages = {each.replace("_", "-") for each in found}
    if len(languages) != 1 or not LANGUAGE.fullmatch(language := min(languages)):
        told = ascii(", ".join(sorted(languages)))[:100] if languages else "no posts"
        raise BadPacket(
            f"Expected a packet of posts into one language ({attribute}), found {told}. Split it by language, or "
            "write the language again that it was exported for."
        )
    return language


def in_order(units: Iterable[Element]) -> list[Element]:
    """Return units by their numbers: some programs sort them otherwise."""
    return sorted(units, key=lambda unit: (len(unit.attributes.get("id", "")), unit.attributes.get("id", "")))


def published(notes: Iterable[Element], attribute: str) -> Iterator[str]:
    """Yield the notes that say of themselves that they are published; *attribute* tells where a note comes from."""
    for note in notes:
        text = note.text().strip()
        if note.attributes.get(attribute) == PUBLISHED:
            yield text
        elif text.upper().startswith(PUBLISH):
            yield text[len(PUBLISH) :].strip()
