"""Released posts: what their ``derived`` statements say.

::

    observed (private) ─┐
    translated, reviewed├─► derived {"item": 57, "kind": "post", "text": "…", "translations": […], "gone": null, …}
    catalogued (private)┘   subjects: text, text.en, picture-1.jpg, small-1.jpg, clip-2.mp4, …

The number of a post is the index of its first ``observed`` statement. Shown is the version that was released
(:mod:`tamizdat.archive.released`), with those it had before. Only what was written for everybody is shown, or
for followers by its author's consent (:mod:`tamizdat.archive.views.audience`), on or after the day until which it is
embargoed; only translations that were approved, and made of this very text. Everything else is left out,
and told why.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.released import ReleasedVersions, ShownVersion, WaitingRemoval, WaitingVersion
from tamizdat.archive.views import translations
from tamizdat.archive.views.audience import may_be_shown, version_may_be_shown, written_for_everybody
from tamizdat.archive.views.contexts import Contexts, only_repeats_hidden
from tamizdat.archive.views.posts import Gone, Version
from tamizdat.archive.views.releases import File, Release
from tamizdat.archive.views.translations import Review
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, BadEncoding
from tamizdat.footage.reencode import WITHOUT_SOUND
from tamizdat.footage.renditions import AND_RENDITIONS
from tamizdat.posts.times import moment
from tamizdat.publishing.derived.clearance import is_open_in_post, told
from tamizdat.publishing.derived.hidden_voices import hidden_voices, is_hidden
from tamizdat.publishing.derived.post_pictures import Pictures, PostPictures
from tamizdat.publishing.derived.text_pointer import pointer
from tamizdat.publishing.derived.threads import Threads
from tamizdat.statements import catalogued
from tamizdat.statements import gone as gone_act
from tamizdat.statements.derived import ADDRESS, POST, Earlier, Post, Removal, TextPointer, Translation, Voice
from tamizdat.statements.post_context import GONE_FOR, Context, whole_text

HOW: Final = "text as captured; pictures re-encoded from their pixels without metadata (recipe post/1)"
HOW_WITH_CLIPS: Final = (
    "text as captured; pictures and clips re-encoded from pixels and sound without metadata (recipe post/2)"
)
HOW_WITH_RENDITIONS: Final = HOW_WITH_CLIPS + AND_RENDITIONS
HOW_MUTE: Final = HOW_WITH_CLIPS + WITHOUT_SOUND + AND_RENDITIONS
#: the picture of one is that of the other
HOWS: Final = (HOW, HOW_WITH_CLIPS, HOW_WITH_RENDITIONS, HOW_MUTE)
ONLY_REPEATS: Final = "Expected words or pictures, found a post that only repeats another."
NOTHING: Final = "Expected words or pictures, found a post with neither."
HIDDEN_REPEAT: Final = "Expected words that may be shown, found a post that repeats one that is not shown."
AT_A_TIME: Final = 500  #: posts whose translations are in memory
MAX_TAG: Final = 100  #: characters of a tag that a platform gave
BYTES_OF_FEW: Final = (
    "It is shown by its author's consent; the captured bytes, which tell to whom it was addressed, are left out."
)
BYTES_OF_COVERED: Final = (
    "Something is covered in its pictures or clips, or is to be; the captured bytes, which tell at which address the "
    "platform keeps them uncovered, are left out."
)

Credit = Callable[[str, str, str], str]  #: post, language, tag of an account → the name it chose, or ""


@dataclass
class PostStatements:
    """The posts of an edition of *today*.

    ``skipped`` tells, by number, why one is left out; ``partial``, why a part of one is; ``embargoed``, until when one
    is embargoed.
    """

    archive: Archive
    pictures: Pictures
    today: str
    credit: Credit
    last: Mapping[int, str] = field(default_factory=dict)  #: items of the last edition, with their statements' SHA-256
    waiting: list[WaitingVersion] = field(default_factory=list)
    removals: list[WaitingRemoval] = field(default_factory=list)  #: that wait for an editor
    skipped: dict[int, str] = field(default_factory=dict)
    partial: list[tuple[int, str]] = field(default_factory=list)
    embargoed: dict[int, str] = field(default_factory=dict)
    segments: dict[int, str] = field(default_factory=dict)  #: by number, the words of translations piece by piece
    _hidden: frozenset[str] = frozenset()

    def all(self) -> Iterator[Post]:
        """Yield what is said of each post that may be shown; its pictures are made if they are not there yet."""
        return self._of(_Known.of_all(self.archive, self.last))

    def some(self, posts: Collection[str], others: Mapping[str, tuple[int, str | None]]) -> Iterator[Post]:
        """Yield the same of these *posts* alone.

        *others* are all others that are shown, by id: the number of each, and the id of the shown post that it answers.
        """
        return self._of(_Known.of_some(self.archive, self.last, posts, others))

    def _of(self, known: "_Known") -> Iterator[Post]:
        releases, every, files, tags, gone = known.releases, known.versions, known.files, known.tags, known.gone
        numbers = {post: min(each.number for each in every[post]) for post in releases}
        released = known.released
        self._hidden = hidden_voices(self.archive.folder)
        shown: dict[str, tuple[ShownVersion, PostPictures, Gone | None]] = {}
        for post in sorted(releases, key=numbers.__getitem__):
            chosen, number, release = released.of(post, every[post]), numbers[post], releases[post]
            word = released.gone(chosen, gone.get(post, ()))
            removal = released.removal(number, chosen, word)
            if not self._may_be_shown(number, chosen, release, removal):
                continue
            version = chosen.version
            self.waiting += chosen.waiting
            self.removals += [removal] if removal else []
            pictures = self.pictures.of(
                number,
                files.get(version.number, []),
                release.alts,
                release.sound == catalogued.KEPT,
                is_open_in_post(version, release),
            )
            self.partial += [(number, why) for why in pictures.left]
            if version.text or version.summary or pictures.pictures or version.details:
                # somebody else's word that it is gone counts when an editor looked, as their words do
                strange = removal and removal.source and not released.told_gone(number, every[post], removal)
                shown[post] = chosen, pictures, None if strange else word
            else:
                self.skipped[number] = ONLY_REPEATS if version.kind == "Announce" else NOTHING
        contexts = self._contexts(numbers, shown, known.others)
        threads = Threads(
            numbers | {post: number for post, (number, _) in known.others.items()},
            {post: shown[post][0].version.reply_to for post in contexts},
            known.others,
        )
        waiting = list(contexts)
        for at, post in enumerate(waiting):
            if at % AT_A_TIME == 0:
                approved, reviews = known.translated(waiting[at : at + AT_A_TIME])
            context, (chosen, pictures, removed) = contexts[post], shown.pop(post)  # what was said is let go of
            number, release, version = numbers[post], releases.pop(post), chosen.version
            del every[post]
            if changes := self._changes(chosen, release, removed):
                context = replace(context or Context(), **changes)
            bytes_shown, text_pointer = self._bytes(number, version, release, pictures.hides)
            yield Post(
                number=number,
                source=self.archive.reference(version.number),
                kind=POST,
                how=_how(pictures, release) + told(self.archive, pictures.covers),
                post=post,
                url=address(version.url),
                voice=Voice(version.author, version.handle, version.name),
                published=chosen.published,
                language=version.language,
                summary=version.summary,
                text=version.text,
                reply_to=threads.parent(post),
                thread=threads.beginning(post),
                tags=_tags(tags.get(version.number, ()), release.tags),
                earlier=tuple(self._earlier(chosen, release)),
                gone=self._gone(chosen, removed),
                translations=tuple(self._translations(number, version, context, approved.get(post, ()), reviews)),
                pictures=pictures.pictures,
                files=pictures.files,
                bytes_shown=bytes_shown,
                pointer=text_pointer,
                day="",
                media=pictures.media,
                context=context,
            )

    def _contexts(
        self,
        numbers: Mapping[str, int],
        shown: Mapping[str, tuple[ShownVersion, PostPictures, Gone | None]],
        others: Mapping[str, tuple[int, str | None]],
    ) -> dict[str, Context | None]:
        """Return what is told around each post that has words of its own, or others' that may be shown."""
        contexts = Contexts(self.archive.index, self.today)
        every = shown.keys() | others.keys()
        found_of = {post: contexts.of(chosen.version, every) for post, (chosen, _, _) in shown.items()}
        told = set(shown)
        for post, (chosen, pictures, _) in shown.items():
            version, found = chosen.version, found_of[post] or Context()
            if only_repeats_hidden(version, found.inner or ()):
                self.skipped[numbers[post]] = HIDDEN_REPEAT
            elif version.text or version.summary or pictures.pictures or found.words() or found.missing:
                continue
            else:
                self.skipped[numbers[post]] = ONLY_REPEATS if version.kind == "Announce" else NOTHING
            told.remove(post)
        if len(told) == len(shown):
            return found_of
        still = told | others.keys()
        return {post: contexts.of(shown[post][0].version, still) for post in shown if post in told}

    def _may_be_shown(
        self, number: int, chosen: ShownVersion, release: Release, removal: WaitingRemoval | None
    ) -> bool:
        """Whether it may; notes why not. Words whose author has since kept them for few are not shown any more."""
        version = chosen.version
        if not release.shown_on(self.today):
            self.embargoed[number] = release.until
        elif not may_be_shown(chosen.counting, release):
            self.skipped[number] = f"Expected a post written for everybody, found one {_for_whom(chosen, release)}."
        elif not chosen.looked and is_hidden(version, self._hidden):
            self.skipped[number] = (
                "Changed by its author; hidden until an editor looked, as you chose for this voice. Release it again."
            )
        elif removal and not removal.source and is_hidden(version, self._hidden):
            self.skipped[number] = (
                "Gone from its platform; hidden until an editor looked, as you chose for this voice. Release it again, "
                "or withdraw it."
            )
        elif "\0" in version.text:
            self.skipped[number] = "Expected a text that a page can hold, found one with a zero character."
        else:
            return True
        return False

    def _earlier(self, chosen: ShownVersion, release: Release) -> Iterator[Earlier]:
        for each in self._told(chosen, release):
            named = self.archive.reference(each.number)
            yield Earlier(named.index, named.commitment, each.text, chosen.until[each.number].time[:10])

    def _told(self, chosen: ShownVersion, release: Release) -> list[Version]:
        return [each for each in chosen.earlier if version_may_be_shown(each, release)]

    def _changes(self, chosen: ShownVersion, release: Release, removed: Gone | None) -> dict[str, Any]:
        """Return what the platform tells of changes: when earlier words ended, until when other pictures stood."""
        ended = [chosen.until[each.number] for each in self._told(chosen, release)]
        told: dict[str, Any] = {
            "ended": tuple(each.time if each.replaced else None for each in ended),
            "replaced": tuple(chosen.until[each.number].time[:10] for each in chosen.pictures),
            "gone_for": self._reason(removed) if removed and self._gone(chosen, removed) else None,
        }
        told["ended"] = told["ended"] if any(told["ended"]) else None
        return {name: value for name, value in told.items() if value}

    def _reason(self, gone: Gone) -> str | None:
        """Return the platform's word for why a post is gone; None where it is mere deletion, or none is given."""
        reason = gone_act.read(self.archive.statement(gone.number)).reason
        return reason if reason and reason != "deleted" and GONE_FOR.fullmatch(reason) else None

    def _gone(self, chosen: ShownVersion, gone: Gone | None) -> Removal | None:
        """Return the platform's word that the post is gone; None if it came back since."""
        if gone is None or gone.as_of < chosen.stood:
            return None
        version = chosen.version
        begun, ended = moment(version.published), moment(gone.deleted)
        stood = int((ended - begun).total_seconds()) if begun and ended and ended >= begun else None
        named = self.archive.reference(gone.number)
        return Removal(named.index, named.commitment, gone.word, gone.deleted or None, stood, gone.as_of[:10])

    def _translations(
        self,
        number: int,
        version: Version,
        context: Context | None,
        approved: Iterable[translations.Translation],
        counting: Mapping[int, list[Review]],
    ) -> Iterator[Translation]:
        """Those made of this very text, by language."""
        text = sha256_hex(whole_text(version.text, context).encode())
        for each in sorted(approved, key=lambda each: each.language):
            if each.text != text:
                why = f"The translation into {each.language} was made of another text; it is left out."
                self.partial.append((number, why))
                continue
            reviews = counting[each.number]
            pieces = "\n".join(piece for pair in each.segments for piece in (pair.source, pair.target))
            self.segments[number] = f"{self.segments.get(number, '')}\n{pieces}"
            checked = next(review.by for review in reviews if review.verdict == "reviewed")
            yield Translation(
                language=each.language,
                target=each.target,
                notes=each.notes,
                credit=self.credit(version.post, each.language, each.by),
                reviewer=self.credit(version.post, each.language, checked),
                day=each.day,
                translated=self.archive.reference(each.number),
                reviewed=tuple(self.archive.reference(review.number) for review in reviews),
            )

    def _bytes(self, number: int, version: Version, release: Release, hides: bool) -> tuple[bool, TextPointer | None]:
        """Whether the captured bytes are shown, and how the text stands in them."""
        if release.bytes_shown and not written_for_everybody(version.audience):
            self.partial.append((number, BYTES_OF_FEW))
        elif release.bytes_shown and hides:
            self.partial.append((number, BYTES_OF_COVERED))
        elif release.bytes_shown:
            try:
                return True, pointer(self.archive, version)
            except BadArchive:
                why = "The captured bytes are damaged or not in the archive any more; they are left out."
                self.partial.append((number, why))
        return False, None


