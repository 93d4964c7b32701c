"""Matching recordings with the people whose names are read in them; each word is a ``recited`` statement.

::

    match(77, person 31)  ──► unasked ──► say_consent(77, "given")       ──► released, with the next edition
                                              └──► "withdrawn"           ──► taken off by the next edition
    unmatch(77)           ──► no reading any more

Whoever says that the speaker consented releases the recording; nothing else is needed, and nothing less is enough. What
an editor withdrew, and not the speaker, is released again by an editor alone.

A recording is of one name. Whoever reads several sends several, or an editor cuts them before they are taken in: in one
recording nobody could be asked about one name, or one be taken away, without all others.
"""

from pathlib import Path
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.items import Item
from tamizdat.archive.views.people import Person
from tamizdat.archive.views.readings import Reading
from tamizdat.errors import BadEncoding, BadMedia, UsageError
from tamizdat.footage import decode
from tamizdat.footage.probe import CLIP, SOUND, recognise
from tamizdat.footage.reencode import is_heard, kind_of_media
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import CataloguedItem, Release
from tamizdat.statements.forms import calendar_day
from tamizdat.statements.recited import CONSENTS, GIVEN, UNASKED, WITHDRAWN, Recited
from tamizdat.text.rules import checked_choice

LONGEST: Final = 60  #: seconds of a recording of one name


def match(
    archive: Archive, desk: SigningKey, recording: int, person: int, day: str, consent: str = "", dry: bool = False
) -> Reading:
    """State that the name of *person* is read in a recording; with *dry* only look whether that may be stated.

    *consent* is the speaker's word, "" for what was said before. Raises :class:`UsageError` for what is no recording of
    one name, :class:`SandboxMissing` where nothing can tell.
    """
    item, _ = checked_recording(archive, recording), checked_person(archive, person)
    if archive.index.readings.of(recording) is None:
        if not archive.objects.has(item.original):
            raise UsageError(f"Expected a recording whose file is here, found item {recording}, which has not arrived.")
        with archive.objects.whole(item.original) as source:
            check_sound(source)
    known = archive.index.readings.of(recording)  # after it was heard: meanwhile somebody else may have matched it
    if known and known.person != person:
        raise UsageError(
            f"Expected a recording that is not matched yet, found item {recording}, in which the name of person "
            f"{known.person} is read. If that is wrong, take it away first: 'tamizdat reading unmatch {recording}', or "
            "on its page in the workbench."
        )
    return _state(archive, desk, item, person, consent, day, dry)


def say_consent(
    archive: Archive, desk: SigningKey, recording: int, consent: str, day: str, dry: bool = False
) -> Reading:
    """State whether the speaker of a recording consents, after being told that a voice can be recognised.

    Raises :class:`UsageError` for what is no reading.
    """
    known = _known(archive, recording)
    assert known.person is not None, "it is a reading"
    return _state(archive, desk, checked_recording(archive, recording), known.person, consent, day, dry)


def unmatch(archive: Archive, desk: SigningKey, recording: int, day: str, dry: bool = False) -> Reading:
    """State that a recording is no reading any more. What its speaker said of consent is kept.

    Raises :class:`UsageError` for what is none.
    """
    known = _known(archive, recording)
    return _state(archive, desk, checked_recording(archive, known.recording), None, "", day, dry)


def is_heard_by_all(archive: Archive, reading: Reading) -> bool:
    """Return whether a recording is released with its speaker's consent; nobody may have withdrawn it since."""
    item = archive.index.item(reading.recording) if reading.is_consented else None
    return item is not None and item.release == Release.PUBLIC


def checked_recording(archive: Archive, number: int) -> Item:
    """Return the item with this number. Raises :class:`UsageError` for what is no file that came in."""
    item = archive.index.item(number)
    if item is None or item.kind == "preview":
        raise UsageError(
            f"Expected the number of a recording, found {number}, which is none. 'tamizdat reading' lists those that "
            "are here."
        )
    return item


