"""What ``publish list``, ``release``, ``withdraw`` and ``correct`` do: say something of items, posts and people."""

from argparse import Namespace
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from textwrap import fill

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.device_notes import refuse_notes
from tamizdat.archive.acts.items import to_catalogue
from tamizdat.archive.acts.releases import check_releases, consent, state_releases
from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import raw_of
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.spanned import Spanned
from tamizdat.archive.views.audience import for_whom, why_no_consent, written_for_everybody
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.releases import Release
from tamizdat.carrying.arrived import SHORT, arrived
from tamizdat.cli.console import Out
from tamizdat.cli.given_numbers import found_in_ranges, not_meant
from tamizdat.cli.publish_choice import choose, held_back, say_held_back, say_left, those_consented, those_of_followers
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import Json
from tamizdat.errors import KeyMissing, PlaceError, UsageError
from tamizdat.footage.kinds import kind_of
from tamizdat.keys import SigningKey
from tamizdat.posts.post import KEPT
from tamizdat.publishing.release_choice import Posts, as_shown, publishable, sort_out
from tamizdat.statements import catalogued
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost
from tamizdat.text.excerpt import columns, shorten, shorten_name
from tamizdat.text.number_ranges import by_themselves
from tamizdat.text.quantities import amount
from tamizdat.text.rules import checked_choice

ITEM_WORDS = ("title", "caption", "language")
FEW = 12  #: numbers that a command is told with
LINE = 80  #: columns of a terminal
INDENT = " " * 9
WIDTH = 39  #: columns of a title or of first words
TELLS = ("coordinates", "place", "device", "people", "members-only")  #: what bytes may tell beyond the words
WHOLE = "whole"  #: the state of a file that is neither cut short nor was changed while it was read
GONE = "gone"  #: the state of a post that its platform has no more


def list_all(archive: Archive, out: Out) -> int:
    """Items, then posts."""
    cards, spanned = {each.id: each.name for each in arrived(archive)}, Spanned(archive)
    card: str | None = None
    for item in archive.index.files():
        if item.consignment != card:
            card = item.consignment
            out.show(f"On the card “{cards.get(card, card[:SHORT])}”:" if card else "On no card:")
        if not spanned.is_later(item):
            _list_item(item, spanned.take_of(item), cards.get(item.consignment, ""), out)
    posts, translations = Posts.of(archive), archive.index.translations.all_latest()
    states: dict[str, dict[str, str]] = {}
    for (post, language), each in translations.items():
        states.setdefault(post, {})[language] = each.state
    for number, kept in posts.versions.items():
        version = archive.index.posts.version(kept.number) or kept  # with its words, unless it is forgotten meanwhile
        _list_post(number, version, posts.release(number), states.get(version.post, {}), out)
    return 0


def label(archive: Archive, number: int) -> str:
    """Return what a person calls this item: its title, first words, or name; empty for what is no item any more."""
    if item := archive.index.item(number):
        return called(item)
    if person := archive.index.people.person(number):
        return shorten(person.name, WIDTH)
    version = archive.index.posts.version(number)
    counting = version_that_counts(archive, version.post) if version else None
    return _first_words(counting.version) if counting else ""


def called(item: Item, width: int = WIDTH) -> str:
    """Return its title; the name of its file, if it has none, with its end: much that lies together differs there."""
    return shorten(item.title, width) if item.title else shorten_name(item.path, width)


def _first_words(version: Version) -> str:
    return shorten(" ".join((version.summary or version.text).split()), WIDTH)


def _list_item(item: Item, take: Sequence[Item], card: str, out: Out) -> None:
    what, size = kind_of(item.path) or "file", sum(each.size for each in take)
    several = f"  ({counted(len(take), 'file')})" if len(take) > 1 else ""
    _show(
        f"{item.number:>7}  {item.release:<10}  {what:<8}  {amount(size):>8}  {called(item)}{several}",
        sorted({each.state for each in take if each.state != WHOLE}),
        out,
    )
    facts: dict[str, Json] = {"item": item.number, "release": item.release, "kind": what, "size": size}
    if several:
        facts["files"] = [each.number for each in take]
    said: dict[str, Json] = {"state": item.state, "title": item.title, "path": item.path}
    out.record({**facts, **said, "card": card, "consignment": item.consignment})


