"""A second translation: the approved one into another language, beside the source, for who understands that better."""

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.workbench.content.post_view import translated_of
from tamizdat.workbench.content.translation_view import Work


@dataclass(frozen=True)
class Second:
    """The languages that can be shown beside the source, the one that is (empty: none), and its words by sentence."""

    languages: tuple[str, ...]
    language: str
    targets: tuple[str, ...]


def second_of(archive: Archive, work: Work, wanted: str) -> Second:
    """Return what can be shown beside the source of a piece of work, and what *wanted* shows."""
    text = sha256_hex(work.reading.whole.encode())
    found = {
        each.language: each
        for each in translated_of(work.reading, archive.index.translations.approved(work.reading.post))
        if each.language != work.language and each.text == text and len(each.segments) == len(work.segments)
    }
    shown = found.get(wanted)
    targets = tuple(each.target for each in shown.segments) if shown else ()
    return Second(tuple(sorted(found)), wanted if shown else "", targets)
