"""Packets: posts that go out to be translated in whatever program somebody likes, and come back.

One model for three formats: XLIFF for programs of translators (:mod:`.xliff`), PO for gettext's editors (:mod:`.po`),
CSV for spreadsheets (:mod:`.packet_csv`). The name of the file tells which: ``.xlf``, ``.po``, ``.csv``.

What comes back is believed in nothing but its targets: post, version and every source must be those of the archive
(:func:`proposals`), and what is not, is told::

    a target that is empty, or its source      not translated: what there is of the post becomes a draft
    a translation since the packet went out    overtaken: told, not proposed
    altered sources, another text, no post     wrong: told, not proposed
    all else                                   proposed, with what the checks find odd

Whoever holds a packet reads it. So nothing under an embargo is in it, not as the memory or the thread of another post
either, unless somebody asks for such posts: then each says until when.

A note is published only if it says so: it begins with ``PUBLISH:``, or stands where the format keeps notes for readers.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from unicodedata import normalize

from tamizdat.archive import Archive
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views import stories, transcripts
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.post_details import digests_of
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.translations import Translation
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.post_context import Context
from tamizdat.text.languages import checked_language, primary_subtag
from tamizdat.translation.checks import Finding, check
from tamizdat.translation.glossary import Term, hits, terms
from tamizdat.translation.memory import Memory, Suggestion
from tamizdat.translation.packet_xml import fit
from tamizdat.translation.proposals import propose
from tamizdat.translation.queue import going_out, whole_text_of
from tamizdat.translation.segments import segments_of
from tamizdat.translation.transcripts import spans, told_of

PUBLISH: Final = "PUBLISH:"
EMBARGO: Final = "UNDER AN EMBARGO UNTIL"  #: how what is told of such a post begins
EARLIER: Final = 3  #: posts of the thread that are told before the one to translate
RECALLED: Final = 3  #: sentences of the memory for each segment
UNTOUCHED: Final = "needs-translation"  #: the state of a target that only repeats its source
_STATES: Final = {"approved": "final", "reviewed": "translated", "proposed": "needs-review-translation"}
FORMATS: Final = {".xlf": "xliff", ".xliff": "xliff", ".po": "po", ".csv": "csv", ".tsv": "csv"}


# -- going out -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitOut:
    """A segment that goes out: *target* and *state* if it is translated already, what is told, what is recalled."""

    number: int
    source: str
    target: str
    state: str
    told: tuple[str, ...]
    recalled: tuple[Suggestion, ...]


@dataclass(frozen=True)
class PostOut:
    """A post that goes out. *text* is the SHA-256 of what it says, *after* the number of its latest translation.

    *told* is for the translator, *notes* are those that are published with the latest translation.
    """

    post: str
    spoken: str
    text: str
    after: int | None
    told: tuple[str, ...]
    notes: tuple[str, ...]
    units: tuple[UnitOut, ...]


def under_embargo(archive: Archive) -> dict[str, str]:
    """Return the day before which a post is shown to nobody, by its id, of all of which it has not come yet."""
    return archive.index.releases.under_embargo(datetime.now(UTC).date().isoformat())


def packed(archive: Archive, posts: Sequence[str], language: str, embargoed: bool = False) -> list[PostOut]:
    """Return these posts, the versions that count now, as they go out to be translated.

    Raises :class:`UsageError` for a post that may not go out, has nothing to translate, or is under an embargo; if
    *embargoed* are meant too, each is marked.
    """
    checked_language(language)
    glossary, memory, closed = terms(archive), Memory(archive), under_embargo(archive)
    if not embargoed and (early := [post for post in posts if post in closed]):
        raise UsageError(
            f"Expected posts that may be shown, found {early[0]}, which is under an embargo until {closed[early[0]]}. "
            "Whoever holds the packet reads it. Leave it out; or, for a translator who must begin now, add --embargoed."
        )
    return [_packed(archive, post, language, glossary, memory, closed) for post in dict.fromkeys(posts)]


def _packed(
    archive: Archive, post: str, language: str, glossary: Sequence[Term], memory: Memory, closed: Mapping[str, str]
) -> PostOut:
    version = going_out(archive, post)
    if version is None:
        raise UsageError(f"Expected the id of a post that may be translated, found {post}, which is none.")
    if primary_subtag(version.language) == primary_subtag(language):
        raise UsageError(f"Expected a post in another language than {language}; {post} is in it.")
    whole = whole_text_of(archive, version)
    found, _ = segments_of(version, whole)
    if not found:
        raise UsageError(f"Expected a post with words in it, found {post}, which has none.")
    known, text = archive.index.translations.latest(post, language), sha256_hex(whole.encode())
    units, transcript = [], archive.index.transcripts.transcript(version.number)
    cues = [told_of(each) for each in spans(transcript)] if transcript else [""] * len(found)
    for number, (each, spoken) in enumerate(zip(found, cues, strict=True), 1):
        target = {pair.source: pair.target for pair in known.segments}.get(each.source, "") if known else ""
        told = [f"Spoken by @{each.speaker}"] if each.speaker else [spoken] if spoken else []
        for term in dict.fromkeys(hit.term.number for hit in hits(each.source, glossary)):
            told += [_told(one, language) for one in glossary if one.number == term and one.into(language)]
        recalled = memory.suggest(each.source, version.language, language, RECALLED, closed)
        state = _state(known, text) if known and target else ""
        units.append(UnitOut(number, each.source, target, state, tuple(told), tuple(recalled)))
    notes, after = (known.notes, known.number) if known else ((), None)
    about = [f"{EMBARGO} {closed[post]}. Show it to nobody before that day."] if post in closed else []
    about += _context(archive, version, closed)
    return PostOut(post, version.language, text, after, tuple(about), tuple(notes), tuple(units))


def _state(known: Translation, text: str) -> str:
    return "needs-review-translation" if known.text != text else _STATES.get(known.state, "needs-adaptation")


def _told(term: Term, language: str) -> str:
    note = f" ({term.note})" if term.note else ""
    return f"Glossary: {' / '.join(term.variants)} → {' / '.join(term.into(language))}{note}"


def _context(archive: Archive, version: Version, closed: Container[str]) -> Iterator[str]:
    """Yield who wrote the post, when and where, and what it answers; of a transcript, of what it is one."""
    if version.kind == stories.KIND:
        yield f"Words of story {version.capture}: its title, the titles of its chapters, its prose, names on its maps"
        return
    if version.kind == transcripts.KIND:
        item = archive.index.item(version.capture)
        yield f"What is said in clip {version.capture}{f': {item.title}' if item and item.title else ''}"
        return
    told = (f"@{version.handle}" if version.handle else "", version.name, version.published or "", version.url)
    yield ", ".join(each for each in told if each) or version.post
    if version.summary:
        yield f"Title or warning: {version.summary}"
    media = archive.index.posts.media(version.number)
    if media:
        described = "; ".join(alt for _, _, alt, _ in media if alt)
        many = "a picture or clip" if len(media) == 1 else f"{len(media)} pictures or clips"
        yield f"With {many}{f': {described}' if described else ''}"
    context = Contexts(archive.index).of(version)
    if context:
        yield from _around(context)
    earlier: list[Version] = []
    post = version.reply_to
    while post and len(earlier) < EARLIER and post not in {version.post, *(each.post for each in earlier)}:
        before = going_out(archive, post)
        if before is None or post in closed:
            break
        earlier.append(before)
        post = before.reply_to
    yield from (f"Before it in the thread, @{each.handle}: {each.text}" for each in reversed(earlier))


def _around(context: Context) -> Iterator[str]:
    """Yield what the platform tells around the words: none of it is to be translated."""
    if context.cut:
        yield "The platform gave out only the beginning of this text."
    if context.sensitive:
        yield "Its author asks to cover it until a reader wants to see it."
    if context.missing:
        described = "; ".join(each.alt for each in context.missing if each.alt)
        yield f"Pictures or clips that are not here: {len(context.missing)}{f': {described}' if described else ''}"
    if context.answers and context.answers.url:
        by = f" by @{context.answers.handle}" if context.answers.handle else ""
        yield f"It answers a post{by} that is not here: {context.answers.url}"
    for link in context.links or ():
        yield f"{link.stands} leads to {link.target}"


def format_of(file: Path) -> str:
    """Return ``xliff``, ``po`` or ``csv`` by a file's ending. Raises :class:`UsageError` for any other."""
    found = FORMATS.get(file.suffix.lower())
    if found is None:
        raise UsageError(f"Expected a packet named .xlf, .po or .csv, found {file.name[-60:]!r}. Give it such a name.")
    return found


