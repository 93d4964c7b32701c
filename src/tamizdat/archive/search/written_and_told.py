"""The documents of transcripts and stories, which are texts like posts: their words, and those of their translations.

A transcript is found by the words of its newest version; those that were approved before stand apart, as earlier words
of a post do. It leads to the second (:func:`spoken_at`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tamizdat.archive.search.document import STORY, TRANSCRIPT, TRANSLATION, Document, lines
from tamizdat.archive.search.query import Term, holds
from tamizdat.archive.views.current_version import own_versions
from tamizdat.archive.views.transcripts import clip_of, subtitles
from tamizdat.archive.views.translations import Translation
from tamizdat.errors import UsageError
from tamizdat.statements.transcribed import Cue

if TYPE_CHECKING:
    from tamizdat.archive.views.index import Index

_NOW: Final = "number >= ?1 AND number < ?2"
_WORK: Final = f"SELECT post FROM translated WHERE {_NOW} UNION SELECT post FROM reviewed WHERE {_NOW}"  # noqa: S608 -- ours
#: the clips whose transcript, its translations or its release may have changed
TRANSCRIPTS_TOUCHED: Final = (
    f"SELECT clip FROM transcribed WHERE {_NOW}"  # noqa: S608 -- words of our own
    f" UNION SELECT clip FROM transcribed WHERE post IN ({_WORK})"
    f" UNION SELECT clip FROM transcribed WHERE clip IN (SELECT item FROM catalogued WHERE {_NOW})"
    " UNION SELECT clip FROM transcribed JOIN media ON media.object IN (SELECT object FROM media WHERE capture = clip)"
    f" JOIN posts ON posts.number = media.number WHERE posts.post IN (SELECT post FROM releases WHERE {_NOW})"
)
STORIES_TOUCHED: Final = (
    f"SELECT story FROM composed WHERE {_NOW}"  # noqa: S608 -- words of our own
    f" UNION SELECT story FROM composed WHERE post IN ({_WORK})"
)


def of_transcript(index: "Index", clip: int) -> Iterator[Document]:
    """Yield the document of what is said in a clip, and those of its translations; none if nothing counts."""
    versions = index.transcripts.history(clip)
    if not versions:
        return
    latest = versions[-1]
    approved = [each.words for each in versions[:-1] if each.state == "approved"]
    found = Document(
        TRANSCRIPT, str(clip), clip, latest.words, post=latest.name, language=latest.language, state=latest.state,
        earlier=tuple(each for each in dict.fromkeys(approved) if each != latest.words),
    )  # fmt: skip
    held, item = index.transcripts.of_post(clip), index.item(clip)
    if held is not None:
        of = own_versions(index.posts.versions(held.post))[-1]
        said = index.releases.of(held.post).release
        found = replace(found, handle=of.handle, name=of.name, person=of.author, release=said)
        found = replace(found, published=of.published or of.moment)
    elif item is not None:
        found = replace(found, published=item.modified, release=item.release)
    yield found
    yield from _translated(found, index.translations.of(latest.name))


def of_story(index: "Index", number: int) -> Iterator[Document]:
    """Yield the document of a story, and those of its translations; none if nothing counts."""
    latest, shown = index.stories.story(number), index.stories.shown(number)
    if latest is None:
        return
    before = (shown.told.words,) if shown and shown.told.words != latest.told.words else ()
    found = Document(
        STORY, str(number), number, latest.told.words, post=latest.name, published=latest.day,
        language=latest.told.language, release="public" if shown else "restricted", earlier=before,
    )  # fmt: skip
    yield found
    yield from _translated(found, index.translations.of(latest.name))


def _translated(found: Document, translations: Iterable[Translation]) -> Iterator[Document]:
    for each in translations:
        yield replace(
            found, kind=TRANSLATION, key=f"{each.language} {found.post}", number=each.number, language=each.language,
            words=lines(each.target, *each.notes), state=each.state, post_state="", earlier=(),
        )  # fmt: skip


def spoken_at(index: "Index", post: str, translation: int | None, wanted: Sequence[Term]) -> int | None:
    """Return the millisecond of a clip at which what is *wanted* is said; None if it is not.

    *post* is the id of a transcript; of all else nothing is said at any time. It is that of the cue that holds the most
    of it, in the newest version of the transcript that does, or in the words of the *translation* with this number.
    """
    clip = clip_of(post)
    if clip is None:
        return None
    if translation is None:
        found = (_instant(each.cues, wanted) for each in reversed(index.transcripts.history(clip)))
        return next((each for each in found if each is not None), None)
    words = index.translations.translation(translation)
    of = index.transcripts.transcript(words.source.index) if words else None
    try:
        return _instant(subtitles(of, words), wanted) if of else None
    except UsageError:  # of other words
        return None


def _instant(cues: Sequence[Cue], wanted: Sequence[Term]) -> int | None:
    held = [sum(holds(each.text, term) for term in wanted) for each in cues]
    best = max(held, default=0)
    return cues[held.index(best)].start if best else None
