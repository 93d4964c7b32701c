"""The two folders tamizdat keeps for itself: a field device's and a desk's. Both are a keyring and sealed settings.

A field device's folder, and all that a thief of the laptop finds in it::

    role                  "field"
    keys.age              keyring, wrapped with the passphrase
    settings              sealed: the desk's name, fingerprint and recipients; places and their credentials
    consignments/0001/    an open or not yet delivered consignment (carrying.outbox)
    begun/                a mark for each sealing that did not come to its end (carrying.begun)
    .sending.limit        how fast and at which hours it may send, if that was set (carrying.line_limit)
    receipts/0001         what 'wipe' needs beside the receipt; noise without it

A desk's folder::

    role                  "desk"
    archive/              everything that arrived, and the ledger (archive.archive)
    keys.age, settings    as above; settings: places, devices by name, copies, the root's fingerprint
    root.age              the offline root key, until it is moved to a stick in a drawer
    backups/, backups.json   which backups there are (backup.record), and when they were made (home.backups)
    incoming/             what is being received (carrying.receiving)
    site/                 the published edition
    models/               models that people put there: of speech, of translation (machine.model_folder)

What travels between the two, by any channel that cannot be forged, are two short texts: the desk's *invitation*
(:mod:`tamizdat.home.invitation`) and the device's public key.
"""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import make_private, refusals, write_file
from tamizdat.encoding import canonical, parse_canonical
from tamizdat.errors import BadArchive, BadEncoding, InUse, NotSetUp, UsageError
from tamizdat.home.keyring import WORK, Keyring, is_wrapped
from tamizdat.home.withheld import withhold
from tamizdat.network.proxy import Proxy, use_proxy
from tamizdat.places import Place, open_place
from tamizdat.places.disks import address_of, is_same

#: what a folder has that was a device's or a desk's for a while; a setup that was cut off has none of it beside keys
OF_DEVICE: Final = ("consignments", "begun", "receipts", "carried", "copies")
USED: Final = (*OF_DEVICE, "archive", "incoming", "accounts")
RESTORING: Final = "restoring"  #: what a restoring has in the making
ARCHIVE: Final = "archive"  #: where a desk's archive lies in its folder
SITE: Final = "site"  #: where the published edition lies
MODELS: Final = "models"  #: where models lie that may listen and suggest
GIVEN: Final = "given"  #: where what was given out lies, in the clear
#: what places are for: parcels; a desk's second stores; its backups; its objects, instead of its own disk; its site
USES: Final = ("places", "copies", "backups", "objects", "sites")
NAMED: Final = {"field": "a field device", "desk": "a desk"}
LOOKING: Final = 2.0  #: seconds to wait for a lock: some take it only to see whether anybody is at work, on a slow disk
LABEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")  #: safe in file names, tables and a telephone call


@dataclass(frozen=True)
class PlaceSettings:
    """A storage place as it was added. *number* is its name inside the spool, where no place is named."""

    number: int
    name: str
    url: str
    options: dict[str, str]

    def open(self) -> Place:
        """Connect to the place."""
        return open_place(self.name, self.url, self.options)


class SecondStore(PlaceSettings):
    """A desk's second store: objects lie there as in the archive, in the clear."""

    def open(self) -> Place:
        """Connect to the place."""
        return open_place(self.name, self.url, self.options, private=True)