@dataclass(frozen=True)
class _Known:
    """What the archive knows of posts that an editor released."""

    archive: Archive
    releases: dict[str, Release]
    versions: dict[str, list[Version]]
    files: Mapping[int, list[File]]
    tags: Mapping[int, tuple[str, ...]]
    gone: Mapping[str, Sequence[Gone]]
    released: ReleasedVersions
    others: Mapping[str, tuple[int, str | None]] = field(default_factory=dict)

    def translated(
        self, posts: Collection[str]
    ) -> tuple[Mapping[str, list[translations.Translation]], Mapping[int, list[Review]]]:
        """Return by post the approved translations of *posts*, and by number the reviews that count of each."""
        view = self.archive.index.translations
        return view.all_approved(posts), view.all_counting(posts)

    @classmethod
    def of_all(cls, archive: Archive, last: Mapping[int, str]) -> "_Known":
        said = archive.index.releases
        releases, versions = said.all(catalogued.Release.PUBLIC), said.versions()
        return cls(
            archive, releases, {post: versions[post] for post in releases}, said.files(), said.tags(), said.gone(),
            ReleasedVersions(archive, last),
        )  # fmt: skip

    @classmethod
    def of_some(
        cls,
        archive: Archive,
        last: Mapping[int, str],
        posts: Collection[str],
        others: Mapping[str, tuple[int, str | None]],
    ) -> "_Known":
        said = archive.index.releases
        every = {post: release for post in posts if (release := said.of(post)).release == catalogued.Release.PUBLIC}
        named = {post: found for each in every for post, found in said.named(each).items()}
        return cls(
            archive, every, said.versions(every), said.files(every), said.tags(every), said.gone(every),
            ReleasedVersions(archive, last, named), others,
        )  # fmt: skip