# -- coming back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """One segment of a packet that came back; *untouched*: its state says that nobody translated it."""

    id: str
    source: str
    target: str
    untouched: bool = False

    @property
    def translated(self) -> bool:
        """Whether somebody wrote something else than the source."""
        return bool(self.target) and not _alike(self.target, self.source)


@dataclass(frozen=True)
class PacketPost:
    """What a packet says of one post: its id, the segments, and the notes to publish.

    *text* is the SHA-256 of the text it is of, "" if the packet does not say; *after* the number of the translation
    that was the latest when it went out, "" for none, None if the packet does not say. *keeps_notes*: the program may
    have lost the notes that this translation was published with, so they stay.
    """

    post: str
    text: str
    units: tuple[Unit, ...]
    notes: tuple[str, ...]
    after: str | None = None
    keeps_notes: bool = False

    @property
    def targets(self) -> list[str]:
        """The translations, in order; empty where there is none yet."""
        return [each.target if each.translated else "" for each in self.units]


@dataclass(frozen=True)
class Packet:
    """A packet as it is written, nothing of it compared with the archive yet."""

    language: str
    posts: tuple[PacketPost, ...]


@dataclass(frozen=True)
class Proposal:
    """What a packet proposes for a version of a post."""

    version: Version
    targets: tuple[str, ...]
    notes: tuple[str, ...]
    after: str | None = None