def checked_person(archive: Archive, number: int) -> Person:
    """Return the person with this number. Raises :class:`UsageError` for nobody's, and for who was withdrawn."""
    person = archive.index.people.person(number)
    if person is None:
        raise UsageError(f"Expected the number of a person, found {number}. 'tamizdat people' lists them.")
    if person.release == Release.WITHDRAWN:
        raise UsageError(
            f"Expected a person who is on the list, found person {number}, who was withdrawn. A name that was "
            "withdrawn is not read."
        )
    return person


def _known(archive: Archive, recording: int) -> Reading:
    if (known := archive.index.readings.of(recording)) is None:
        raise UsageError(
            f"Expected a recording in which somebody's name is read, found {recording}, of which nobody said so. "
            f"'tamizdat reading match {recording} PERSON' says it."
        )
    return known


def check_sound(source: Path) -> None:
    """Raise :class:`UsageError` unless a name can be heard in the file, and nothing is to be seen in it.

    Raises :class:`SandboxMissing` where nothing can tell.
    """
    try:
        kind, form = kind_of_media(source), recognise(source)
        seconds = decode.probe_clip(source, form).seconds if form and kind == SOUND else 0
        heard = kind == SOUND and (seconds > LONGEST or is_heard(source))
    except BadMedia as error:
        raise UsageError(f"Expected a recording of sound. {error}") from None
    if kind == CLIP:
        raise UsageError(
            "Expected a recording of sound, found one with moving pictures. Nobody who reads a name is to be seen by "
            "mistake: take the sound out of it, and take in that."
        )
    if kind != SOUND:
        raise UsageError(f"Expected a recording of sound, found {f'a {kind}' if kind else 'a file in which none is'}.")
    if seconds > LONGEST:
        raise UsageError(
            f"Expected a recording of one name, of at most {LONGEST} seconds, found one of {seconds:,.0f} seconds. Cut "
            "it, one recording for each name, and take in those."
        )
    if not heard:
        raise UsageError("Expected a recording in which something is heard, found silence.")


def _state(
    archive: Archive, desk: SigningKey, item: Item, person: int | None, told: str, day: str, dry: bool
) -> Reading:
    """State what is new of it, in one append with what follows for its release from the consent that is *told* now."""
    known = archive.index.readings.latest(item.number)
    consent = told or (known.consent if known else UNASKED)
    checked_choice("consent", consent, CONSENTS)
    try:
        whose = None if person is None else archive.reference(person)
        said = Recited(archive.reference(item.number), whose, consent, calendar_day(day), item.original)
    except BadEncoding as error:
        raise UsageError(str(error)) from error
    is_known = known is not None and (known.person, known.consent) == (person, consent)
    statements = [] if is_known else [said.to_statement()]
    release = _release(archive, item, told)
    if release != item.release:
        statements.append(CataloguedItem(item.number, release=release, original=item.original).to_statement())
    indexes = [] if dry else state(archive, desk, statements)
    if known is not None and is_known:
        return known
    return Reading(indexes[0] if indexes else archive.size, item.number, person, consent, day)


def _release(archive: Archive, item: Item, told: str) -> str:
    """Return what becomes of a reading: who speaks decides, and what nobody released is not withdrawn.

    Raises :class:`UsageError` for one that somebody else withdrew.
    """
    if told == GIVEN:
        if item.release == Release.WITHDRAWN and not archive.index.readings.is_withdrawn_by_speaker(item.number):
            raise UsageError(
                f"Expected a recording that may be released, found item {item.number}, which an editor withdrew. Ask "
                f"why; if it may be heard again, release it first: 'tamizdat publish release {item.number}', or on its "
                "page in the workbench."
            )
        return Release.PUBLIC
    return Release.WITHDRAWN if told == WITHDRAWN and item.release == Release.PUBLIC else item.release