def _how(pictures: PostPictures, release: Release) -> str:
    """Return the recipe by which the files of a post were made."""
    if pictures.rendered:
        return HOW_WITH_RENDITIONS if release.sound == catalogued.KEPT else HOW_MUTE
    return HOW_WITH_CLIPS if pictures.play else HOW


def _for_whom(chosen: ShownVersion, release: Release) -> str:
    """Return whose eyes it was written for, and what its author said of that."""
    every = (chosen.version.audience, *chosen.counting.audiences)
    told = f"whose audience is {next((each for each in every if not written_for_everybody(each)), every[0])}"
    consent = release.consent
    if consent is None:
        return told
    if not consent.given:
        return f"{told}; its author withdrew their consent on {consent.day}"
    return f"{told}; the consent of {consent.day} is not about these words of its author"


def address(url: str) -> str:
    """Return *url* if the format can hold it and a page may link to it, else "".

    Feeds may hold a script or a line with spaces where an address should be.
    """
    try:
        return ADDRESS(url)
    except BadEncoding:
        return ""


def _tags(platform: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """Return the platform's first; one that differs by its case alone is told once."""
    told = (each.strip() for each in platform)
    sound = [each for each in told if each and len(each) <= MAX_TAG and each.isprintable()]
    return tuple({each.casefold(): each for each in reversed([*sound, *own])}.values())[::-1]