@dataclass(frozen=True)
class Unfinished:
    """A post of which something is translated, perhaps, and something is not."""

    version: Version
    targets: tuple[str, ...]  #: empty where there is none
    notes: tuple[str, ...]
    same: tuple[int, ...]  #: segments whose target is their source, although it was touched

    @property
    def missing(self) -> int:
        """How many segments have no translation."""
        return sum(not each for each in self.targets)

    @property
    def begun(self) -> bool:
        """Whether anything is translated."""
        return self.missing < len(self.targets)


@dataclass(frozen=True)
class Judged:
    """A packet held against the archive: what can be proposed, what is not finished, and what is wrong.

    *wrong* is a sentence each; *findings* are what the checks find odd: post, segment, and what.
    """

    proposals: tuple[Proposal, ...]
    unfinished: tuple[Unfinished, ...]
    wrong: tuple[str, ...]
    findings: tuple[tuple[str, int, Finding], ...] = ()


def proposals(archive: Archive, packet: Packet) -> Judged:
    """Compare every post of *packet* with the archive, and return what can be proposed of it."""
    ready: list[Proposal] = []
    unfinished: list[Unfinished] = []
    wrong: list[str] = []
    findings: list[tuple[str, int, Finding]] = []
    told: set[str] = set()
    known = [each for each in terms(archive) if each.into(packet.language)]
    for each in packet.posts:
        versions, counting = archive.index.texts.versions(each.post), version_that_counts(archive, each.post)
        now = counting.version if counting else None
        twice = "it is in the packet twice" if each.post in told else ""
        problem = twice or _problem(archive, each, packet.language, versions, now)
        told.add(each.post)
        targets, notes = tuple(each.targets), _notes(archive, each, packet.language)
        if problem or now is None:
            wrong.append(f"{each.post or 'A file without a name'}: {problem}.")
            continue
        if all(targets):
            ready.append(Proposal(now, targets, notes, each.after))
        else:
            same = [place for place, unit in enumerate(each.units, 1) if _is_same(unit)]
            unfinished.append(Unfinished(now, targets, notes, tuple(same)))
        for place, (unit, target) in enumerate(zip(each.units, targets, strict=True), 1):
            if target:
                odd = check(unit.source, target, packet.language, hits(unit.source, known))
                findings += [(each.post, place, finding) for finding in odd]
    return Judged(tuple(ready), tuple(unfinished), tuple(wrong), tuple(findings))


