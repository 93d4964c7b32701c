"""What ``publish withdraw`` and ``publish correct`` do: say something of what is shown, by number."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.items import to_catalogue
from tamizdat.archive.acts.people import state_people
from tamizdat.archive.acts.releases import state_releases
from tamizdat.archive.acts.state import state
from tamizdat.archive.released import items_of_last_edition
from tamizdat.archive.spanned import Spanned
from tamizdat.cli.console import Out
from tamizdat.cli.given_numbers import found_in_ranges, not_meant
from tamizdat.cli.names_sought import say_still_named
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import Json
from tamizdat.home.home import SITE
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, Release
from tamizdat.text.number_ranges import by_themselves

NAMED: Final = 12  #: numbers told one by one


def withdraw(args: Namespace, desk: SigningKey, archive: Archive, out: Out) -> int:
    """Take back what is named; of ranges, what is released. Raises :class:`UsageError` for a number of nothing such."""
    numbers, posts = _meant(args, archive, out, "withdraw")
    _state(args, desk, archive, numbers, posts, Release.WITHDRAWN)
    shown = items_of_last_edition(archive)
    there = [number for number in numbers if number in shown]
    would = "would be " if args.dry_run else ""
    then = f" 'tamizdat publish' takes {_it(there)} off the site." if there else ""
    out.say(f"{_many(archive, numbers, posts)} {would}withdrawn.{then}")
    if hidden := [number for number in numbers if number not in shown]:
        out.say(
            f"The site shows nothing of {_listed(hidden)}, so nothing goes off it. '--all' and ranges release "
            f"{_it(hidden)} no more, only a number by itself does."
        )
    people = [number for number in numbers if archive.index.people.person(number)]
    if people and not args.dry_run:
        say_still_named(archive, args.home / SITE, people, out)
    _record("withdrawn", numbers, out)
    return 0


def correct(args: Namespace, desk: SigningKey, archive: Archive, out: Out) -> int:
    """Say why something of what is named was corrected; of ranges, of what is released. Raises as :func:`withdraw`."""
    numbers, posts = _meant(args, archive, out, "correct")
    _state(args, desk, archive, numbers, posts, None)
    would = "would be " if args.dry_run else ""
    out.say(f"{_many(archive, numbers, posts)} {would}explained. 'tamizdat publish' shows why, with the correction.")
    shown = items_of_last_edition(archive)
    if hidden := [number for number in numbers if number not in shown]:
        out.warn(f"The site shows nothing of {_listed(hidden)}: nobody reads why before something of it is corrected.")
    _record("explained", numbers, out)
    return 0


def _meant(args: Namespace, archive: Archive, out: Out, action: str) -> tuple[list[int], Mapping[int, str]]:
    """Return the numbers that are meant, and the ids of all posts by number."""
    posts = {number: post for post, number in archive.index.releases.numbers().items()}
    numbers, _ = by_themselves(args.numbers)
    for number in numbers:
        if _release(archive, number, posts) is None:
            raise not_meant(archive, number, "the number of an item, a post or a person", action)

    def is_public(number: int) -> bool:
        return _release(archive, number, posts) == Release.PUBLIC

    return [*numbers, *found_in_ranges(args.numbers, is_public, "something that is released", out)], posts


def _release(archive: Archive, number: int, posts: Mapping[int, str]) -> str | None:
    """Return what is said of an item, a post or a person; None if the number is of nothing such."""
    if number in posts:
        return archive.index.releases.of(posts[number]).release
    item = archive.index.item(number)
    found = item if item and item.kind != "preview" else archive.index.people.person(number)
    return found.release if found else None


def _state(
    args: Namespace,
    desk: SigningKey,
    archive: Archive,
    numbers: Sequence[int],
    posts: Mapping[int, str],
    release: str | None,
) -> None:
    """State it of all; of each kind, of all or none."""
    people = [each for number in numbers if (each := archive.index.people.person(number))]
    entries = [
        (each.number, replace(each.entry(), release=release or each.release, reason=args.reason)) for each in people
    ]
    spanned, items = Spanned(archive), [number for number in numbers if archive.index.item(number)]
    told = [CataloguedItem(number, release=release, reason=args.reason) for number in items]
    about = [each for one in told for each in to_catalogue(archive, one, spanned)]
    said = [CataloguedPost(posts[each], release=release, reason=args.reason) for each in numbers if each in posts]
    if not args.dry_run:
        state_releases(archive, desk, said)
        state(archive, desk, [each.to_statement() for each in about])
        state_people(archive, desk, entries)


def _many(archive: Archive, numbers: Sequence[int], posts: Mapping[int, str]) -> str:
    """Return how many posts, items and people they are, as the beginning of a sentence."""
    some = sum(number in posts for number in numbers)
    items = sum(archive.index.item(number) is not None for number in numbers)
    people = len(numbers) - some - items
    told = [counted(count, sort) for count, sort in ((some, "post"), (items, "item")) if count]
    told += [counted(people, "person", "people")] if people else []
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1]))) if told else "Nothing"


def _it(numbers: Sequence[int]) -> str:
    return "it" if len(numbers) == 1 else "them"


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:NAMED])) + (" …" if len(numbers) > NAMED else "")


def _record(word: str, numbers: Sequence[int], out: Out) -> None:
    out.record({word: list[Json](numbers), "gone": []})
