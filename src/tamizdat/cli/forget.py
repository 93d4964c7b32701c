"""Destroy what somebody said, at this desk and in its second stores; that something was there, and when, stays proved.

What is meant is named by numbers, as 'find' and 'publish list' show them: a post with all its versions, an item, a
person of the list, a story, a captured page; one later version of a post, one translation, one transcript. With it goes
every statement that says or repeats it, and every file that nothing else needs. Of exports and feeds, in which other
posts stand, only its bytes go.

First it is shown what goes, what stays and what nobody can reach from here; nothing is touched without --yes. What is
public is refused: withdraw it, publish, then forget it. While something is taken in, or an edition is made, nothing is
forgotten. The ledger keeps its length and its proofs, and says that the desk destroyed something there, on which day,
and why, in one word.

Run without numbers it goes on with what is still to be deleted, in a second store that was away or after a cut.
'forget --list' shows what was forgotten. Whoever makes this desk again from an older backup has it back, and forgets it
again.
"""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.forgetting.destruction import Done, is_unfinished
from tamizdat.archive.forgetting.plan import Plan, looked_for, plan_of
from tamizdat.archive.forgetting.targets import PERSON
from tamizdat.cli.console import Out
from tamizdat.cli.given_numbers import found_in_ranges
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, add_numbers
from tamizdat.cli.publish_items import label
from tamizdat.cli.terminal_text import counted, of_place
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.home.backups import Backups
from tamizdat.home.home import GIVEN, Home
from tamizdat.publishing.leaks.names import naming
from tamizdat.statements import derived
from tamizdat.statements.catalogued import Release
from tamizdat.statements.forgotten import WHY
from tamizdat.text.number_ranges import by_themselves
from tamizdat.text.quantities import amount
from tamizdat.workbench.jobs.forget import (
    followed,
    go_on,
    nobody_rests_on_it,
    noted,
    remembered_elsewhere,
    state_forgotten,
)
from tamizdat.workbench.sealed_store import Sealed

FEW: Final = 12  #: numbers that are named one by one
#: what has words of it, by its table in the index
TELLERS: Final = {
    "translated": "translation", "transcribed": "transcript", "composed": "story", "people": "person",
    "catalogued": "the words about item", "terms": "term", "walls": "sentence of the wall", "pages": "captured page",
}  # fmt: skip


def add(parser: Parser) -> None:
    """Add the arguments of ``forget``."""
    add_numbers(parser, "*", "of what goes: 17, 20-44; of a range what 'publish list' and 'people' show; none: go on")
    parser.add_argument(
        "--why", choices=WHY, metavar="WHY", default=WHY[0],
        help=f"what the ledger says of why: {', '.join(WHY)} (default: {WHY[0]})",
    )  # fmt: skip
    parser.add_argument("--yes", action="store_true", help="destroy it: it cannot be had back")
    parser.add_argument("--list", action="store_true", help="show what was forgotten, when and why")


def run(args: Namespace, out: Out) -> int:
    """Show what would go; with --yes destroy it; without numbers go on. Raises :class:`UsageError`."""
    if args.list:
        with open_archive(args, when_needed=True) as archive:
            return _list(archive, out)
    home = open_home(args, "desk")
    with nobody_rests_on_it(home), open_archive(args) as archive:
        numbers = _not_yet(archive, _meant(archive, args.numbers, out), out)
        if not numbers:
            return _go_on(args, home, archive, out)
        with out.progress(archive.size, "looking through the ledger", lambda count: f"{count:,.0f}") as progress:
            targets, found = looked_for(archive, numbers, progress.advance)
        with out.progress(None, "looking through files of posts") as progress:
            plan = plan_of(archive, targets, found, progress.advance, naming)
        _say_plan(plan, home, archive, out)
        _record(plan, out)
        if args.dry_run:
            return 0
        if not args.yes:
            raise UsageError(
                "Nothing was forgotten. What is destroyed nobody can have back. If you want that, say --yes."
            )
        desk, sealed = home.keyring.signing["desk"], Sealed(home)
        try:
            destroyed = state_forgotten(home, archive, sealed, desk, plan, args.why, datetime.now(UTC).date())
        finally:
            sealed.close()
        code = _finish(home, archive, out, destroyed, bool(plan.posts))
        _say_what_is_left(plan, out)
        return code


def _meant(archive: Archive, typed: Sequence[range], out: Out) -> list[int]:
    """Return the numbers that were typed, and of ranges those of posts, items and people that are not released."""
    index, named = archive.index, by_themselves(typed)[0]
    if len(named) == len(typed):
        return named
    posts = {number: index.releases.of(post).release for post, number in index.releases.numbers().items()}
    states = posts | {each.number: each.release for each in index.items()}
    states |= {each.number: each.release for each in index.people.all()}
    hidden = {number for number, release in states.items() if release != Release.PUBLIC}
    what = "a post, an item or a person, not released"
    return [*named, *found_in_ranges(typed, hidden.__contains__, what, out)]