def _list_post(number: int, version: Version, said: Release, states: Mapping[str, str], out: Out) -> None:
    audience = "" if written_for_everybody(version.audience) else f" ({for_whom(version.audience)}{_consented(said)})"
    told = [GONE] if version.state == GONE else []
    told += [f"{language} {state}" for language, state in sorted(states.items())]
    first = _first_words(version)
    release = said.release if not said.until else f"{said.release}, from {said.until}"
    _show(f"{number:>7}  {release:<10}  post      {version.language or '–':>8}  {first}{audience}", told, out)
    facts: dict[str, Json] = {"item": number, "release": said.release, "kind": "post", "post": version.post}
    more: dict[str, Json] = {"language": version.language, "audience": version.audience, "state": version.state}
    desk: dict[str, Json] = {"until": said.until, "bytes": said.bytes_shown, "tags": list(said.tags)}
    if said.consent:
        desk["consent"] = {"day": said.consent.day, "given": said.consent.given}
    out.record({**facts, **more, **desk, "translations": dict(sorted(states.items())), "text": first})


def _show(line: str, told: Sequence[str], out: Out) -> None:
    """Show a line, and behind or below it what is to be known before it is released."""
    more = f"[{', '.join(told)}]" if told else ""
    if more and columns(f"{line}  {more}") > LINE:
        out.show(line)
        line = fill(more, LINE, initial_indent=INDENT, subsequent_indent=INDENT)
    elif more:
        line += f"  {more}"
    out.show(line)


def _consented(said: Release) -> str:
    if said.consent is None:
        return ""
    return f"; {'consent' if said.consent.given else 'consent withdrawn'} {said.consent.day}"


def release(args: Namespace, desk: SigningKey, archive: Archive, out: Out) -> int:
    """Release what is named by numbers; or everything; or the posts that a voice and days choose; all or none.

    What lies in ranges is chosen as by ``--all``: nobody named it. Raises :class:`UsageError` for none of these, and
    for numbers together with another.
    """
    chosen = args.consented or args.voice is not None or args.since is not None or args.until is not None
    named, ranged = by_themselves(args.numbers)
    _check_one(args, len(named) + len(ranged))
    if bool(args.numbers) == (args.all or chosen):
        raise UsageError(
            "Expected either numbers of items and posts, or --all, or posts by --voice, --since, --until, --consented. "
            "'tamizdat publish list' shows them."
        )
    posts, gone, few, spanned = Posts.of(archive), list[int](), list[int](), Spanned(archive)
    for number in named:
        item = archive.index.item(number)
        if number not in posts.versions and (item is None or item.kind == "preview"):
            raise not_meant(archive, number, "the number of an item or a post")
    numbers, many, every = named, list[int](), list[int]()
    if not named or ranged:
        first = (item for item in archive.index.items() if not spanned.is_later(item))
        every = [] if chosen else [item.number for item in filter(publishable, first) if _is_open(item)]
        among = [*choose(posts, args)]
        if args.numbers:
            both = {*every, *among}
            among = found_in_ranges(args.numbers, both.__contains__, "a picture, clip or post to release", out)
            every = [number for number in among if number not in posts.versions]
            among = [number for number in among if number in posts.versions]
        sorted_out = sort_out(posts, among, lambda post: _post_words(post, args), args.consented)
        few, gone = list(sorted_out.once_for_few), list(sorted_out.gone)
        many = [*every, *sorted_out.released]
    numbers = [*named, *many]
    items = [number for number in numbers if number not in posts.versions]
    said = [_post_words(post, args) for number in named if (post := _id(posts, number))]
    among_many = [_post_words(post, args) for number in many if (post := _id(posts, number))]
    _check_words(args, items, [*said, *among_many])
    told = tuple(filter(None, (each.strip() for each in (args.bytes_tell or "").split(","))))
    for each in told:
        checked_choice("--bytes-tell", each, TELLS)
    if args.version is not None:
        version = _version(archive, named[0], said[0].post if said else "", args.version)
        said = [replace(said[0], raw=raw_of(archive, version))]
    said += as_shown(archive, posts, among_many)
    for each in filter(None, (archive.index.item(number) for number in items if number in named)):
        refuse_notes(archive, each, told)
    about = [to_catalogue(archive, _item_words(number, args), spanned, told) for number in items]  # all or none
    back = [number for number in named if _state_of(archive, posts, number) == catalogued.Release.WITHDRAWN]
    if args.dry_run:
        check_releases(archive, said, told)
    else:
        state_releases(archive, desk, said, told)
        for take in about:
            state(archive, desk, [each.to_statement() for each in take])
    if not args.numbers or ranged:
        say_left(posts, among, args.consented, bool(numbers), out)
    if back:
        listed = ", ".join(map(str, back[:FEW])) + (" …" if len(back) > FEW else "")
        out.warn(f"Withdrawn before, and shown again from the next edition on: {listed}.")
    waiting, unlooked = (list[int](), list[int]()), bool(every)
    try:
        waiting = held_back(archive, [number for number in named if number in items])
    except (KeyMissing, PlaceError):  # it is stated, and said to be, though the originals lie where nobody answers now
        unlooked = True
    _done(numbers, posts.versions, args.dry_run, out, gone, args.embargo or "", [*chain(*waiting)], unlooked)
    say_held_back(*waiting, out)
    if again := sorted(posts.lacking.intersection(many)):
        out.say(
            f"Released again, with files that were fetched since: {counted(len(again), 'post')} "
            f"({', '.join(map(str, again[:FEW]))}{' …' if len(again) > FEW else ''}). Look at them before you publish."
        )
    if few:
        out.warn(
            f"Left: {counted(len(few), 'post')}, by an earlier export written for few: exports forget for whom."
            f" Ask the author, then release them by number: {' '.join(map(str, few))}."
        )
    return 0


