"""Packets: posts that go out to be translated in whatever program somebody likes, and come back. XLIFF 1.2.

::

    <file original="https://x.com/i/status/57" source-language="zh" target-language="en" datatype="plaintext"
          build-num="SHA-256 of the text">
      <header><note from="tamizdat">@lin, 2013-05-12</note><note from="publication">[1] …</note></header>
      <body>
        <trans-unit id="1" xml:space="preserve">          one for each segment, in order
          <source>没有了。</source>
          <target state="translated">Gone.</target>       if it is translated already
          <note from="tamizdat">Spoken by @wang</note>    who speaks, and what the glossary says
          <alt-trans match-quality="86%">…</alt-trans>    what the memory recalls

Notes of ``tamizdat`` are for the translator. A note is published only if it says so: it is ``from="publication"``, or
begins with ``PUBLISH:``. Any other note in a packet stays out of the archive; a remark to a friend must not be
published by accident.

What comes back is believed in nothing but its targets: post, version and every source must be those of the archive
(:func:`proposals`), and what is not, is told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.post_details import digests_of
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.translations import Translation
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadPacket, UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.post_context import Context
from tamizdat.text.languages import LANGUAGE, checked_language, primary_subtag
from tamizdat.translation.glossary import Term, hits, terms
from tamizdat.translation.memory import Memory
from tamizdat.translation.packet_xml import DECLARATION, Element, Tree, fit, read, written
from tamizdat.translation.proposals import propose
from tamizdat.translation.queue import going_out, whole_text_of
from tamizdat.translation.segments import Segment, segments

XLIFF: Final = "urn:oasis:names:tc:xliff:document:1.2"
OURS: Final = "tamizdat"
PUBLISHED: Final = "publication"
PUBLISH: Final = "PUBLISH:"
EARLIER: Final = 3  #: posts of the thread that are told before the one to translate
RECALLED: Final = 3  #: sentences of the memory for each segment
_STATES: Final = {"approved": "final", "reviewed": "translated", "proposed": "needs-review-translation"}


@dataclass(frozen=True)
class Unit:
    """One segment of a packet."""

    id: str
    source: str
    target: str


@dataclass(frozen=True)
class PacketPost:
    """What a packet says of one post: its id, the segments, and the notes to publish.

    *text* is the SHA-256 of the text it is of, "" if the packet does not say.
    """

    post: str
    text: str
    units: tuple[Unit, ...]
    notes: tuple[str, ...]

    @property
    def targets(self) -> list[str]:
        """The translations, in order; empty where there is none yet."""
        return [each.target for each in self.units]


@dataclass(frozen=True)
class Packet:
    """A packet as it is written, nothing of it compared with the archive yet."""

    language: str
    posts: tuple[PacketPost, ...]


def export_xliff(archive: Archive, posts: Sequence[str], language: str) -> bytes:
    """Write a packet of these posts, the versions that count now, as XLIFF.

    Raises :class:`UsageError` for a post that may not go out, or that has nothing to translate.
    """
    checked_language(language)
    glossary, memory = terms(archive), Memory(archive)
    files = [_file(archive, post, language, glossary, memory) for post in dict.fromkeys(posts)]
    tree: Tree = ("xliff", {"xmlns": XLIFF, "version": "1.2"}, files)
    return (DECLARATION + "".join(written(tree))).encode()


def _file(archive: Archive, post: str, language: str, glossary: Sequence[Term], memory: Memory) -> Tree:
    version = going_out(archive, post)
    if version is None:
        raise UsageError(f"Expected the id of a post that may be translated, found {post}, which is none.")
    if primary_subtag(version.language) == primary_subtag(language):
        raise UsageError(f"Expected a post in another language than {language}; {post} is in it.")
    whole = whole_text_of(archive, version)
    found, _ = segments(whole, version.language)
    if not found:
        raise UsageError(f"Expected a post with words in it, found {post}, which has none.")
    known = archive.index.translations.latest(post, language)
    attributes = {
        "original": post,
        "source-language": version.language or "und",
        "target-language": language,
        "datatype": "plaintext",
        "build-num": sha256_hex(whole.encode()),
    }
    header = [_note(each) for each in _context(archive, version)]
    header += [_note(each, PUBLISHED) for each in (known.notes if known else ())]
    units = [_unit(number, each, version, attributes, known, glossary, memory) for number, each in enumerate(found, 1)]
    return "file", attributes, [("header", {}, header), ("body", {}, units)]


def _unit(
    number: int,
    segment: Segment,
    version: Version,
    about: Mapping[str, str],
    known: Translation | None,
    glossary: Sequence[Term],
    memory: Memory,
) -> Tree:
    inside, language = list[Tree]([("source", {}, segment.source)]), about["target-language"]
    target = {each.source: each.target for each in known.segments}.get(segment.source, "") if known else ""
    if known and target:
        stale = known.text != about["build-num"]
        state = "needs-review-translation" if stale else _STATES.get(known.state, "needs-adaptation")
        inside.append(("target", {"state": state}, target))
    if segment.speaker:
        inside.append(_note(f"Spoken by @{segment.speaker}"))
    for term in dict.fromkeys(hit.term.number for hit in hits(segment.source, glossary)):
        inside += [_note(_told(each, language)) for each in glossary if each.number == term and each.into(language)]
    for each in memory.suggest(segment.source, version.language, language, RECALLED):
        recalled: list[Tree] = [("source", {}, each.source), ("target", {}, each.target)]
        inside.append(("alt-trans", {"match-quality": f"{each.score}%"}, recalled))
    return "trans-unit", {"id": str(number), "xml:space": "preserve"}, inside


def _told(term: Term, language: str) -> str:
    note = f" ({term.note})" if term.note else ""
    return f"Glossary: {' / '.join(term.variants)} → {' / '.join(term.into(language))}{note}"


def _note(text: str, origin: str = OURS) -> Tree:
    return "note", {"from": origin}, text


def _context(archive: Archive, version: Version) -> Iterator[str]:
    """Yield who wrote the post, when and where, and what it answers."""
    told = (f"@{version.handle}" if version.handle else "", version.name, version.published or "", version.url)
    yield ", ".join(each for each in told if each) or version.post
    if version.summary:
        yield f"Title or warning: {version.summary}"
    media = archive.index.posts.media(version.number)
    if media:
        described = "; ".join(alt for _, _, alt, _ in media if alt)
        yield f"With {len(media)} pictures or clips{f': {described}' if described else ''}"
    context = Contexts(archive.index).of(version)
    if context:
        yield from _around(context)
    earlier: list[Version] = []
    post = version.reply_to
    while post and len(earlier) < EARLIER and post not in {version.post, *(each.post for each in earlier)}:
        before = going_out(archive, post)
        if before is None:
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


def import_xliff(data: bytes) -> Packet:
    """Read the posts of a packet.

    Raises :class:`BadPacket` for what is damaged, hostile or no packet of posts.
    """
    root = read(data)
    if root.local != "xliff" or not root.name.startswith("urn:oasis:names:tc:xliff:document:1."):
        raise BadPacket(f"Expected a packet in XLIFF 1.2, found the element {root.name[:100]!a}. Save it as XLIFF 1.2.")
    files = list(root.all("file"))
    languages = {each.attributes.get("target-language", "") for each in files}
    if len(languages) != 1 or not LANGUAGE.fullmatch(language := min(languages)):
        found = ascii(", ".join(sorted(languages)))[:100] if files else "no posts"
        raise BadPacket(f"Expected a packet of posts into one language, found {found}. Split it by language.")
    return Packet(language, tuple(_post(each) for each in files))


def _post(file: Element) -> PacketPost:
    body = file.first("body")
    found = list(_units(body)) if body else []
    notes = [note for header in file.all("header") for note in _published(header)]
    notes += [note for unit in found for note in _published(unit)]
    units = tuple(
        Unit(each.attributes.get("id", ""), _text(each, "source"), _text(each, "target").strip()) for each in found
    )
    return PacketPost(
        file.attributes.get("original", ""), file.attributes.get("build-num", ""), units, tuple(dict.fromkeys(notes))
    )


def _units(body: Element) -> Iterator[Element]:
    """Yield the units, also those that a program has put into groups."""
    for each in body.children:
        if isinstance(each, Element) and each.local == "trans-unit":
            yield each
        elif isinstance(each, Element) and each.local == "group":
            yield from _units(each)


def _text(unit: Element, name: str) -> str:
    found = unit.first(name)
    return found.text() if found else ""


def _published(parent: Element) -> Iterator[str]:
    for note in parent.all("note"):
        text = note.text().strip()
        if note.attributes.get("from") == PUBLISHED:
            yield text
        elif text.upper().startswith(PUBLISH):
            yield text[len(PUBLISH) :].strip()


@dataclass(frozen=True)
class Proposal:
    """What a packet proposes for a version of a post."""

    version: Version
    targets: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A packet held against the archive: what can be proposed, what is not finished, and what is wrong.

    *unfinished* tells the post, the segments without a translation, and of how many; *wrong* is a sentence each.
    """

    proposals: tuple[Proposal, ...]
    unfinished: tuple[tuple[str, int, int], ...]
    wrong: tuple[str, ...]


