"""What devices said of a file, for the page of that file: found each time it is asked for, and kept nowhere."""

from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadArchive
from tamizdat.evidence.device_told import sentences
from tamizdat.evidence.device_words import DeviceWords, Found, Judged
from tamizdat.workbench.l10n import gettext as _

LARGEST: Final = 64 << 20  #: bytes of a file whose signatures are checked while somebody waits for a page


@dataclass(frozen=True)
class Said:
    """A word of a device: sentences, whether nothing of it is broken, all that it tells."""

    lines: tuple[str, ...]
    holds: bool
    facts: tuple[tuple[str, str], ...]


def of_file(archive: Archive, item: Item) -> list[Said]:
    """Return what devices said of a file; or of a proof, of which file it is."""
    words = DeviceWords(archive, item)
    try:
        about = [_judged(words, item, each) for each in words.about(item)]
        told = [Said(tuple(sentences(each, _)), each.holds, each.facts) for each in about]
        return told + [_of_another(archive, each) for each in words.proofs if each.item.number == item.number]
    except BadArchive:  # 'check' speaks of an object that is not there
        return []


def _judged(words: DeviceWords, item: Item, found: Found) -> Judged:
    if item.size <= LARGEST:
        return words.judge(item, found)
    facts = found.proof.said.facts if found.proof else ()
    why = _("it is too large for a page. ‘tamizdat check’ and a package for a court check it.")
    return Judged(found, found.fits, facts=facts, why=why)


def _of_another(archive: Archive, found: Found) -> Said:
    """Return of which file of the archive a proof is."""
    assert found.proof is not None
    said = found.proof.said
    known = archive.index.ask("SELECT number FROM captured WHERE original = ? AND kind = 'original'", said.sha256)
    numbers = ", ".join(str(row[0]) for row in known)
    if numbers:
        line = _("%(kind)s wrote this about item %(numbers)s.", kind=said.kind, numbers=numbers)
    else:
        line = _(
            "%(kind)s wrote this about a file that is not in the archive: %(name)s. If that is inside a ZIP, unpack "
            "it, and bring it in beside.",
            kind=said.kind,
            name=said.name or said.sha256,
        )
    return Said((line,), True, said.facts)
