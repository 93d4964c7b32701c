"""Forgetting what was planned: first said, then done; and going on with what a killed run left."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from shutil import rmtree
from typing import TYPE_CHECKING, Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.forgetting.blanked_files import Blanked, blank
from tamizdat.archive.forgetting.dependents import Dependents
from tamizdat.archive.forgetting.plan import Plan, only_theirs
from tamizdat.archive.forgetting.still_to_do import Sizes, StillToDo
from tamizdat.archive.store.copies import delete_from
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.errors import BadStatement, Forgotten, TamizdatError
from tamizdat.keys import SigningKey
from tamizdat.ledger.signing import payload_of
from tamizdat.statements import forgotten, read, sighted
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.forgotten import Instead
from tamizdat.statements.observed import Observed
from tamizdat.statements.reference import Reference

if TYPE_CHECKING:
    from tamizdat.places.place import Place  # a protocol; its package opens connections, which most commands do not

MOST: Final = 10_000  #: entries of one statement; an envelope has a bound
BARE: Final = "bare"  #: the folder of copies without metadata, each named by the object it was made of


@dataclass
class Done:
    """What a run did. *failed*: why bytes are still somewhere, by the name of the store, "" for this desk's own."""

    entries: int = 0
    objects: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def commit(archive: Archive, desk: SigningKey, plan: Plan, why: str, day: str) -> Dependents:
    """State that it is forgotten. Up to here nothing is lost; from here on :func:`finish` destroys it.

    Returns what was found of it, for :func:`commit_late`. Raises StorageFull and the like before anything was stated.
    """
    found, instead = Dependents({*plan.entries}, {*plan.posts}, {*plan.raws}, plan.read), list[Instead]()
    for file in plan.files:
        if file.ranges:
            instead += _in_the_place_of(archive, desk, file)
    found.read_on(archive)  # somebody may have translated it, or spoken of it, since it was looked for
    _state(archive, desk, found.entries | {each.entry for each in instead}, why, day, instead)
    return found


def commit_late(archive: Archive, desk: SigningKey, found: Dependents, why: str, day: str) -> int:
    """State that what somebody said of it meanwhile is forgotten too; return how many statements that are.

    Whoever had looked at it before it was destroyed, in another process, may have spoken of it since.
    """
    before = {*found.entries}
    found.read_on(archive)
    if late := found.entries - before:
        _state(archive, desk, late, why, day)
    return len(late)


def commit_left(archive: Archive, desk: SigningKey) -> None:
    """State that what was said of it since a run that was killed is forgotten too: until now everybody could see it."""
    if not (waiting := {*_not_destroyed(archive)}):
        return
    posts = set()
    for entry in sorted(waiting):
        with suppress(BadStatement, Forgotten):
            said = read(archive.statement(entry))
            if isinstance(said, Observed):
                posts.add(said.post)
    posts = {each for each in posts if {one.number for one in archive.index.posts.versions(each)} <= waiting}
    *_, (_, last) = archive.forgettings()
    commit_late(archive, desk, Dependents(waiting, posts, read=min(waiting)), last.why, last.day)


def _state(
    archive: Archive, desk: SigningKey, entries: Iterable[int], why: str, day: str, instead: Sequence[Instead] = ()
) -> None:
    known = archive.commitments()
    named = [Reference(each, known[each]) for each in sorted(entries)]
    pieces = [named[at : at + MOST] for at in range(0, len(named), MOST)]
    told = [forgotten.Forgotten(day, why, tuple(some)) for some in pieces]
    told[-1] = replace(told[-1], instead=tuple(instead))
    state(archive, desk, [each.to_statement() for each in told])


