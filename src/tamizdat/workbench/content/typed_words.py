"""What a page of sentences sent: targets by the sentence they were typed for, whatever the post says meanwhile.

Each field comes with the key of the sentence that its page shows (``of-3``), and the page with a digest of the whole
text (``text``) and the number of the post's version. So words typed on a page of before an edit go to their sentence
wherever it stands now, or are left for it if it is gone (:mod:`tamizdat.workbench.drafts.translations`).
"""

import re
from collections.abc import Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views.contexts import Contexts
from tamizdat.encoding import sha256_hex
from tamizdat.translation.difference import Change, difference
from tamizdat.translation.segments import segments_of
from tamizdat.workbench.content.translation_view import Work
from tamizdat.workbench.drafts.translations import NOTES, Typed, sentence_keys
from tamizdat.workbench.request import WorkbenchRequest

TARGET: Final = "target-"
KEY: Final = re.compile(r"[0-9a-f]{12}\.[0-9]{1,5}")  #: of a sentence, as the page got it


def field_of(place: int) -> str:
    """Return what a place is called in the names of a form's fields."""
    return "notes" if place == NOTES else str(place)


def typed(request: WorkbenchRequest, work: Work) -> list[Typed]:
    """Return what was sent, without what nobody typed: words of an earlier translation of a sentence that is gone."""
    found = []
    here, known = set(sentence_keys(work.sources)), _sources_of(request, work)
    said = {(each.source, each.target) for one in work.history for each in one.segments}
    for place in _places(request):
        text, seen = request.text(f"{TARGET}{place}"), request.whole(f"seen-{place}", 0)
        of = request.text(f"of-{place}")
        of = of if KEY.fullmatch(of) else ""
        source = known.get(of, "")
        gone = bool(of) and of not in here
        if gone and not seen and (not text.strip() or (source, text.strip()) in said):
            continue
        if of or place < len(work.segments):
            found.append(Typed(place, text, seen, of, source))
    if "notes" in request.form:
        found.append(Typed(NOTES, request.text("notes"), request.whole("seen-notes", 0)))
    return found


def _places(request: WorkbenchRequest) -> Iterator[int]:
    for name in request.form:
        number = name.removeprefix(TARGET)
        if name.startswith(TARGET) and number.isascii() and number.isdecimal() and len(number) < 6:
            yield int(number)


def _sources_of(request: WorkbenchRequest, work: Work) -> dict[str, str]:
    """Return the sentences of the version that the page shows, by key; none if it cannot be told."""
    shown = request.whole("version", -1)
    if not is_edited(request, work) or shown < 0:
        return dict(zip(sentence_keys(work.sources), work.sources, strict=True))
    sources = sources_of(request.bench.archive, work, shown)
    return dict(zip(sentence_keys(sources), sources, strict=True))


def sources_of(archive: Archive, work: Work, number: int) -> list[str]:
    """Return the sentences of one of the versions that this account may see."""
    version = next((each for each in work.reading.every if each.number == number), None)
    if version is None:
        return []
    found, _tail = segments_of(version, Contexts(archive.index).whole(version))
    return [each.source for each in found]


def known_sources(archive: Archive, work: Work) -> set[str]:
    """Return every sentence of every version that this account may see."""
    return {source for each in work.reading.every for source in sources_of(archive, work, each.number)}


def text_digest(work: Work) -> str:
    """Return a digest of all that the post says, as the page carries it."""
    return sha256_hex(work.reading.whole.encode())[:16]


def is_edited(request: WorkbenchRequest, work: Work) -> bool:
    """Tell whether the post says something else than on the page that sent this."""
    given = request.text("text") or request.asked("text")
    if given:  # the same words may have come in again as another version
        return given != text_digest(work)
    return request.whole("version", work.reading.version.number) != work.reading.version.number


def changes_since(archive: Archive, work: Work, number: int) -> list[Change]:
    """Return how the post differs from one of its earlier versions; nothing if that one is not to be seen."""
    version = next((each for each in work.reading.every if each.number == number), None)
    if version is None:
        return []
    before = Contexts(archive.index).whole(version)
    return difference(before, work.reading.whole) if before != work.reading.whole else []
