"""What ``publish`` says of an edition: what it changes and leaves out, and what waits for an editor."""

import difflib
import re
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import private_details
from tamizdat.archive.released import version_that_counts
from tamizdat.cli.console import Out
from tamizdat.cli.names_sought import say_not_sought
from tamizdat.cli.publish_items import label
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import Json
from tamizdat.publishing import PublishReport
from tamizdat.statements.catalogued import Release
from tamizdat.text.excerpt import shorten

NAMED: Final = 12  #: numbers told one by one
SHOWN: Final = 100  #: characters of a line that changed


def say_telling_bytes(archive: Archive, out: Out) -> None:
    """Tell of which released posts the captured bytes, which are published too, tell a place or a device."""
    numbers, telling = archive.index.releases.numbers(), dict[str, list[int]]()
    for post, said in archive.index.releases.all(Release.PUBLIC).items():
        version = version_that_counts(archive, post) if said.bytes_shown else None
        for detail in private_details(archive, version.version) if version else ():
            telling.setdefault(detail, []).append(numbers[post])
    for detail, posts in sorted(telling.items()):
        listed = ", ".join(map(str, posts[:NAMED])) + (" …" if len(posts) > NAMED else "")
        out.warn(f"The captured bytes of {counted(len(posts), 'post')} tell everybody: {detail} ({listed}).")
    if telling:
        out.record({"bytes tell": {detail: list[Json](posts) for detail, posts in sorted(telling.items())}})


def say_edition(archive: Archive, edition: PublishReport, dry_run: bool, out: Out) -> None:
    """Say what an edition adds, changes and removes, what it leaves out, and what waits for an editor."""
    changes: list[tuple[str, tuple[int, ...]]] = [
        ("added", edition.added),
        ("changed", edition.changed),
        ("removed", edition.removed),
    ]
    if not edition.new:
        out.say(
            f"{'No item' if dry_run else 'Nothing'} differs from edition {edition.number} of {edition.date}."
            + (" It was put back in its place." if edition.written and not dry_run else "")
            + (" Whether its pages do, of a newer program, is seen when it is published." if dry_run else "")
        )
    else:
        told = ", ".join(f"{len(numbers)} {word}" for word, numbers in changes if numbers) or "no item changed"
        out.say(
            f"Edition {edition.number} of {edition.date}{', if you go on' if dry_run else ''}: "
            f"{counted(edition.items, 'item')} ({told})."
        )
    if dry_run:
        for word, numbers in changes:
            for number in numbers:
                out.show(f"  {word:<8} {number:>7}  {label(archive, number)}".rstrip())
    _say_left_out(edition, out)
    if edition.new or dry_run:
        _say_removals(edition, out)
        _say_waiting(edition, out)
    elif edition.removals or edition.waiting:
        _say_still_waiting(edition, out)
    facts: dict[str, Json] = {
        "edition": edition.number,
        "date": edition.date,
        "new": edition.new,
        "items": edition.items,
        "files": edition.files,
        "encoded": edition.encoded,
    }
    out.record({**facts, **{word: list(numbers) for word, numbers in changes}, **_left_out(edition)})


def _say_left_out(edition: PublishReport, out: Out) -> None:
    for some, what in ((edition.skipped, "left out"), (edition.partial, "shown in part")):
        reasons: dict[str, list[tuple[int, str]]] = {}
        for number, why in some:  # what to do names the number, and is said once of all
            reasons.setdefault(re.sub(rf"\b{number}\b", "NUMBER", why), []).append((number, why))
        for together, found in reasons.items():
            numbers, why = [number for number, _ in found], found[0][1] if len(found) == 1 else together
            listed = ", ".join(map(str, numbers[:NAMED])) + (" …" if len(numbers) > NAMED else "")
            were = "was" if len(numbers) == 1 else "were"
            out.warn(f"{counted(len(numbers), 'item')} {were} {what} ({listed}): {why}")
    if edition.unsaid:
        listed = ", ".join(map(str, edition.unsaid[:NAMED])) + (" …" if len(edition.unsaid) > NAMED else "")
        out.warn(
            f"Of {counted(len(edition.unsaid), 'item')} that an edition shows already ({listed}) no editor has said "
            "whether people in it are to be covered: it stays as it is. Say it with 'tamizdat redact'."
        )
    say_not_sought(edition.not_sought, out)
    for number, day in edition.embargoed:
        out.say(f"Item {number} waits until {day}.")
    if edition.wall_warning:
        out.warn(edition.wall_warning)