def _not_yet(archive: Archive, numbers: Sequence[int], out: Out) -> list[int]:
    """Return the numbers that were not forgotten before; of the others it is told when they were."""
    days = {named.index: said.day for _, said in archive.forgettings() for named in said.entries}
    left = []
    for given in dict.fromkeys(numbers):
        number = archive.instead_of(given) if given >= 0 else given  # of a file in which words are blank since
        if number in days:
            out.say(f"{number:,} was forgotten on {days[number]}.")
        else:
            left.append(number)
    return left


def _go_on(args: Namespace, home: Home, archive: Archive, out: Out) -> int:
    if not is_unfinished(archive):
        out.say("Nothing is left to be deleted of what was forgotten.")
        out.record({"unfinished": False})
        return 0
    if args.dry_run:
        out.say("Something is left to be deleted of what was forgotten: run it without --dry-run.")
        out.record({"unfinished": True})
        return 1
    return _finish(home, archive, out)


def _finish(home: Home, archive: Archive, out: Out, destroyed: int = 0, posts: bool = False) -> int:
    with out.progress(None, "deleting") as progress:
        done = go_on(home, archive, progress.advance)
    done.entries += destroyed
    _say_done(done, archive, out, posts)
    return 1 if done.failed else 0


# -- what is said ------------------------------------------------------------------------------------------------------


def _say_plan(plan: Plan, home: Home, archive: Archive, out: Out) -> None:
    for each in plan.targets:
        out.show(f"{each.kind} {each.number}  {label(archive, each.number)}".rstrip())
    acts = ", ".join(f"{count:,} {act}" for act, count in sorted(plan.acts.items()))
    out.say()
    going = len(plan.entries) + len(plan.restated)
    again = (
        f"; {len(plan.restated):,} about files of posts, stated again of what stays of these" if plan.restated else ""
    )
    out.say(f"Goes: {counted(going, 'statement')} ({acts}{again}), with their salts.")
    if plan.objects:
        out.say(
            f"Goes: {counted(len(plan.objects), 'file')} ({amount(sum(plan.objects.values()))}) that nothing else needs"
            f"{_stores(home)}."
        )
    if plan.blanked:
        out.say(
            f"Goes: {counted(len(plan.blanked), 'file')} of posts, in which others stand; of each a copy without its "
            f"bytes stays, with every other post as it is, under its own SHA-256{_stores(home)}."
        )
    out.say(
        "Goes: what the index, the search and the memory of translations had of it; drafts, notes and comments of all "
        "accounts about it; copies made for the workbench and the site."
    )
    out.say(
        f"Stays: that the ledger has {counted(going, 'entry', 'entries')} there, in which order, and since "
        "which stamp; and a new statement that this desk destroyed them, on which day, and why, in one word."
    )
    _say_what_stays(plan, archive, out)
    _say_out_of_reach(plan, home, out)


def _say_what_stays(plan: Plan, archive: Archive, out: Out) -> None:
    if plan.holders:
        out.warn(f"Posts that stay say the same words, as a quote or a copy: {_named(plan.holders)}. Look at them.")
    if plan.tellers:
        named = ", ".join(f"{TELLERS[table]} {number}" for table, number in plan.tellers[:FEW])
        more = f" … ({len(plan.tellers):,})" if len(plan.tellers) > FEW else ""
        out.warn(f"Something else that stays has words of it, or the name: {named}{more}. Look at it.")
    _say_what_is_left(plan, out)
    if plan.unsure:
        out.warn(
            f"Files of posts that may hold more of it, written in another way: {_named(plan.unsure)}. What was not "
            "found stays there. If it must go, forget such a file as a whole, by its number, now or later."
        )
    if told := noted(archive, plan):
        out.warn(
            f"What a device noted of it stays, with its SHA-256, where and when it was made: {_named(told)}. Forget it "
            "too, if nothing else needs it."
        )
    if plan.unproved:
        out.warn(
            f"It stays stated of {counted(plan.unproved, 'other post')} that the platform removed it, by this desk's "
            "word alone: what the platform said goes with its file."
        )
    if plan.deliveries:
        out.warn(
            f"The list of files of {counted(plan.deliveries, 'delivery', 'deliveries')} stays, and names it: path, "
            "size, time and SHA-256."
        )
    if plan.sources:
        out.warn(f"People whose entry names it as a source: {_named(plan.sources)}. Change them with 'people set'.")
    if plan.stories:
        out.warn(f"Stories that show it: {_named(plan.stories)}. It will be missing there.")
    if any(each.kind == PERSON for each in plan.targets):
        out.warn("'publish' looks for no name of somebody who was forgotten: read for it yourself before you release.")
    if memories := remembered_elsewhere(archive, plan):
        out.warn(
            f"Memories of others have sentences of it: {', '.join(memories)}. 'translate origin drop NAME' throws one "
            "out."
        )
    for feed in followed(archive, plan):
        out.warn(f"{feed} is followed. If it still has it, the next visit takes it in again.")


