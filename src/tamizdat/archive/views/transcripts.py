"""What the index knows of transcripts: who wrote down what is said in which clip, and what came of it.

::

    41 captured     a clip of a card
    60 transcribed  {"clip": {"index": 41, …}, "cues": […], "by": tag, …}                                  proposed
    61 reviewed     {"translated": {"index": 60, …}, "post": "clip/41", "verdict": "approved", …}          approved

A clip of a post has the number of the ``captured`` statement of its file, of several with the same bytes the first, so
that a transcript holds for every version of the post.

A transcript has states as a translation has (translations.py), from statements of the same act. What counts is judged
when a row is read, as there: a version must name a ``captured`` file truly, and the version that it follows.

To whoever translates, an approved transcript is a version of a text like a post's (:meth:`Transcripts.versions`):
``clip/41`` is its id, its words are those of all speakers and cues, and it is open to accounts if its clip is released.
Times are not among the words: a cue that is moved makes no translation stale.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from tamizdat.archive.views.audience import open_to_accounts
from tamizdat.archive.views.current_version import counting_version
from tamizdat.archive.views.posts import Posts, Version
from tamizdat.archive.views.releases import Releases
from tamizdat.archive.views.rows import Answer, Ask, Row, insertion
from tamizdat.archive.views.translations import Review, Translation, standing_state, standing_verdicts
from tamizdat.dataclass import dataclass
from tamizdat.encoding import canonical
from tamizdat.errors import UsageError
from tamizdat.ledger.shapes import members_of
from tamizdat.statements import Act
from tamizdat.statements.catalogued import Release
from tamizdat.statements.reference import Reference
from tamizdat.statements.transcribed import CLIP, GAP, Cue, Transcribed

_NAME: Final = re.compile(rf"{CLIP}(0|[1-9][0-9]{{0,15}})")
KIND: Final = "transcript"  #: of a version that is one
TABLES: Final = {
    "transcribed": "number INTEGER PRIMARY KEY, post TEXT, clip INTEGER, clip_leaf BLOB, language TEXT, cues TEXT,"
    " words TEXT, by TEXT, day TEXT, subject TEXT, after INTEGER, after_leaf BLOB",
}
LOOKUPS: Final = {"transcripts_of": "transcribed (post, number)"}


@dataclass(frozen=True)
class Transcript(Transcribed):
    """A version of a transcript, as its statement says it; *number* is the index of that statement.

    *state* is ``proposed``, ``returned``, ``reviewed`` or ``approved``.
    """

    number: int
    state: str
    subject: str  #: the SHA-256 that the statement is about

    @property
    def post(self) -> str:
        """Its id, as a review of it names it."""
        return self.name

    @property
    def target(self) -> str:
        """Its words, which a review of it is about."""
        return self.words


_TRUE: Final = (
    "SELECT number, clip, clip_leaf, language, cues, by, day, after, after_leaf, subject FROM transcribed"
    " WHERE clip < number AND (EXISTS (SELECT 1 FROM captured WHERE captured.number = clip)"
    " OR EXISTS (SELECT 1 FROM media WHERE media.capture = clip))"
    " AND (SELECT leaf FROM entries WHERE number = clip) = clip_leaf"
    " AND (after IS NULL OR after < number AND (SELECT leaf FROM entries WHERE number = after) = after_leaf)"
)
#: of each clip; the other columns are those of the row with the greatest number
_NEWEST: Final = f"SELECT clip, max(number), language, by FROM ({_TRUE}) GROUP BY clip ORDER BY clip"  # noqa: S608 -- ours
_CLIPS: Final = f"SELECT DISTINCT clip FROM ({_TRUE}) ORDER BY clip"  # noqa: S608 -- words of our own
_REVIEWED: Final = (
    "SELECT reviewed.number, reviewed.translated, reviewed.post, reviewed.language, verdict, reviewed.by, reviewed.day"
    " FROM reviewed JOIN transcribed ON transcribed.number = reviewed.translated"
    " WHERE reviewed.number > transcribed.number AND reviewed.post = transcribed.post"
    " AND reviewed.language = transcribed.language AND reviewed.subject = transcribed.subject"
    " AND reviewed.by <> transcribed.by"
    " AND (SELECT leaf FROM entries WHERE number = transcribed.number) = reviewed.leaf"
)
_IN_ORDER: Final = " ORDER BY reviewed.number"
_RELEASE: Final = (
    "SELECT release FROM catalogued JOIN captured ON captured.number = catalogued.item"
    " AND captured.original = catalogued.original WHERE item = ? AND release IS NOT NULL"
    " ORDER BY catalogued.number DESC LIMIT 1"
)
#: the post that a clip without a card belongs to, in the order in which they came
_OF_POST: Final = (
    "SELECT posts.post, media.object, media.alt FROM media"
    " JOIN posts ON posts.number = media.number"
    " WHERE media.object = (SELECT object FROM media WHERE capture = ? LIMIT 1) ORDER BY media.number"
)
_RELEASE_OF_POST: Final = (
    "SELECT release FROM releases WHERE post = ? AND release IS NOT NULL AND EXISTS (SELECT 1 FROM subjects"
    " JOIN posts ON posts.number = subjects.number WHERE subjects.sha256 = raw AND posts.post = releases.post)"
    " ORDER BY number DESC LIMIT 1"
)


_ENDINGS: Final = ("mp4", "m4v", "mov", "webm", "mkv", "3gp", "avi", "gif", "m4a", "mp3", "ogg", "oga", "opus", "wav")
#: what stands in a path behind its last dot
_ENDING: Final = "lower(replace(path, rtrim(path, replace(path, '.', '')), ''))"
#: the posts in which each may be played, in the order in which they came; most stand in one
_PLAYED: Final = (
    "SELECT media.capture, media.object, posts.post, media.alt,"  # noqa: S608 -- words of our own
    " (SELECT min(first.number) FROM posts AS first WHERE first.post = posts.post)"
    " FROM media JOIN posts ON posts.number = media.number WHERE media.object IN"
    f" (SELECT object FROM media WHERE media_type LIKE 'video/%' OR media_type LIKE 'audio/%' OR {_ENDING} IN"
    " (SELECT value FROM json_each(?))) ORDER BY media.number"
)


class Newest(NamedTuple):
    """The newest version of what is said in a clip, without its words: as much as a list of them asks."""

    clip: int
    number: int
    language: str
    by: str
    state: str

    @property
    def name(self) -> str:
        """What it is called where a post's id would stand."""
        return name_of(self.clip)