def _is_open(item: Item) -> bool:
    return item.release != catalogued.Release.WITHDRAWN


def _state_of(archive: Archive, posts: Posts, number: int) -> str:
    item = archive.index.item(number)
    return posts.state(number) if number in posts.versions else item.release if item else ""


def _check_one(args: Namespace, numbers: int) -> None:
    """Words of a post are named with the number of that post alone."""
    if args.version is not None and numbers != 1:
        raise UsageError(
            f"Expected --version with the number of one post, found {numbers} numbers. "
            "'tamizdat publish --dry-run' names both."
        )


def _version(archive: Archive, number: int, post: str, index: int) -> Version:
    """Return the version of this index of a post, whatever its source is."""
    version = archive.index.posts.version(index)
    if version is None or version.post != post:
        known = ", ".join(str(each.number) for each in archive.index.posts.versions(post)) or "none, for it is no post"
        raise UsageError(f"Expected --version with the number of a version of post {number} ({known}), found {index}.")
    return version


def _of_voice(args: Namespace, archive: Archive, out: Out) -> list[int]:
    known = Posts.of(archive)
    return those_consented(known, args.voice) if args.withdrawn else those_of_followers(known, args.voice, out)


def _open_to(args: Namespace, archive: Archive) -> Callable[[int], bool]:
    """Return the question whether consent can open a post, or be taken back; in a range none that a blog kept back."""
    posts = Posts.of(archive)
    if args.withdrawn:
        return lambda number: number in posts.versions and _is_given(posts.release(number))
    return lambda number: (
        (version := posts.versions.get(number)) is not None and version.audience != KEPT and not why_no_consent(version)
    )


def _check_one_author(archive: Archive, numbers: Sequence[int]) -> None:
    """Refuse ranges in which posts of several accounts lie: nobody agrees for somebody else."""
    versions = (archive.index.posts.version(number) for number in numbers)
    voices = sorted({f"@{each.handle}" if each.handle else each.author for each in versions if each})
    if len(voices) > 1:
        raise UsageError(
            f"Expected ranges in which posts of one account lie, for each author agrees alone; found those of "
            f"{', '.join(voices[:FEW])}{' …' if len(voices) > FEW else ''}. Record it with --voice, or name each post "
            "by its number."
        )


def _is_given(said: Release) -> bool:
    return said.consent is not None and said.consent.given


def record_consent(args: Namespace, desk: SigningKey, archive: Archive, today: str, out: Out) -> int:
    """State that authors consented, or withdrew their consent; all or none.

    Raises :class:`UsageError` for a number that is no post, and for a post that consent cannot open.
    """
    if args.reason and not args.withdrawn:
        raise UsageError("Expected --reason only with --withdrawn: why somebody consents is published nowhere.")
    if bool(args.numbers) == (args.voice is not None):
        raise UsageError("Expected either numbers of posts, or --voice with one account, whose posts it is about.")
    posts = {number: post for post, number in archive.index.releases.numbers().items()}
    numbers, ranged = by_themselves(args.numbers)
    _check_one(args, len(numbers) + len(ranged))
    for number in numbers:
        if number not in posts:
            raise not_meant(archive, number, "the number of a post")
    said = []
    if not args.numbers:
        numbers = _of_voice(args, archive, out)
    elif ranged:
        what = f"a post {'of which consent is recorded' if args.withdrawn else 'that its author wrote for followers'}"
        found = found_in_ranges(args.numbers, _open_to(args, archive), what, out)
        if not args.withdrawn:
            _check_one_author(archive, found)
        numbers += found
    for number in numbers:
        version = None if args.version is None else _version(archive, number, posts[number], args.version)
        said.append(consent(archive, posts[number], args.day, not args.withdrawn, today, args.reason, version))
    if not args.dry_run:
        state_releases(archive, desk, said)
    would, many = "would be recorded" if args.dry_run else "is recorded", counted(len(numbers), "post")
    if args.withdrawn:
        out.say(f"That consent was withdrawn {would} for {many}. 'tamizdat publish' takes down what was shown.")
    else:
        how = "--consented" if len(numbers) > FEW else " ".join(map(str, numbers))
        out.say(
            f"Consent {would} for {many}. Nothing is shown yet: read, then release them, "
            f"'tamizdat publish release {how}'."
        )
    out.record({"withdrawn" if args.withdrawn else "consent": list[Json](numbers), "day": args.day})
    return 0