def _notes(archive: Archive, each: PacketPost, language: str) -> tuple[str, ...]:
    history = archive.index.translations.history(each.post, language) if each.keeps_notes and each.after else []
    kept = [note for known in history if str(known.number) == each.after for note in known.notes]
    return tuple(dict.fromkeys([*kept, *each.notes]))


def _is_same(unit: Unit) -> bool:
    return bool(unit.target) and not unit.translated and not unit.untouched


def take(
    archive: Archive, desk: SigningKey, mine: Callable[[str, str], str], packet: Packet, judged: Judged, day: str
) -> tuple[list[int], list[str]]:
    """Propose what was found to be ready, in the name of the account whose tags *mine* gives.

    Returns the indexes of new translations, and what could not be proposed, a sentence each: also what was overtaken by
    another translation since the packet went out. What the account has proposed before, of the same text, is not
    proposed again, whatever came after it.
    """
    new, refused = [], []
    for each in judged.proposals:
        post, by = each.version.post, mine(each.version.post, packet.language)
        size = archive.size
        try:
            if not _is_known(archive, each, packet.language, by):
                _refuse_overtaken(archive, each, packet.language)
                number = propose(archive, desk, by, each.version, packet.language, each.targets, each.notes, day)
                new += [number] if number >= size else []
        except UsageError as error:
            refused.append(f"{post}: {error}")
    return new, refused


def _refuse_overtaken(archive: Archive, proposal: Proposal, language: str) -> None:
    latest = archive.index.translations.latest(proposal.version.post, language)
    if latest and str(latest.number) != proposal.after:
        raise UsageError(
            f"Expected the packet to know the latest translation, no. {latest.number}, found that it was proposed "
            "after the packet went out. Export the post again, compare the two, then import; nothing was proposed."
        )


def _is_known(archive: Archive, proposal: Proposal, language: str, by: str) -> bool:
    history = archive.index.translations.history(proposal.version.post, language)
    said = (sha256_hex(whole_text_of(archive, proposal.version).encode()), by, [*proposal.targets], [*proposal.notes])
    return any(
        said == (each.text, each.by, [pair.target for pair in each.segments], list(each.notes)) for each in history
    )


def _problem(
    archive: Archive, each: PacketPost, language: str, versions: Sequence[Version], now: Version | None
) -> str:
    """Return what is wrong with a post of a packet; "" if nothing is. *now* is the version that counts."""
    if now is None:
        return "this post is not in the archive"
    whole = whole_text_of(archive, now)
    if each.text and not any(each.text in digests_of(version.text, version.details) for version in versions):
        return "the packet is of a text that the archive does not know"
    if each.text and each.text != sha256_hex(whole.encode()):
        return "another text of the post counts since the packet was made; export it again"
    if now.language == language:
        return f"the post is in {language} itself"
    ours, _ = segments_of(now, whole)
    if [unit.id for unit in each.units] != [str(number) for number in range(1, len(ours) + 1)]:
        found = ascii(", ".join(unit.id for unit in each.units))[:100]
        return f"expected the segments 1 to {len(ours)} in order, found {found}"
    for number, (unit, segment) in enumerate(zip(each.units, ours, strict=True), 1):
        if not _alike(unit.source, segment.source):
            return f"the source of segment {number} was altered"
    return ""


def _alike(one: str, other: str) -> bool:
    """Return whether two texts differ in nothing but white space, control characters, and marks apart from letters."""
    return normalize("NFC", fit(one)).split() == normalize("NFC", fit(other)).split()