def proposals(archive: Archive, packet: Packet) -> Judged:
    """Compare every post of *packet* with the archive, and return what can be proposed of it."""
    ready: list[Proposal] = []
    unfinished: list[tuple[str, int, int]] = []
    wrong: list[str] = []
    told: set[str] = set()
    for each in packet.posts:
        versions, counting = archive.index.posts.versions(each.post), version_that_counts(archive, each.post)
        now = counting.version if counting else None
        problem = (
            _problem(archive, each, packet.language, versions, now)
            if each.post not in told
            else "it is in the packet twice"
        )
        told.add(each.post)
        missing = sum(not target for target in each.targets)
        if problem:
            wrong.append(f"{each.post or 'A file without a name'}: {problem}.")
        elif missing:
            unfinished.append((each.post, missing, len(each.units)))
        elif now is not None:
            ready.append(Proposal(now, tuple(each.targets), each.notes))
    return Judged(tuple(ready), tuple(unfinished), tuple(wrong))


def take(
    archive: Archive, desk: SigningKey, mine: Callable[[str, str], str], packet: Packet, judged: Judged, day: str
) -> tuple[list[int], list[str]]:
    """Propose what was found to be ready, in the name of the account whose tags *mine* gives.

    Returns the indexes of new translations, and what could not be proposed, a sentence each.
    What the account has proposed before, of the same text, is not proposed again, whatever came after it.
    """
    new, refused = [], []
    for each in judged.proposals:
        post, by = each.version.post, mine(each.version.post, packet.language)
        size = archive.size
        try:
            if not _is_known(archive, each, packet.language, by):
                number = propose(archive, desk, by, each.version, packet.language, each.targets, each.notes, day)
                new += [number] if number >= size else []
        except UsageError as error:
            refused.append(f"{post}: {error}")
    return new, refused


def _is_known(archive: Archive, proposal: Proposal, language: str, by: str) -> bool:
    history = archive.index.translations.history(proposal.version.post, language)
    text = sha256_hex(whole_text_of(archive, proposal.version).encode())
    said = (text, by, list(proposal.targets), list(proposal.notes))
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
    ours, _ = segments(whole, now.language)
    if [unit.id for unit in each.units] != [str(number) for number in range(1, len(ours) + 1)]:
        found = ascii(", ".join(unit.id for unit in each.units))[:100]
        return f"expected the segments 1 to {len(ours)} in order, found {found}"
    for number, (unit, segment) in enumerate(zip(each.units, ours, strict=True), 1):
        if unit.source != fit(segment.source):
            return f"the source of segment {number} was altered"
    return ""
