"""The act of writing down what is said in a clip, and the subtitles that a transcript and its translations make.

::

    propose_transcript(…, by=tag A)  ──►  proposed ──► reviewed ──► approved      proposals.review(…, by=tag B or C)

An approved transcript is a text that waits to be translated, like a post (:mod:`.queue`): a segment for each cue.
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import state
from tamizdat.archive.spanned import Spanned
from tamizdat.archive.views.items import Item
from tamizdat.archive.views.transcripts import Transcript, name_of, subtitles
from tamizdat.errors import UsageError
from tamizdat.footage.probe import CLIP, SOUND, form_of, moves
from tamizdat.keys import SigningKey
from tamizdat.statements.transcribed import Cue, Transcribed
from tamizdat.text.languages import checked_language
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import checked_cues
from tamizdat.translation.placeables import has_words
from tamizdat.translation.proposals import checked_day

__all__ = ["audible", "is_audible", "is_playable", "name_of", "propose_transcript", "spans", "subtitles", "told_of"]
_REMEMBERED: Final = 1 << 15  #: objects of which it is kept in memory whether they can be played
_PLAYABLE: Final = dict[str, bool]()


def propose_transcript(
    archive: Archive, desk: SigningKey, by: str, clip: int, language: str, cues: Sequence[Cue], day: str
) -> int:
    """State what is said in item *clip*, in the *language* spoken there.

    Returns the index of the statement; if the latest version says the same, its index. Raises :class:`UsageError` for
    what cannot be said, and for an item in which nobody speaks.
    """
    audible(archive, clip)
    checked_language(language)
    latest, said = archive.index.transcripts.latest(clip), checked_cues(cues)
    if latest and (latest.language, latest.cues) == (language, said):
        return latest.number
    after = archive.reference(latest.number) if latest else None
    made = Transcribed(archive.reference(clip), language, said, by, checked_day(day), after)
    return state(archive, desk, [made.to_statement()])[0]


def audible(archive: Archive, number: int) -> str:
    """Return the SHA-256 of a clip or sound that has, or may have, a transcript.

    One of a card, of a cut take the first file; or one of a post, by the number of its file. Raises
    :class:`UsageError` for any other number.
    """
    item, held = archive.index.item(number), archive.index.transcripts.of_post(number)
    if item is None and held is not None and is_playable(archive, held.object):
        return held.object
    if item is None:
        raise UsageError(
            f"Expected the number of a clip or sound of a card or of a post, found {number}, which is none. 'tamizdat "
            "find --kind item' lists the former; a clip of a post has its number on its page in the workbench."
        )
    first = Spanned(archive).take_of(item)[0]
    if first.number != number:
        raise UsageError(
            f"Expected the number of a whole take, found {number}, which is a later file of take {first.number}. Write "
            "down what is said there."
        )
    if not is_audible(archive, item):
        raise UsageError(f"Expected a clip or sound, found item {number}, in which nobody can be heard.")
    return item.original


def is_audible(archive: Archive, item: Item) -> bool:
    """Return whether an item is a clip or a sound, by its first bytes."""
    return item.kind != "preview" and is_playable(archive, item.original)


def is_playable(archive: Archive, original: str) -> bool:
    """Return whether an object is a clip or a sound, by its first bytes."""
    if not archive.objects.has(original):
        return False
    if original in _PLAYABLE:
        return _PLAYABLE[original]
    with archive.objects.open(original) as file:
        form = form_of(file)
        playable = form is not None and (form.kind in (CLIP, SOUND) or (form.decoder == "GIF" and moves(file)))
    if form is not None:  # what is damaged may be mended while this runs
        if len(_PLAYABLE) >= _REMEMBERED:
            _PLAYABLE.clear()
        _PLAYABLE[original] = playable
    return playable


def spans(transcript: Transcript) -> list[Cue | None]:
    """Return the cue of each segment of a transcript's words (:func:`.segments.segments_of`); None for a speaker."""
    pieces: list[tuple[str, Cue | None]] = [(each, None) for each in transcript.speakers]
    pieces += [(each.text, each) for each in transcript.cues]
    return [cue for piece, cue in pieces if has_words(piece)]


def told_of(cue: Cue | None) -> str:
    """Return what a translator elsewhere is told of a segment of a transcript: who speaks, and when."""
    if cue is None:
        return "The name of a speaker"
    times = f"{clock.written(cue.start)} - {clock.written(cue.end)}"
    return f"{times}, {cue.speaker}" if cue.speaker else times