def _id(posts: Posts, number: int) -> str:
    return posts.versions[number].post if number in posts.versions else ""


def _post_words(post: str, args: Namespace) -> CataloguedPost:
    return CataloguedPost(
        post,
        release=catalogued.Release.PUBLIC,
        until=args.embargo,
        bytes_shown=args.bytes or None,
        tags=None if args.tag is None else tuple(filter(None, args.tag)),
        alts=None if args.alt is None else tuple(args.alt),
        sound=args.sound,
    )


def _item_words(number: int, args: Namespace) -> CataloguedItem:
    words = {name: getattr(args, name) for name in ITEM_WORDS}
    alt = args.alt[0] if args.alt else None
    return CataloguedItem(number, release=catalogued.Release.PUBLIC, alt=alt, sound=args.sound, **words)


def _check_words(args: Namespace, items: list[int], posts: Sequence[CataloguedPost]) -> None:
    """Every word given must be about something that is named."""
    if posts and not items and any(getattr(args, name) is not None for name in ITEM_WORDS):
        raise UsageError("Expected title, caption and language with an item; posts speak for themselves.")
    if items and not posts and (args.bytes or args.tag or args.embargo is not None):
        raise UsageError("Expected --bytes, --tag and --embargo with a post; found only items.")
    if items and args.embargo:
        raise UsageError(
            "Expected --embargo with posts alone: a picture or clip of a card is public with the next edition, "
            f"whatever day is named. Found {_some(items)}. Name the posts, or choose them by --voice, --since, --until."
        )
    if items and args.alt and len(args.alt) > 1:
        raise UsageError("Expected one --alt for an item, found several.")
    alone = next((name for name in ("title", "alt") if getattr(args, name)), "")
    if alone and (many := len(items) + len(posts)) > 1:  # whoever reads or hears them could not tell them apart
        raise UsageError(
            f"Expected --{alone} with one number, found {many}. Release them without it; then say it of each: "
            f"'tamizdat publish release {items[0] if items else 'NUMBER'} --{alone} …'. Nothing was released."
        )


def _some(items: Sequence[int]) -> str:
    return f"{counted(len(items), 'item')}: {', '.join(map(str, items[:FEW]))}{' …' if len(items) > FEW else ''}"


def _done(
    numbers: list[int],
    posts: Collection[int],
    dry: bool,
    out: Out,
    gone: Sequence[int] = (),
    since: str = "",
    waiting: Sequence[int] = (),
    unlooked: bool = False,
) -> None:
    """Say that what is among all *posts*, and items, which are not, is released.

    *gone* are posts that were left because somebody removed them: whoever did may be harmed by them. What is under an
    embargo is public not before *since*, what is *waiting* not with the next edition. Of
    what is *unlooked*, originals might have to be fetched, so that the edition tells which of it waits.
    """
    some = sum(number in posts for number in numbers)
    sorts = {"post": some, "item": len(numbers) - some}
    many = " and ".join(counted(count, sort) for sort, count in sorts.items() if count) or "nothing"
    which = "it" if len(numbers) == 1 else "the others" if waiting else "them"
    then = f"makes {which} public{f', from {since} on' if since else ''}"
    if unlooked:
        then += ", of pictures and clips those of which an editor has said who is in them ('tamizdat redact')"
    next_step = f" 'tamizdat publish' {then}." if len(numbers) > len(waiting) else ""
    out.say(f"{many[:1].upper()}{many[1:]} {'would be ' if dry else ''}released.{next_step}")
    if gone:
        out.warn(
            f"Left: {counted(len(gone), 'post')}, gone by what the platform says: whoever removed them may have had a "
            f"reason. Read them, then release them by number: {' '.join(map(str, gone))}."
        )
    out.record({"released": list[Json](numbers), "gone": list[Json](gone)})