@dataclass
class Home:
    """An opened folder: its keys and settings. *role* is ``field`` or ``desk``."""

    folder: Path
    role: str
    keyring: Keyring
    settings: dict[str, Any]

    @classmethod
    def create(
        cls, folder: Path, keyring: Keyring, role: str, settings: dict[str, Any], passphrase: bytes, work: int = WORK
    ) -> "Home":
        """Make the folder; raises UsageError if there is one already."""
        require_new(folder)
        home = cls(folder, role, keyring, {"places": [], **settings})
        keyring.save(folder / "keys.age", passphrase, work)
        home.save()
        write_file(folder / "role", f"{role}\n".encode(), "the new folder")
        return home

    @classmethod
    def open(cls, folder: Path, role: str, passphrase: bytes) -> "Home":
        """Open a folder of that *role*; raises NotSetUp if it is none, WrongPassphrase, BadArchive."""
        require_role(folder, role)
        keyring = Keyring.load(folder / "keys.age", passphrase)
        settings = _settings(folder, keyring)
        withhold(keyring, settings)
        home = cls(folder, role, keyring, settings)
        if (left := folder / RESTORING).is_dir():  # of a restoring that was killed when all was done: forgetting
            shutil.rmtree(left, ignore_errors=True)  # would not reach what is in it
        if home.proxy is not None:
            use_proxy(home.proxy)  # before anything else can open a connection
        return home

    @property
    def proxy(self) -> Proxy | None:
        """The proxy that everything of this folder goes through, if one was set."""
        text = self.settings.get("proxy")
        return None if text is None else Proxy.parse(text)

    def set_proxy(self, proxy: Proxy | None) -> None:
        """Keep the proxy in the settings, or forget it, and use it from now on."""
        with self.changing():
            self.settings.pop("proxy", None)
            if proxy is not None:
                self.settings["proxy"] = proxy.encode()
        use_proxy(proxy)

    @property
    def addresses(self) -> list[str]:
        """Where a desk's site is served, the chief address first; none if it never said so."""
        return list(self.settings.get("addresses", []))

    def set_addresses(self, addresses: Collection[str]) -> None:
        """Remember where the site is served, in this order; none forgets it."""
        with self.changing():
            self.settings.pop("addresses", None)
            if addresses:
                self.settings["addresses"] = list(addresses)

    def save(self) -> None:
        """Write the settings, sealed."""
        write_file(self.folder / "settings", self.keyring.seal(canonical(self.settings), "settings"), "the settings")

    def refresh(self) -> None:
        """Read the settings again: other processes change them. Raises BadArchive."""
        with self._locked("settings", fcntl.LOCK_SH):
            self.settings = _settings(self.folder, self.keyring)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Lock the settings, read them again, write them at the end: other processes change them too."""
        with self._locked("settings", fcntl.LOCK_EX):
            self.settings = _settings(self.folder, self.keyring)
            yield
            self.save()

    def places(self, use: str = "places") -> list[PlaceSettings]:
        """Return the storage places, in the order in which they were added; *use* "copies", "backups": a desk's."""
        kind = SecondStore if use == "copies" else PlaceSettings
        return [kind(**place) for place in self.settings.get(use, [])]

    def refuse_second_name(self, url: str, options: Mapping[str, str]) -> None:
        """Raise :class:`UsageError` if this place is there under another name: it would be counted twice."""
        # the URL of a bucket does not say whose it is: two providers may have buckets of one name
        everywhere = [place for use in USES for place in self.places(use)]
        mine = address_of(options.get("endpoint", ""))
        there = [place for place in everywhere if address_of(place.options.get("endpoint", "")) == mine]
        known = next((place.name for place in there if is_same(url, place.url)), None)
        if known is not None:
            raise UsageError(
                f"Expected another place, found the one that is called “{known}” already. Two names for one place "
                "would count as two that may be lost. Choose another folder, disk or service."
            )

    def add_place(self, name: str, url: str, options: dict[str, str], use: str = "places") -> PlaceSettings:
        """Add a place to the settings, and save them. Raises UsageError."""
        check_label(name, "a place")
        with self.changing():
            everywhere = [place for each in USES for place in self.places(each)]
            if any(place.name == name for place in everywhere):
                raise UsageError(f"There is a place named {name} already. Remove it first, or choose another name.")
            number = max((place.number for place in everywhere), default=0) + 1
            place = PlaceSettings(number, name, url, options)
            self.settings.setdefault(use, []).append(vars(place))
        return place

    def remove_place(self, name: str) -> None:
        """Forget a place; what it holds stays there. Raises UsageError."""
        with self.changing():
            if any(place.name == name for place in self.places("objects")):
                raise UsageError(
                    f"Expected a place that can be forgotten, found “{name}”, on which this desk's objects lie. Bring "
                    "them back to its own disk with 'tamizdat objects return'; then it is forgotten."
                )
            for use in USES:
                there = self.places(use)
                kept = [vars(place) for place in there if place.name != name]
                if len(kept) < len(there):
                    self.settings[use] = kept
                    return
        raise UsageError(f"There is no place named {name}. 'tamizdat places list' shows them.")

    @contextmanager
    def alone(self, work: str, patience: float = LOOKING) -> Iterator[None]:
        """Hold the lock for *work* ("sealing", "sending", "receiving"): one process of a kind at a time.

        The system lets go of it when the process ends, however it ends; whoever holds it longer than *patience*, in
        seconds, is at work. Raises :class:`InUse`.
        """
        with alone(self.folder, work, patience):
            yield

    @contextmanager
    def _locked(self, work: str, how: int) -> Iterator[None]:
        with _locked(self.folder, work, how):
            yield


