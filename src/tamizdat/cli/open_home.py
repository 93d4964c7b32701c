"""Opening the field or desk folder a verb works in, and asking for its passphrase once, if it has one."""

from argparse import Namespace
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Self

from tamizdat.cli.console import Out
from tamizdat.cli.passphrase import ask_passphrase, until_right
from tamizdat.cli.progress import Progress
from tamizdat.cli.swap import refuse_exposed_swap
from tamizdat.disk.files import refusals
from tamizdat.errors import NotSetUp, WrongPassphrase
from tamizdat.home import home as home_role
from tamizdat.home.home import ARCHIVE, Home, needs_passphrase, require_no_lost_role, role_of

if TYPE_CHECKING:
    from tamizdat.archive import Archive
    from tamizdat.workbench.auth.accounts import Account, Accounts

WHAT = {"field": "this field device", "desk": "this desk"}


def passphrase_for(args: Namespace, role: str) -> bytes:
    """Ask for the passphrase of the folder's keys; it is empty where they lie in the clear."""
    refuse_exposed_swap(args.allow_swap)
    return ask_passphrase(args.passphrase_fd, WHAT[role]) if needs_passphrase(args.home) else b""


def open_home(args: Namespace, role: str, passphrase: bytes | None = None) -> Home:
    """Open the folder as a field device or a desk; asks for the passphrase unless it is given."""
    if passphrase is None:
        return open_with_passphrase(args, role)[0]
    with args.console.progress(None, "opening the keys") if passphrase else nullcontext():  # it takes a second or more
        opened = Home.open(args.home, role, passphrase)
    args.opened = opened
    return opened


def open_with_passphrase(args: Namespace, role: str) -> tuple[Home, bytes]:
    """Open the folder as a field device or a desk; return its passphrase too, for a command that writes its keys."""

    def opened() -> tuple[Home, bytes]:
        passphrase = passphrase_for(args, role)
        return open_home(args, role, passphrase), passphrase

    if role_of(args.home) != role:
        return open_home(args, role, b""), b""  # says what it is instead
    return until_right(opened, args.passphrase_fd is None, WrongPassphrase)


def sign_in(args: Namespace, accounts: "Accounts", name: str) -> "Account":
    """Return the account of this name; asks for its own passphrase. Raises WrongPassphrase."""
    return until_right(
        lambda: accounts.sign_in(name, ask_passphrase(args.passphrase_fd, f"the account {name}").decode()),
        args.passphrase_fd is None,
        WrongPassphrase,
    )


def open_any(args: Namespace) -> Home:
    """Open the folder, whichever of the two it is."""
    return open_home(args, require_role(args))


def require_role(args: Namespace) -> str:
    """Return ``field`` or ``desk``, without asking for a passphrase.

    Raises :class:`NotSetUp` for any other folder, :class:`BadArchive` for one that was one of them.
    """
    role = role_of(args.home)
    if role not in WHAT:
        require_no_lost_role(args.home)
        raise NotSetUp(
            f"Expected a field device or a desk, found neither in {args.home}. Make one with 'tamizdat setup', "
            "or name another folder with --home."
        )
    return role


def open_archive(args: Namespace, when_needed: bool = False) -> "Archive":
    """Open a desk's archive. It needs no passphrase, unless its objects lie sealed on a place.

    Then the home that this run has opened gives the keys; if it has opened none, the passphrase is asked for: at once,
    or, *when_needed*, when an object is read that is not on this disk.

    Raises :class:`NotSetUp` for a folder that is no desk's.
    """
    home_role.require_role(args.home, "desk")
    archive = _opened_archive(args, when_needed)
    archive.catching_up = _told_in(args.console, archive)
    return archive


def _opened_archive(args: Namespace, when_needed: bool) -> "Archive":
    from tamizdat.archive.store.placed_list import NAME, PlacedList  # with all formats of posts: for desks alone
    from tamizdat.home import objects

    home: Home | None = getattr(args, "opened", None)
    if home is None and PlacedList(args.home / ARCHIVE).sizes:
        if when_needed:
            return objects.open_whole(args.home, lambda: objects.keeping_of(open_home(args, "desk")))
        home = open_home(args, "desk")
    if home is None:
        return objects.open_whole(args.home)
    if home.places(objects.USE) or (args.home / ARCHIVE / NAME).exists():
        home.refresh()  # this run may last for weeks, and another process may have moved the objects
    return objects.open_archive(home)


def _told_in(out: Out, archive: "Archive") -> Callable[[int], None]:
    """Return what shows how far the index is, if there is more than one step to take: after an update all is new."""
    shown: list[Progress] = []

    def advance(count: int) -> None:
        if not shown:
            if count >= archive.size:
                return
            shown.append(out.progress(archive.size, "reading the ledger", lambda done: f"{int(done):,}"))
        shown[0].advance(count)
        if shown[0].done >= archive.size:
            with shown.pop():  # it has ended
                pass

    return advance


class ReopenedDesk:
    """A desk whose keys and settings other processes may change while this one runs."""

    def __init__(self, args: Namespace, passphrase: bytes) -> None:
        self._args, self._passphrase = args, passphrase
        self._stood = self._stands()
        self._home = open_home(args, "desk", passphrase)

    @classmethod
    def open(cls, args: Namespace) -> Self:
        """Open the desk; asks for its passphrase. Raises NotSetUp for a folder that is none."""
        if role_of(args.home) != "desk":
            return cls(args, b"")  # says what it is instead
        return until_right(lambda: cls(args, passphrase_for(args, "desk")), args.passphrase_fd is None, WrongPassphrase)

    def opened(self) -> Home:
        """Return the desk as it is now. Its keys are opened again only if they changed: that takes a second.

        Raises WrongPassphrase if another process gave them another passphrase.
        """
        if (stands := self._stands()) != self._stood:
            try:
                self._home = open_home(self._args, "desk", self._passphrase)
            except WrongPassphrase:
                raise WrongPassphrase(
                    "Expected the passphrase with which this run was started, found that the desk has another one "
                    "now. End the run and start it again, with the new one."
                ) from None
            self._stood = stands
        return self._home

    def _stands(self) -> list[tuple[int, int]]:
        with refusals("the desk's keys and settings"):
            found = [path.stat() for name in ("keys.age", "settings") if (path := self._args.home / name).exists()]
        return [(each.st_ino, each.st_mtime_ns) for each in found]
