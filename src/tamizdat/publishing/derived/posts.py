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
from dataclasses import field, replace
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from tamizdat.archive import Archive
from tamizdat.archive.released import ShownVersion, WaitingRemoval, WaitingVersion
from tamizdat.archive.views import translations
from tamizdat.archive.views.audience import for_whom, may_be_shown, version_may_be_shown, written_for_everybody
from tamizdat.archive.views.contexts import Contexts, only_repeats_hidden, says_nothing_itself
from tamizdat.archive.views.posts import Gone, Version
from tamizdat.archive.views.releases import Release
from tamizdat.archive.views.translations import Review
from tamizdat.dataclass import dataclass
from tamizdat.disk.overflow import Overflow
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, BadEncoding
from tamizdat.footage.reencode import WITHOUT_SOUND
from tamizdat.footage.renditions import AND_RENDITIONS
from tamizdat.posts.times import moment
from tamizdat.publishing.derived.clearance import is_open_in_post, told
from tamizdat.publishing.derived.hidden_voices import hidden_voices, is_hidden
from tamizdat.publishing.derived.known_posts import Chosen, KnownPosts, in_rows
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
AT_A_TIME: Final = 500  #: posts of which everything is in memory
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
        return self._of(self.archive.index.releases.spoken_of(), {})

    def some(self, posts: Collection[str], others: Mapping[str, tuple[int, str | None]]) -> Iterator[Post]:
        """Yield the same of these *posts* alone.

        *others* are all others that are shown, by id: the number of each, and the id of the shown post that it answers.
        """
        return self._of(self.archive.index.releases.spoken_of(posts), others)

    def _of(self, posts: Sequence[str], others: Mapping[str, tuple[int, str | None]]) -> Iterator[Post]:
        """Choose of all what is shown, which lies on disk till all is chosen: who answers whom is only known then."""
        self._hidden = hidden_voices(self.archive.folder)
        shown, chosen = dict[str, _Place](), Overflow(self.archive.staging)
        for some in in_rows(posts, AT_A_TIME):
            for found in self._choose(KnownPosts.of(self.archive, some, self.last)):
                version = found.shown.version
                place, nothing = chosen.put(found), found.pictures.pictures == () and not version.summary
                bare = says_nothing_itself(version) and (nothing or bool(version.details))
                shown[version.post] = _Place(place, found.number, version.reply_to, bare)
        self._drop_bare(shown, others, chosen)
        threads = Threads(
            {post: each.number for post, each in shown.items()}
            | {post: number for post, (number, _) in others.items()},
            {post: each.reply_to for post, each in shown.items()},
            others,
        )
        still = {*shown, *others}
        for some in in_rows([*shown], AT_A_TIME):
            contexts, translated = Contexts(self.archive.index, self.today), self.archive.index.translations
            approved, reviews = translated.all_approved(some), translated.all_counting(some)
            for post in some:
                one = chosen.get(shown[post].place)
                assert isinstance(one, Chosen), "it was put there as one"
                context = contexts.of(one.shown.version, still)
                yield self._stated(one, context, threads, approved.get(post, ()), reviews)

    def _choose(self, known: KnownPosts) -> Iterator[Chosen]:
        """Yield what is shown of these posts, in the order of their numbers."""
        released = known.released
        for post, release in known.releases.items():
            versions = known.versions[post]
            number, found = min(each.number for each in versions), released.of(post, versions)
            word = released.gone(found, known.gone.get(post, ()))
            removal = released.removal(number, found, word)
            if not self._may_be_shown(number, found, release, removal):
                continue
            version = found.version
            self.waiting += found.waiting
            self.removals += [removal] if removal else []
            pictures = self.pictures.of(
                number,
                known.files.get(version.number, []),
                release.alts,
                release.sound == catalogued.KEPT,
                is_open_in_post(version, release),
            )
            self.partial += [(number, why) for why in pictures.left]
            if version.text or version.summary or pictures.pictures or version.details:
                # somebody else's word that it is gone counts when an editor looked, as their words do
                strange = removal and removal.source and not released.told_gone(number, versions, removal)
                tags = _tags(known.tags.get(version.number, ()), release.tags)
                yield Chosen(number, found, release, pictures, None if strange else word, tags)
            else:
                self.skipped[number] = ONLY_REPEATS if version.kind == "Announce" else NOTHING

    def _drop_bare(
        self, shown: "dict[str, _Place]", others: Mapping[str, tuple[int, str | None]], chosen: Overflow
    ) -> None:
        """Leave out posts that have no words of their own, and none of others that may be shown."""
        contexts, every = Contexts(self.archive.index, self.today), {*shown, *others}
        for post in [post for post, each in shown.items() if each.bare]:
            found = chosen.get(shown[post].place)
            assert isinstance(found, Chosen)
            version, context = found.shown.version, contexts.of(found.shown.version, every) or Context()
            if only_repeats_hidden(version, context.inner or ()):
                self.skipped[found.number] = HIDDEN_REPEAT
            elif version.text or version.summary or found.pictures.pictures or context.words() or context.missing:
                continue
            else:
                self.skipped[found.number] = ONLY_REPEATS if version.kind == "Announce" else NOTHING
            del shown[post]

    def _stated(
        self,
        found: Chosen,
        context: Context | None,
        threads: Threads,
        approved: Iterable[translations.Translation],
        reviews: Mapping[int, list[Review]],
    ) -> Post:
        """Return what is said of a post."""
        number, chosen, release, pictures, removed, tags = found
        version = chosen.version
        if changes := self._changes(chosen, release, removed):
            context = replace(context or Context(), **changes)
        bytes_shown, text_pointer = self._bytes(number, version, release, pictures.hides)
        return Post(
            number=number,
            source=self.archive.reference(version.number),
            kind=POST,
            how=_how(pictures, release) + told(self.archive, pictures.covers),
            post=version.post,
            url=address(version.url),
            voice=Voice(version.author, version.handle, version.name),
            published=chosen.published,
            language=version.language,
            summary=version.summary,
            text=version.text,
            reply_to=threads.parent(version.post),
            thread=threads.beginning(version.post),
            tags=tags,
            earlier=tuple(self._earlier(chosen, release)),
            gone=self._gone(chosen, removed),
            translations=tuple(self._translations(number, version, context, approved, reviews)),
            pictures=pictures.pictures,
            files=pictures.files,
            bytes_shown=bytes_shown,
            pointer=text_pointer,
            day="",
            media=pictures.media,
            context=context,
        )

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
        times = tuple(each.time if each.replaced else None for each in ended)
        told = {
            "ended": times if any(times) else None,
            "replaced": tuple(chosen.until[each.number].time[:10] for each in chosen.pictures),
            "gone_for": self._reason(removed) if removed and self._gone(chosen, removed) else None,
        }
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