@contextmanager
def alone(folder: Path, work: str, patience: float = LOOKING) -> Iterator[None]:
    """Hold the lock for *work* in a home, as :meth:`Home.alone` does, for whoever has no keys to open it."""
    with _locked(folder, work, fcntl.LOCK_EX | fcntl.LOCK_NB, patience):
        yield


@contextmanager
def _locked(folder: Path, work: str, how: int, patience: float = 0.0) -> Iterator[None]:
    until = time.monotonic() + patience
    with refusals("the lock"):
        handle = os.open(folder / f".{work}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(handle, how)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise InUse(f"Another tamizdat is {work} here at this moment. Wait until it is done.") from None
                time.sleep(0.01)
        try:
            yield
        finally:  # a program that another thread starts at this moment has a copy of it, which holds the lock as well
            fcntl.flock(handle, fcntl.LOCK_UN)
    finally:
        os.close(handle)


def _settings(folder: Path, keyring: Keyring) -> dict[str, Any]:
    try:
        with refusals("the settings"):
            sealed = path.read_bytes() if (path := folder / "settings").is_file() else b""
        return dict(parse_canonical(keyring.open(sealed, "settings"), "the settings"))
    except (BadArchive, BadEncoding) as error:
        raise BadArchive(
            f"{error if sealed else 'Expected the settings of this folder, found none.'} Restore it from a copy. "
            "Without one a desk is made again from its backup ('tamizdat setup desk --restore'), and a field device is "
            "set up anew, in another folder, with a new invitation. Keep this folder: what it has is not lost."
        ) from error


def role_of(folder: Path) -> str | None:
    """Return ``field``, ``desk``, or None where nothing is set up."""
    try:
        return (folder / "role").read_text("ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return "a folder that cannot be read"


def require_role(folder: Path, role: str) -> None:
    """Raise NotSetUp unless the folder is a *role*: ``field`` or ``desk``; BadArchive if it was one."""
    found = role_of(folder)
    if found != role:
        require_no_lost_role(folder)
        raise NotSetUp(
            f"Expected {NAMED[role]} in {folder}, found {'nothing' if found is None else NAMED.get(found, found)}. "
            f"Set one up with 'tamizdat setup {role}', or name another folder with --home."
        )


def require_no_lost_role(folder: Path) -> None:
    """Raise BadArchive for a folder with keys that were used, of which only the file ``role`` is missing or damaged.

    Set up again it would have other keys: whatever is sealed to the old ones, or waits to be sent, would be lost.
    """
    was_used = (folder / "keys.age").exists() and any((folder / each).exists() for each in USED)
    if role_of(folder) not in NAMED and was_used and not (folder / RESTORING).exists():
        raise BadArchive(
            f"Expected the file 'role' in {folder}, found that it is lost or damaged; the keys and what they were used "
            "for are here. Nothing was changed. Do not set it up again: that would make other keys. Write that file "
            "anew, with the one word field, or desk, as this folder was."
        )


def require_new(folder: Path) -> None:
    """Make *folder*, for its owner only; raises UsageError if it is set up already, BadArchive if it was."""
    require_no_lost_role(folder)
    if (folder / "role").exists():
        raise UsageError("Expected a new folder, found one that is set up already. Choose another with --home.")
    with refusals("the new folder"):
        make_private(folder)
        folder.chmod(0o700)


def require_no_home_in(folder: Path, card: Path) -> None:
    """Raise UsageError if a device's *folder* lies on what is taken for a *card*: it would be sealed, and wiped."""
    own, taken = folder.resolve(), card.resolve()
    if own.is_relative_to(taken):
        raise UsageError(
            f"Expected a card, or a folder of footage alone, found this device's own folder in it ({own.name}): its "
            "keys would be sealed along, and a wipe would delete them. Name the folder in which the footage lies."
        )


def needs_passphrase(folder: Path) -> bool:
    """Whether the folder's keys are wrapped."""
    return is_wrapped(folder / "keys.age")


def free_name(wish: str, taken: Collection[str]) -> str:
    """Return *wish* if it can be the short name of a place and is not *taken*, else a number behind "backup-"."""
    names = chain([wish] if LABEL.fullmatch(wish) else [], (f"backup-{number}" for number in count(1)))
    return next(name for name in names if name not in taken)


def check_label(text: str, what: str) -> str:
    """Return *text* if it can be the short name of a place or device (*what*); raises UsageError."""
    if not LABEL.fullmatch(text):
        raise UsageError(
            f"Expected a short name for {what}: letters from a to z, digits, '-' and '_', at most 40; found '{text}'."
        )
    return text