class PostClip(NamedTuple):
    """A clip or sound of a post: the post's id and page, the object, a description."""

    number: int  #: of its transcript
    post: str
    page: int
    object: str
    alt: str


class Transcripts:
    """The transcripts of clips; reached as ``archive.index.transcripts``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def transcript(self, number: int) -> Transcript | None:
        """Return one version, by the index of its statement; None if this is not the number of one that counts."""
        found = self._found(f"{_TRUE} AND number = ?", number)
        return found[0] if found else None

    def history(self, clip: int) -> list[Transcript]:
        """Return every version of the transcript of item *clip*, the oldest first."""
        return self._found(f"{_TRUE} AND post = ? ORDER BY number", name_of(clip))

    def latest(self, clip: int) -> Transcript | None:
        """Return the latest version of the transcript of an item; None if there is none."""
        return next(reversed(self.history(clip)), None)

    def approved(self, clip: int) -> Transcript | None:
        """Return the newest approved version, which is what is translated and published; None if there is none."""
        return next((each for each in reversed(self.history(clip)) if each.state == "approved"), None)

    def newest(self) -> list[Newest]:
        """Return the newest version of each clip that has a transcript, by the clip's number."""
        found, verdicts = self._ask(_NEWEST), dict[int, list[str]]()
        for row in self._ask(_REVIEWED + _IN_ORDER):
            verdicts.setdefault(row[1], []).append(row[4])
        return [
            Newest(clip, number, language, by, standing_state(verdicts.get(number, [])))
            for clip, number, language, by in found
        ]

    def length(self, number: int) -> int:
        """Return of how many cues a version is."""
        found = self._ask("SELECT json_array_length(cues) FROM transcribed WHERE number = ?", number)
        return int(found[0][0]) if found else 0

    def clips(self) -> list[int]:
        """Return the numbers of items that have a transcript."""
        return [row[0] for row in self._ask(_CLIPS)]

    def number_of(self, held: str) -> int | None:
        """Return the number of the clip with these bytes that came with a post; None if none did."""
        found = self._ask("SELECT min(capture) FROM media WHERE object = ? HAVING count(*)", held)
        return int(found[0][0]) if found else None

    def of_post(self, clip: int) -> PostClip | None:
        """Return the clip or sound of a post that has this number; None if it is none, or another has its bytes.

        Of several posts with these bytes it is that of the last one that is released and open to accounts, or else of
        the last one.
        """
        rows = self._ask(_OF_POST, clip)
        if not rows or self.number_of(rows[0][1]) != clip:
            return None
        post, held, alt = next((row for row in reversed(rows) if self._is_open(row[0])), rows[-1])
        [(page,)] = self._ask("SELECT min(number) FROM posts WHERE post = ?", post)
        return PostClip(clip, post, page, held, alt)

    def _is_open(self, post: str) -> bool:
        """Return whether a post is released and open to accounts: its author may have kept it for few since."""
        if self._ask(_RELEASE_OF_POST, post) != [(Release.PUBLIC,)]:
            return False
        said, versions = Releases(self._ask), Posts(self._ask).versions(post)
        return open_to_accounts(counting_version(versions, said.named([post])[post]), said.of(post))

    def posts_of(self, text: str) -> list[str]:
        """Return the ids of the posts that show a text: itself, or those with the clip whose transcript it is."""
        clip = clip_of(text)
        return [text] if clip is None else list(dict.fromkeys(row[0] for row in self._ask(_OF_POST, clip)))

    def in_posts(self) -> list[PostClip]:
        """Return the files of posts that a transcript could be of, by type and ending."""
        captures, posts = dict[str, int](), dict[str, dict[str, tuple[int, str]]]()
        for capture, held, post, alt, page in self._ask(_PLAYED, json.dumps(_ENDINGS)):
            captures[held] = min(capture, captures.get(held, capture))
            posts.setdefault(held, {})[post] = (page, alt)
        found = []
        for held, shown in posts.items():
            if len(shown) > 1:  # which of them counts is looked at closely
                found.append(self.of_post(captures[held]))
            else:
                [(post, (page, alt))] = shown.items()
                found.append(PostClip(captures[held], post, page, held, alt))
        return sorted((each for each in found if each), key=lambda each: each.number)

    def words(self) -> list[tuple[int, str]]:
        """Return the item and the words of every version there is, whatever counts."""
        return [(row[0], row[1]) for row in self._ask("SELECT clip, words FROM transcribed ORDER BY number")]

    def reviews(self, number: int) -> list[Review]:
        """Return every review of a version that may count, in order."""
        return [Review(*row) for row in self._ask(f"{_REVIEWED} AND reviewed.translated = ?{_IN_ORDER}", number)]

    def counting(self, number: int) -> list[Review]:
        """Return the reviews from which a version has its state, in order."""
        reviews = self.reviews(number)
        return [reviews[place] for place in standing_verdicts([each.verdict for each in reviews])]

    # -- as texts that are translated ------------------------------------------------------------------------

    def version(self, number: int) -> Version | None:
        """Return a version, approved at any time, as a text to translate; None if this is not the number of one."""
        found = self.transcript(number)
        return as_text(found, self._released(found.clip.index)) if found and found.state == "approved" else None

    def versions(self, name: str) -> list[Version]:
        """Return what of a transcript was approved, as versions of a text to translate, the oldest first."""
        clip = clip_of(name)
        if clip is None:
            return []
        approved = [each for each in self.history(clip) if each.state == "approved"]
        released = self._released(clip) if approved else ""
        return [as_text(each, released) for each in approved]

    def every(self) -> Iterator[Version]:
        """Yield the transcript that counts of each clip that has one, as a text to translate."""
        for clip in self.clips():
            yield from self.versions(name_of(clip))[-1:]

    def stamp(self) -> tuple[int, int, int]:
        """Return three numbers that change whenever a transcript, its state, or for whom a clip is, may have."""
        [(newest, many, said)] = self._ask(
            "SELECT coalesce(max(number), -1), count(*), (SELECT max(coalesce(max(reviewed.number), -1),"
            " coalesce((SELECT max(number) FROM catalogued WHERE item IN (SELECT clip FROM transcribed)), -1))"
            " FROM reviewed JOIN transcribed ON transcribed.number = reviewed.translated) FROM transcribed"
        )
        of = (
            "(SELECT posts.post FROM media JOIN posts ON posts.number = media.number WHERE media.object IN"
            " (SELECT object FROM media WHERE capture IN (SELECT clip FROM transcribed)))"
        )
        [(released, observed)] = self._ask(
            f"SELECT coalesce((SELECT max(number) FROM releases WHERE post IN {of}), -1),"  # noqa: S608 -- ours
            f" coalesce((SELECT max(number) FROM posts WHERE post IN {of}), -1)"
        )
        return newest, many, max(said, released, observed)

    def _released(self, clip: int) -> str:
        if held := self.of_post(clip):
            return Release.PUBLIC if self._is_open(held.post) else Release.RESTRICTED
        found = self._ask(_RELEASE, clip)
        return str(found[0][0]) if found else str(Release.RESTRICTED)

    def _found(self, question: str, *values: str | int) -> list[Transcript]:
        return [_transcript(row, self._state(row[0])) for row in self._ask(question, *values)]

    def _state(self, number: int) -> str:
        return standing_state([each.verdict for each in self.reviews(number)])