def _say_removals(edition: PublishReport, out: Out) -> None:
    """Tells which released posts are gone from their platform since, and the words that are still shown."""
    for each in edition.removals[:NAMED]:
        if each.source:
            told = f"{each.source}, another source, says that it is gone"
        elif each.by_author:
            told = f"deleted by its author on {each.day}"
        else:
            told = f"gone from its platform since {each.day}{f' ({each.reason})' if each.reason else ''}"
        out.warn(
            f"Item {each.number}, deleted, waits for you: {told}; the words are still shown. Whoever deleted a post "
            f"may be in danger because of it. 'tamizdat publish withdraw {each.number}' takes them off, "
            f"'tamizdat publish release {each.number}' keeps them as evidence."
        )
        for line in each.text.splitlines():
            out.show(f"    {shorten(line, SHOWN)}")
    if len(edition.removals) > NAMED:
        out.warn(f"{len(edition.removals) - NAMED} more that are gone wait for you; the workbench lists them.")


def _say_waiting(edition: PublishReport, out: Out) -> None:
    """Tells which released posts say something else by now, and the difference."""
    for each in edition.waiting[:NAMED]:
        told = "changed by its author; the old words are still shown."
        if each.source:
            told = f"another version of it came from {each.source}. It is not shown, and may be anybody's."
        command = f"tamizdat publish release {each.number} --version {each.index}"
        out.warn(f"Item {each.number}, changed, waits for you: {told} Read it; '{command}' shows these words.")
        for line in difflib.ndiff(each.before.splitlines(), each.after.splitlines()):
            if line[:2] in ("- ", "+ "):
                out.show(f"  {shorten(line, SHOWN)}")
    if len(edition.waiting) > NAMED:
        out.warn(f"{len(edition.waiting) - NAMED} more wait for you; the workbench lists them.")


def _say_still_waiting(edition: PublishReport, out: Out) -> None:
    """Name what waits for an editor where nothing differs: all of it was told with the edition, or a dry run tells."""
    waiting = (
        (
            [each.number for each in edition.removals],
            "deleted, and still shown; whoever deleted a post may be in danger",
        ),
        ([each.number for each in edition.waiting], "changed"),
    )
    told = [
        f"{', '.join(map(str, numbers[:NAMED]))}{' …' if len(numbers) > NAMED else ''} ({why})"
        for numbers, why in waiting
        if numbers
    ]
    out.warn(f"Waiting for you: {'; '.join(told)}. 'tamizdat publish --dry-run' shows what they say.")


def _left_out(edition: PublishReport) -> dict[str, Json]:
    told = {"skipped": edition.skipped, "partly": edition.partial, "waiting": edition.embargoed}
    left: dict[str, Json] = {name: [[number, why] for number, why in some] for name, some in told.items()}
    unread: list[Json] = [
        {"item": each.number, "version": each.index, "before": each.before, "after": each.after, "source": each.source}
        for each in edition.waiting
    ]
    removals: list[Json] = [
        {"item": each.number, "gone": each.index, "day": each.day, "author": each.by_author, "reason": each.reason,
         "text": each.text, "source": each.source}
        for each in edition.removals
    ]  # fmt: skip
    left |= {"wall": edition.wall_warning, "unsaid": list(edition.unsaid), "unread": unread, "deleted": removals}
    return left | {"not_sought": [[*each] for each in edition.not_sought]}