def _in_the_place_of(archive: Archive, desk: SigningKey, file: Blanked) -> Iterator[Instead]:
    """State of the blanked file what was stated of the file, and yield which entry counts for which."""
    digest = blank(archive, file)
    before = {entry: archive.capture(entry) for entry in file.captures}
    new = {entry: replace(said, original=digest) for entry, said in before.items() if isinstance(said, CapturedSource)}
    payloads = {entry: payload_of(said.to_statement()) for entry, said in new.items()}
    stated = {payload_of(archive.statement(each)): each for each in archive.index.about(digest)}  # by a killed run
    missing = {payloads[entry]: said.to_statement() for entry, said in new.items() if payloads[entry] not in stated}
    stated |= dict(zip(missing, state(archive, desk, missing.values()), strict=True))
    now = {entry: stated[payload] for entry, payload in payloads.items()}
    yield from (Instead(entry, number) for entry, number in now.items())
    seen = [(entry, sighted.read(archive.statement(entry))) for entry in file.sights]
    moved = [(entry, said, now[where]) for entry, said in seen if (where := archive.instead_of(said.capture)) in now]
    again = [
        replace(said, capture=number, commitment=archive.commitments()[number], original=digest)
        for _, said, number in moved
    ]
    numbers = state(archive, desk, [each.to_statement() for each in again])
    yield from (Instead(entry, number) for (entry, _, _), number in zip(moved, numbers, strict=True))


def finish(
    archive: Archive,
    stores: Mapping[str, "Callable[[], Place]"],
    progress: Callable[[int], None] = lambda count: None,
) -> Done:
    """Destroy what was stated to be forgotten, and its bytes here and in *stores*; what is done is not done again.

    A store that is away or refuses stops nothing: it is told, and stays on the list.
    """
    done = Done(destroy(archive, stores))
    todo = StillToDo.read(archive.folder)
    _delete_here(archive, todo, done, progress)
    for name, sizes in list(todo.stores.items()):
        if sizes:
            _delete_in_store(archive, todo, name, sizes, stores.get(name), done)
    return done


def destroy(archive: Archive, stores: Iterable[str]) -> int:
    """Destroy the entries that were stated to be forgotten; return how many. Their bytes are on the list then."""
    waiting = _not_destroyed(archive)
    if not waiting:
        return 0
    todo = StillToDo.read(archive.folder)
    sizes = only_theirs(archive, _subjects(archive, waiting), _all_said(archive))
    todo.here |= sizes
    for name in stores:
        todo.stores.setdefault(name, {}).update(sizes)
    todo.write(archive.folder)
    archive.forget(*waiting)
    return len(waiting)


def is_unfinished(archive: Archive) -> bool:
    """Return whether something was stated to be forgotten whose words or bytes may still be somewhere."""
    return bool(StillToDo.read(archive.folder)) or bool(_not_destroyed(archive))


def _delete_here(archive: Archive, todo: StillToDo, done: Done, progress: Callable[[int], None]) -> None:
    for digest, size in list(todo.here.items()):
        try:
            if not archive.index.about(digest):  # else it was stored and stated anew since: it is needed
                archive.objects.remove(digest)
                done.objects += 1
            _delete_bare_copies(archive, digest)
        except TamizdatError as error:
            done.failed[""] = str(error)
            break
        del todo.here[digest]
        progress(size)
    todo.write(archive.folder)


def _delete_in_store(
    archive: Archive, todo: StillToDo, name: str, sizes: Sizes, opened: "Callable[[], Place] | None", done: Done
) -> None:
    if opened is None:
        todo.stores[name] = {}  # it was taken off the desk's list since: nobody can reach it from here
        done.failed[name] = f"“{name}” is no second store of this desk any more. Look there yourself."
        todo.write(archive.folder)
        return
    try:
        place = opened()
        for digest, size in list(sizes.items()):
            if not archive.index.about(digest):
                delete_from(place, digest, size)
            del sizes[digest]
    except TamizdatError as error:  # also a program that is no longer there by which it is reached
        done.failed[name] = str(error)
    todo.write(archive.folder)


def _delete_bare_copies(archive: Archive, digest: str) -> None:
    with refusals("copies without metadata (bare)"):
        for folder in (archive.folder / BARE).glob(f"{digest}-*"):
            rmtree(folder)


def _not_destroyed(archive: Archive) -> list[int]:
    """Return the entries that were stated to be forgotten and still have their words, or their salt."""
    known = archive.commitments()
    found = {
        named.index
        for index, said in archive.forgettings()
        for named in said.entries
        if named.index < index and known[named.index] == named.commitment
    }
    return sorted(each for each in found if not archive.is_gone(each))


def _all_said(archive: Archive) -> set[int]:
    return {named.index for _, said in archive.forgettings() for named in said.entries}


def _subjects(archive: Archive, entries: Sequence[int]) -> Iterator[str]:
    for entry in entries:
        with suppress(BadStatement, Forgotten):
            yield from (each.sha256 for each in archive.statement(entry).subjects)