def name_of(clip: int) -> str:
    """Return what the transcript of item *clip* is called where a post's id would stand."""
    return f"{CLIP}{clip}"


def subtitles(transcript: Transcript, translation: Translation | None) -> tuple[Cue, ...]:
    """Return the cues of a clip in the words of *translation*, at the times of *transcript*; without one as it is.

    Raises :class:`UsageError` for a translation of other words.
    """
    if translation is None:
        return transcript.cues
    pieces, speakers = translation.target.split(GAP), transcript.speakers
    if len(pieces) != len(speakers) + len(transcript.cues):
        raise UsageError(
            f"Expected a translation of {len(transcript.cues)} cues and {len(speakers)} speakers, found "
            f"{len(pieces)} pieces. Bring the translation up to date."
        )
    called = dict(zip(speakers, (" ".join(each.split()) for each in pieces), strict=False))
    words = pieces[len(speakers) :]
    return tuple(
        replace(cue, speaker=called.get(cue.speaker, ""), text=text)
        for cue, text in zip(transcript.cues, words, strict=True)
    )


def clip_of(name: str) -> int | None:
    """Return the number of the item whose transcript *name* is; None for the id of a post."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that a statement about a transcript adds to the index."""
    if isinstance(said, Transcribed):
        cues = canonical([members_of(each) for each in said.cues]).decode()
        after = (said.after.index, said.after.commitment) if said.after else (None, None)
        subject = said.to_statement().subjects[0].sha256
        about = (said.name, said.clip.index, said.clip.commitment, said.language, cues, said.words, said.by, said.day)
        yield insertion("transcribed", (number, *about, subject, *after))


def _transcript(row: Answer, state: str) -> Transcript:
    number, clip, clip_leaf, language, cues, by, day, after, after_leaf, subject = row
    return Transcript(
        clip=Reference(clip, clip_leaf),
        language=language,
        cues=tuple(Cue(each["from"], each["to"], each["speaker"], each["text"]) for each in json.loads(cues)),
        by=by,
        day=day,
        after=None if after is None else Reference(after, after_leaf),
        number=number,
        state=state,
        subject=subject,
    )


def as_text(transcript: Transcript, released: str) -> Version:
    """Return a transcript as what is translated: written for everybody exactly if its clip is released."""
    return Version(
        number=transcript.number,
        post=transcript.name,
        author="",
        handle="",
        name="",
        kind=KIND,
        published=None,
        moment=None,
        seen="",
        as_of=f"{transcript.number:020}",
        version=0,
        said=transcript.subject,
        capture=transcript.clip.index,
        language=transcript.language,
        reply_to="",
        thread="",
        audience="public" if released == Release.PUBLIC else "unknown",
        url="",
        summary="",
        text=transcript.words,
        source=KIND,
        owner="",
    )