def _say_what_is_left(plan: Plan, out: Out) -> None:
    """Say it before, and once more when all else is gone."""
    if plan.twins:
        out.warn(
            f"The same bytes stay, for something else has the same picture, clip or file: {_named(plan.twins)}. If "
            "nobody may see it, forget that too."
        )
    if plan.recordings:
        out.warn(
            f"The name is read in recordings that stay: {_named(plan.recordings)}. Forget them too, if they must go."
        )


def _say_out_of_reach(plan: Plan, home: Home, out: Out) -> None:
    if plan.posts:
        out.warn(
            "Exports that have it and lie elsewhere, in a folder of downloads too, are not touched. Collected once "
            "more, they bring it back as a new post: delete them first."
        )
    last = Backups.read(home.folder).last
    for name, each in sorted(last.items()):
        if min(plan.entries) < each.leaves:
            out.warn(f"The backup on “{name}” of {each.done[:10]} has it until 'tamizdat backup {name}' was run there.")
    given = home.folder / GIVEN
    if given.is_dir() and any(given.iterdir()):
        out.warn(f"The folder '{GIVEN}' of this desk holds what was given out. Look there, and delete it yourself.")
    if plan.acts[derived.ACT]:
        out.warn(
            "It was published. Copies of those editions are out of reach: mirrors, downloads, ZIM files, torrents, "
            "search engines; so is every proof that somebody kept of it."
        )
    out.warn(
        "Out of reach too: packets given to translators, memories (TMX), books, packages for courts, cards and cuts, "
        "archives that were handed over, parcels on places, the card itself, older backups, other copies of this "
        "folder."
    )
    out.warn(
        "Deleted is not erased: flash memory and file systems that copy keep old blocks, and snapshots keep everything."
    )


def _say_done(done: Done, archive: Archive, out: Out, posts: bool) -> None:
    out.say(
        f"Forgotten: {counted(done.entries, 'statement')}, {counted(done.objects, 'file')}. The ledger has "
        f"{counted(archive.size, 'entry', 'entries')} and holds."
    )
    for name, why in done.failed.items():
        out.warn(f"Still there: {of_place(name, why) if name else why}")
    if done.failed:
        out.say("Not all of it is gone. Put that right, then 'tamizdat forget' goes on.")
    elif done.entries:
        out.say(
            "Now run 'tamizdat backup', for each place of it: until then the backup holds what was forgotten, and a "
            "desk made again from it has it back."
            + (" So has who collects an export once more that still holds it." if posts else "")
        )
    out.record({"forgotten": done.entries, "files": done.objects, "failed": dict[str, Json](done.failed)})


def _record(plan: Plan, out: Out) -> None:
    out.record(
        {
            "targets": [{"number": each.number, "kind": each.kind} for each in plan.targets],
            "statements": len(plan.entries),
            "acts": dict[str, Json](sorted(plan.acts.items())),
            "files": len(plan.objects),
            "bytes": sum(plan.objects.values()),
            "blanked": len(plan.blanked),
            "restated": len(plan.restated),
            "unsure": list[Json](plan.unsure),
            "said too": list[Json](plan.holders),
            "told too": [{"in": table, "number": number} for table, number in plan.tellers],
            "same bytes": list[Json](plan.twins),
            "recordings": list[Json](plan.recordings),
        }
    )


def _list(archive: Archive, out: Out) -> int:
    told = [said for _, said in archive.forgettings()]
    again = {each.entry: each.now for said in told for each in said.instead}
    for said in told:
        numbers = [named.index for named in said.entries]
        shown = (f"{each} (now {again[each]})" if each in again else str(each) for each in numbers)
        out.show(f"{said.day}  {said.why:<8} {' '.join(shown)}")
        now: dict[str, Json] = {str(each): again[each] for each in numbers if each in again}
        out.record({"day": said.day, "why": said.why, "entries": list[Json](numbers), "now": now})
    if again:
        out.say("(now …): a statement about a file of posts; under that number the same is stated of what stays of it.")
    if not told:
        out.say("Nothing was forgotten.")
    return 0


def _stores(home: Home) -> str:
    names = ", ".join(f"“{each.name}”" for each in home.places("copies"))
    return f", here and in {names}" if names else ""


def _named(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:FEW])) + (f" … ({len(numbers):,})" if len(numbers) > FEW else "")