class _Place(NamedTuple):
    """Where what was chosen of a post lies, and what is asked of all posts at once.

    A *bare* post may have no words but others'.
    """

    place: int
    number: int
    reply_to: str | None
    bare: bool


def _how(pictures: PostPictures, release: Release) -> str:
    """Return the recipe by which the files of a post were made."""
    if pictures.rendered:
        return HOW_WITH_RENDITIONS if release.sound == catalogued.KEPT else HOW_MUTE
    return HOW_WITH_CLIPS if pictures.play else HOW


def _for_whom(chosen: ShownVersion, release: Release) -> str:
    """Return whose eyes it was written for, and what its author said of that."""
    every = (chosen.version.audience, *chosen.counting.audiences)
    told = f"written {for_whom(next((each for each in every if not written_for_everybody(each)), every[0]))}"
    consent = release.consent
    if consent is None:
        return told
    if not consent.given:
        return f"{told}; its author withdrew their consent on {consent.day}"
    return f"{told}; the consent of {consent.day} is not about these words of its author"


def address(url: str) -> str:
    """Return *url* if the format can hold it and a page may link to it, else "".

    Feeds may hold a script or a line with spaces where an address should be, or what is no address: ``https://[a/b``.
    """
    try:
        urlsplit(url)
        return ADDRESS(url)
    except (BadEncoding, ValueError):
        return ""


def _tags(platform: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """Return the platform's first; one that differs by its case alone is told once."""
    told = (each.strip() for each in platform)
    sound = [each for each in told if each and len(each) <= MAX_TAG and each.isprintable()]
    return tuple({each.casefold(): each for each in reversed([*sound, *own])}.values())[::-1]
