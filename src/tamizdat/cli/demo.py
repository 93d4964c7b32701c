"""The whole way, on this computer, with a made-up card and a made-up voice.

A camera card is made up, sealed on a field device that cannot read it back, carried over five folders of which two
are then destroyed and one is damaged, received and checked at a desk. A voice is taken in from its account's archive,
translated by one person and reviewed by another; a list of names becomes a wall. All of it is published, copied and
witnessed by another newsroom, stamped by an authority (this computer plays both itself), and verified by an independent
command. Every step is a command you can use on your own files; each is shown before it runs. At the end the site is
served on this computer only, until you press Ctrl-C; DEMO_SERVE=0 or --no-serve ends instead. Something is left to do
for everybody in it; who-is-who.txt in the folder says how each of them begins.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from contextlib import suppress
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.parser import Parser
from tamizdat.demo import court, local_authority, next_day, voice
from tamizdat.demo.sample_card import SECRETS, make_card, words
from tamizdat.errors import CheckFailed, UsageError
from tamizdat.footage.decode import why_no_box
from tamizdat.home.invitation import new_words
from tamizdat.places.place import MARKER as PLACE_MARKER
from tamizdat.text.quantities import amount
from tamizdat.witness import PREFIX

MARKER = "made-by-tamizdat-demo"
ROOT_OF_AUTHORITY = "authority-root.pem"
PLACES = ("amber", "birch", "cedar", "dune", "elm")


def add(parser: Parser) -> None:
    """Add the arguments of ``demo``."""
    parser.add_argument("--folder", metavar="DIR", type=Path, default=Path("demo"), help="where (default: ./demo)")
    parser.add_argument("--no-serve", action="store_true", help="end instead of serving the site")
    parser.add_argument("--port", metavar="N", type=int, default=8000, help="where to serve (default: 8000)")


def run(args: Namespace, out: Out) -> int:
    """Run all steps, and serve the site."""
    if args.dry_run:
        out.say(f"Would make a field device, a desk, five places and a site below the folder {args.folder}.")
        return 0
    serve = not args.no_serve and os.environ.get("DEMO_SERVE") != "0"
    started = time.monotonic()
    demo = _Demo(_fresh(args.folder.resolve()), out)
    root = demo.run()
    demo.tell_what_waits()
    out.say(
        f"\nAll of it took {time.monotonic() - started:.0f} seconds. The site is in {demo.folder / 'desk' / 'site'}; "
        "it can be read and checked from there without any server."
    )
    out.record({"done": True, "site": str(demo.folder / "desk" / "site"), "root": root})
    if serve:
        _serve(demo.folder / "desk" / "site", args.port, out)
    return 0


def _fresh(folder: Path) -> Path:
    """Make an empty folder; an earlier demo's is replaced, nobody else's is touched."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise UsageError(
            f"Expected a new folder or one an earlier demo made, found files of others in {folder}. "
            "Choose one with --folder."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()
    return folder


class _Demo:
    """One run. Commands run in *folder*, as a person would type them there."""

    def __init__(self, folder: Path, out: Out) -> None:
        self.folder, self.out = folder, out
        self._passphrase = new_words()
        self._no_box = why_no_box()
        self._step = 0
        self._story = 0
        self._witness_port = ""
        self._lost: dict[str, bytes] = {}

    def run(self) -> str:
        """Run all steps; return the root's fingerprint as it is spoken."""
        self._card()
        root = self._people()
        self._seal()
        self._send_and_lose()
        self._receive()
        self._voice()
        self._publish()
        self._witness(root)
        self._stamp()
        self._verify(root)
        self._court()
        self._wipe()
        self._tell(root)
        self._next_day()
        return root

    def _next_day(self) -> None:
        self._heading("The next day: the voice goes on, and something waits for everybody")
        next_day.leave_work(self._tamizdat, self.folder, self._passphrase, self._lost, self.out)

    def tell_what_waits(self) -> None:
        """Say who may sign in, and where what waits for them stands."""
        self._heading("Now it is your turn")
        next_day.tell(self.folder, self._passphrase, self._witness_port, self.out)

    def _heading(self, text: str) -> None:
        self._step += 1
        self.out.show(f"\n{self._step}. {text}\n{'─' * 79}")

    def _tamizdat(
        self, *words: str, secret: bool = False, expect: int = 0, quiet: bool = False, typed: str = ""
    ) -> str:
        """Run a command, show it and what it says, and return that."""
        if not quiet:
            self.out.show(
                f"\n$ tamizdat {' '.join(words)}" + (f"\nReceipt, as the desk reads it out: {typed}" if typed else "")
            )
        argv = [sys.executable, "-P", "-m", "tamizdat.cli.main", *words]
        handles: tuple[int, ...] = ()
        if secret:
            read, write = os.pipe()
            os.write(write, f"{self._passphrase}\n".encode())
            os.close(write)
            argv += ["--passphrase-fd", str(read)]
            handles = (read,)
        done = subprocess.run(
            argv, cwd=self.folder, pass_fds=handles, capture_output=True, text=True, check=False, input=typed
        )
        for handle in handles:
            os.close(handle)
        if not quiet:
            self.out.show((done.stdout + done.stderr).strip())
        if done.returncode != expect:
            raise CheckFailed(
                f"Expected 'tamizdat {words[0]}' to end with {expect}, found {done.returncode}. "
                f"{done.stderr.strip()[-300:]}"
            )
        return done.stdout

    def _card(self) -> None:
        self._heading("A camera card, made up for this demonstration")
        card = make_card(self.folder / "card")
        self.out.say(
            f"{len(card.pictures)} pictures, {len(card.clips)} clips and {len(card.notes)} notes, "
            f"{amount(card.size)}, with positions, serial numbers and an owner's name in them, a name in "
            "Tibetan and a clip of 0 bytes."
        )
        if card.left_out:
            self.out.warn(card.left_out)

    def _people(self) -> str:
        self._heading("A desk abroad, and a field device that knows only the desk's public key")
        self._tamizdat("setup", "desk", "--name", "demo", "--no-passphrase", "--home", "desk")
        self._tamizdat("keys", "invite", "anna", "--out", "invitation.txt", "--home", "desk")
        said = self._tamizdat("setup", "field", "--invitation", "invitation.txt", "--home", "field", secret=True)
        key = next(word for word in said.split() if word.startswith("tamizdatdevice1"))
        self._tamizdat("keys", "accept", key, "anna", "--home", "desk")
        (self.folder / "places").mkdir()
        for name in PLACES:
            self._tamizdat("places", "add", name, f"places/{name}", "--home", "field", secret=True, quiet=True)
            self._tamizdat("places", "add", name, f"places/{name}", "--home", "desk", quiet=True)
        self.out.say(
            f"\nFive storage places were added to both: {', '.join(PLACES)}. Here they are folders; they could be "
            "sticks, S3 or WebDAV."
        )
        (self.folder / "second-disk").mkdir(
            exist_ok=True
        )  # a second store on the desk's own disk is a mistake elsewhere
        self._tamizdat("places", "add", "second-disk", "second-disk", "--copy", "--home", "desk")
        shown = json.loads(self._tamizdat("keys", "print", "--home", "desk", "--json", quiet=True).splitlines()[-1])
        return str(shown["spoken"])

    def _seal(self) -> None:
        self._heading("Sealed: any three of the five places may be lost")
        self._tamizdat("seal", "card", "--survive", "3", "--first", "*C0032*", "--home", "field", secret=True)
        parcels = [
            path for path in (self.folder / "field").rglob("*") if path.is_file() and path.stat().st_size > 1 << 20
        ]
        sizes = {path.stat().st_size for path in parcels}
        readable = sum(_holds(path, SECRETS) for path in (self.folder / "field").rglob("*") if path.is_file())
        self.out.say(
            f"\nA thief of the laptop finds {len(parcels)} files of {len(sizes)} size ({max(sizes):,} bytes). "
            f"Files in which a name, a position or a serial number of the card can be found: {readable}."
        )
        if len(sizes) != 1 or readable:
            raise CheckFailed(
                "Expected parcels of one size in the field device's folder and nothing of the card, found "
                f"{len(sizes)} sizes and {readable} files that tell something of it."
            )

    def _send_and_lose(self) -> None:
        self._heading("Carried to five places; two are destroyed, one is damaged")
        self._tamizdat("send", "--home", "field", secret=True)
        for name in PLACES[:2]:
            self._lost[name] = (self.folder / "places" / name / PLACE_MARKER).read_bytes()
            shutil.rmtree(self.folder / "places" / name)
        damaged = 0
        for path in (self.folder / "places" / PLACES[2]).rglob("*"):
            if path.is_file() and path.stat().st_size > 1 << 20:
                with path.open("r+b") as file:
                    file.seek(path.stat().st_size // 2)
                    byte = file.read(1)
                    file.seek(-1, os.SEEK_CUR)
                    file.write(bytes([byte[0] ^ 1]))
                damaged += 1
        self.out.say(
            f"\n{PLACES[0]} and {PLACES[1]} are gone. In {PLACES[2]} one bit of each of {damaged} parcels was "
            "turned over."
        )

    def _receive(self) -> None:
        self._heading("Received, checked, and copied to a second disk")
        # 1: some parcels were damaged, which a person at a desk should hear of
        self._tamizdat("receive", "--home", "desk", expect=1)
        self._heading("Backed up, sealed to a recovery key that stands on paper alone")
        self._tamizdat("keys", "recovery", "--shares", "2-of-3", "--out", "sheets.html", "--home", "desk")
        (self.folder / "backup-disk").mkdir()
        self._tamizdat("backup", "backup-disk", "--home", "desk")
        self._heading("Read again: the archive, its copies, and what is left of the places")
        # 1: two places are gone, which a person at a desk should hear of
        self._tamizdat("check", "--home", "desk", expect=1)

    def _voice(self) -> None:
        self._heading("A voice: an account's archive, taken in twice")
        voice.collect(self._tamizdat, self.folder, self.out)
        self._heading("Translated by one person, reviewed by another")
        self._story = voice.translate(self._tamizdat, self.folder, self._passphrase, self.out)
        self._heading("The names")
        voice.names(self._tamizdat, self.folder, self.out)

    def _publish(self) -> None:
        self._heading("Released, made anew without metadata, published")
        self._tamizdat("publish", "release", "--all", "--home", "desk")
        listed = self._tamizdat("publish", "list", "--json", "--home", "desk", quiet=True)
        items = [json.loads(line) for line in listed.splitlines()]
        for item in items:
            if item["release"] == "public" and item.get("path"):
                title, caption, language = words(item["path"])
                self._tamizdat(
                    "publish",
                    "release",
                    str(item["item"]),
                    "--title",
                    title,
                    "--caption",
                    caption,
                    "--alt",
                    title,
                    "--language",
                    language,
                    "--home",
                    "desk",
                    quiet=True,
                )
        seen = [str(item["item"]) for item in items if item["release"] == "public" and item.get("path")]
        self._tamizdat("redact", *seen, "--nobody", "--home", "desk")
        if not self._no_box:
            self._heading("Names that volunteers read aloud, with their consent")
            voice.read_aloud(self._tamizdat, self.folder, self.out)
            self._heading("Published")
        self._tamizdat("publish", "--home", "desk")
        site = [path for path in (self.folder / "desk" / "site").rglob("*") if path.is_file()]
        found = sum(_holds(path, SECRETS) for path in site)
        if self._no_box:
            self.out.warn(f"{self._no_box} So the site has no pictures and clips; all else goes on.")
        self.out.say(
            f"\nFiles of the site in which a position, a serial number or the owner can be found: {found} of "
            f"{len(site)}."
        )
        if found:
            raise CheckFailed(f"Expected a site that tells nothing private of the card, found it in {found} files.")

    def _witness(self, root: str) -> None:
        self._heading("Copied by another newsroom, which watches from then on that the ledger only grows")
        self._tamizdat("mirror", "desk/site", "mirror", "--root", root, "--home", "news")
        self.out.show("\n$ tamizdat mirror --witness --home news &")
        argv = [
            sys.executable,
            "-P",
            "-m",
            "tamizdat.cli.main",
            "mirror",
            "--witness",
            "--home",
            "news",
            "--port",
            "0",
            "--json",
        ]
        with subprocess.Popen(argv, cwd=self.folder, stdout=subprocess.PIPE, text=True) as serving:
            try:
                lines = map(json.loads, serving.stdout or ())
                said: dict[str, str] = {}
                while "serving" not in said:
                    said |= next(lines)
                self._witness_port = said["serving"].rpartition(":")[2].strip("/")
                where = f"{said['witness']}={said['serving']}{PREFIX}"
                keys = ("--add-witness", "news/witness/keys.txt", "--witness-address", where, "--quorum", "1")
                self._tamizdat("keys", "roster", "--root", "desk/root.age", *keys, "--home", "desk")
                self._tamizdat("publish", "--home", "desk")
            finally:
                serving.terminate()

    def _stamp(self) -> None:
        self._heading("Stamped by an authority, which here is this computer itself")
        self.out.say(
            "A real one is somebody else's, and two are asked, and Bitcoin. This one is made up by 'openssl ts' and "
            "vouches for nothing; what it does is what a real one does."
        )
        if shutil.which("openssl") is None:
            self.out.warn("There is no openssl here, so there is no authority either; all else goes on.")
            return
        with local_authority.serving("Made-up Authority") as (url, authority):
            shutil.copyfile(authority.folder / "root.pem", self.folder / ROOT_OF_AUTHORITY)
            self._tamizdat("check", "--stamp", "--agree", "--stamps-at", url, "--home", "desk")

    def _trusted(self) -> list[str]:
        """Return the option that trusts the made-up authority, if there is one."""
        return ["--stamp-roots", ROOT_OF_AUTHORITY] if (self.folder / ROOT_OF_AUTHORITY).exists() else []

    def _verify(self, root: str) -> None:
        self._heading("Verified by a reader who trusts nobody; then with one bit changed")
        self._tamizdat("verify", "desk/site", "--root", root, *self._trusted(), "--no-memory")
        copy = self.folder / "mirror"
        self._tamizdat("mirror", "desk/site", "mirror", "--home", "news")
        # without a box there is no picture: then a page
        medium = sorted([*copy.glob("items/*/*.jpg"), *copy.glob("items/*/index.html")], key=_pictures_first)[0]
        data = bytearray(medium.read_bytes())
        data[len(data) // 2] ^= 1
        medium.write_bytes(data)
        self.out.say(f"\nA mirror changes one bit of {medium.relative_to(self.folder)}:")
        self._tamizdat("verify", str(medium.relative_to(self.folder)), "--root", root, "--no-memory", expect=1)
        voice.one_sentence(self._tamizdat, self.folder, root, self.out)

    def _court(self) -> None:
        self._heading("A package for a court, checked with stock tools")
        numbers = court.exhibits(self._tamizdat("publish", "list", "--json", "--home", "desk", quiet=True))
        told = ("--with", "salts,times", *([] if court.prints() else ["--no-pdf"]))
        self._tamizdat("export", "--evidence", *numbers, "package", *told, "--home", "desk")
        court.check_by_hand(self.folder / "package", self.out)

    def _wipe(self) -> None:
        self._heading("The receipt is read out over the telephone, and the card is wiped")
        said = self._tamizdat("status", "--home", "desk", "--json", quiet=True)
        receipt = next(str(json.loads(line)["receipt"]) for line in said.splitlines() if '"receipt"' in line)
        self._tamizdat("wipe", "card", "--home", "field", typed=f"{receipt}\n")

    def _tell(self, root: str) -> None:
        self._heading("A story, made of all this: its page says what its signed statement says")
        self._tamizdat("verify", f"desk/site/items/{self._story}", "--root", root, *self._trusted(), "--no-memory")
        page = self.folder / "desk/site" / f"stories/{self._story}/index.html"
        self.out.say(
            f"\nThe front page opens with it. It is {page.relative_to(self.folder)}, in Chinese, English and Arabic: a "
            "clip with subtitles, a thread, a map, the wall of names, and from each a link to its proof."
        )
        if not self._no_box:
            self.out.say("The names that were read are in desk/site/reading/index.html: one sound, and who is missing.")


def _pictures_first(path: Path) -> tuple[bool, Path]:
    return path.suffix != ".jpg", path


def _holds(path: Path, secrets_: tuple[str, ...]) -> bool:
    data = path.read_bytes()
    return any(re.search(re.escape(text.encode()), data) for text in secrets_ if len(text) > 5)


def _serve(site: Path, port: int, out: Out) -> None:
    from tamizdat.mirror.serve import mirror_application  # what serves is an extra
    from tamizdat.web.server import listen, serve

    try:
        listening = listen("127.0.0.1", port)
    except UsageError:
        listening = listen("127.0.0.1", 0)
    out.say(f"Look at it: http://127.0.0.1:{listening.getsockname()[1]}/  (Ctrl-C ends it)")
    with suppress(KeyboardInterrupt):
        serve(mirror_application(site, None), listening)
    out.say("Ended.")
