"""Publish after random acts and random accidents, and compare each site with one made from nothing, byte for byte.

::

    .venv/bin/python tests/long/random_editions.py [SEEDS] [FIRST] [STEPS]     a minute for each seed

An act is whatever a desk does: posts come in, are edited, released, translated, withdrawn, wait for a day, are removed
where they stood; people, stories, pictures, texts of a card, keys, names of the site. An accident befalls the site or
what is remembered of it: the folder is copied, comes back from a backup, is edited by hand; ``publishing.sqlite`` is
lost, is an older one, has a damaged page; a run is stopped, or killed. The renewed site is made in two processes, the
other in one. No part of the suite (tests/unit/publishing/test_revision.py has a few seeds).
"""

import contextlib
import multiprocessing
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.collecting_desk import tweet  # noqa: E402 -- found by the line above
from support.published_desk import NOON, TODAY, House, key, status  # noqa: E402 -- found by the line above
from support.storytelling import compose, retell, story_text  # noqa: E402 -- found by the line above
from tamizdat import parallel  # noqa: E402 -- found by the line above
from tamizdat.archive import Archive  # noqa: E402 -- found by the line above
from tamizdat.archive.acts.items import catalogue  # noqa: E402 -- found by the line above
from tamizdat.archive.acts.people import state_person  # noqa: E402 -- found by the line above
from tamizdat.archive.acts.releases import state_release  # noqa: E402 -- found by the line above
from tamizdat.errors import WorkRemains  # noqa: E402 -- found by the line above
from tamizdat.ledger import published_log  # noqa: E402 -- found by the line above
from tamizdat.ledger.roster import RoleKey  # noqa: E402 -- found by the line above
from tamizdat.publishing import publish  # noqa: E402 -- found by the line above
from tamizdat.statements import translated  # noqa: E402 -- found by the line above
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, PersonEntry  # noqa: E402 -- likewise
from tamizdat.verifying import verify  # noqa: E402 -- found by the line above

POSTS: Final = 24
NAMES: Final = ("王小明", "李小红", "赵强", "Aung Min")
FORK: Final = multiprocessing.get_context("fork")


class Rehearsal:
    """One desk, and what befalls it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.choice, self.day, self.posts = random.Random(seed), 0, POSTS
        self.house = House(folder)
        voices = self.choice.sample(range(1, POSTS + 1), POSTS // 3)
        self.house.take(
            *(tweet(n, f"Post {n}, about something else", **self.place(n, voices)) for n in range(1, POSTS + 1))
        )
        self.house.release(*range(1, POSTS - 5))
        self.people: list[int] = []
        self.items: list[int] = []
        self.stories: list[tuple[int, str]] = []
        self.name, self.addresses = "Tamizdat", tuple[str, ...]()
        self.log: list[str] = []

    def place(self, number: int, others: list[int]) -> dict[str, str]:
        """In a thread, some of them."""
        return {"in_reply_to_status_id_str": str(number - 1)} if number in others and number > 1 else {}

    # -- acts ------------------------------------------------------------------------------------------------

    def act(self) -> None:
        what = self.choice.choice([name for name in dir(self) if name.startswith("do_")])
        self.log.append(what)
        getattr(self, what)(self.choice.randrange(1, self.posts + 1))

    def say(self, number: int, **said: object) -> None:
        state_release(self.house.archive, self.house.desk, CataloguedPost(status(number), **said))  # type: ignore[arg-type]

    def now(self) -> object:
        return NOON + timedelta(days=self.day)

    def do_translate(self, number: int) -> None:
        language = self.choice.choice(["en", "fr", "de"])
        notes = self.choice.choice([(), ("A note on it",)])
        self.house.translate(number, f"A translation {len(self.log)} of it", language, notes=notes)

    do_translate_again = do_translate

    def do_propose(self, number: int) -> None:
        self.house.translate(number, f"A proposal {len(self.log)} for it", "en", verdicts=())

    def do_withdraw(self, number: int) -> None:
        self.say(number, release="withdrawn", reason=self.choice.choice(["", "Somebody asked for it"]))

    do_withdraw_again = do_withdraw

    def do_release(self, number: int) -> None:
        self.house.release(number)

    def do_release_bytes(self, number: int) -> None:
        self.house.release(number, bytes_shown=self.choice.random() < 0.7)

    def do_tag(self, number: int) -> None:
        self.say(number, tags=(f"tag {self.choice.randrange(4)}",))

    def do_embargo(self, number: int) -> None:
        self.say(number, until=(TODAY + timedelta(days=self.day + self.choice.randrange(4))).isoformat())

    def do_language(self, number: int) -> None:
        self.say(number, language=self.choice.choice(["ug", "en", ""]))

    def do_edit(self, number: int) -> None:
        self.house.take(tweet(number, f"Edited, {len(self.log)}, in some way"), now=self.now())  # type: ignore[arg-type]

    def do_collect(self, number: int) -> None:
        self.posts += 1
        more = {"in_reply_to_status_id_str": str(number)} if self.choice.random() < 0.6 else {}
        when = self.choice.choice(["Sun May 12 06:28:00 +0000 2013", "Tue Jun 04 06:28:00 +0000 2019"])
        text = self.choice.choice([f"Post {self.posts}, of later", f"RT @wang: Post {number}, about"])
        self.house.take(tweet(self.posts, text, created_at=when, **more), now=self.now())  # type: ignore[arg-type]
        if self.choice.random() < 0.7:
            self.house.release(self.posts)

    do_collect_again = do_collect

    def do_forget(self, number: int) -> None:
        found = self.house.archive.index.by_act(translated.ACT)
        if found and self.choice.random() < 0.4:
            self.house.archive.forget(self.choice.choice(found))

    def do_person(self, number: int) -> None:
        one = self.choice.choice([None, *self.people])
        release = self.choice.choice(["public", "public", "withdrawn"]) if one is not None else "public"
        entry = PersonEntry(
            name=self.choice.choice(NAMES), language="zh", place=self.choice.choice(["", "Beichuan"]), release=release
        )
        made = state_person(self.house.archive, self.house.desk, entry, one)
        if one is None:
            self.people.append(made)

    def do_story(self, number: int) -> None:
        if not self.people:
            self.do_person(number)
        one, other = self.choice.sample(range(1, self.posts + 1), 2)
        if self.stories and self.choice.random() < 0.6:
            story, text = self.choice.choice(self.stories)
            how = self.choice.choice(["public", "draft", "again"])
            if how == "again":
                with contextlib.suppress(Exception):
                    retell(self.house, story, mark=f"译{len(self.log)}：")
            else:
                compose(self.house, text.replace("Nobody", f"Nobody {len(self.log)}"), how, story)
            return
        text = story_text(self.house, self.choice.choice(self.people), one, other)
        self.stories.append((compose(self.house, text).number, text))

    def do_item(self, number: int) -> None:
        if self.items and self.choice.random() < 0.6:
            one = self.choice.choice(self.items)
            said = self.choice.choice(
                [{"release": "withdrawn"}, {"release": "public"}, {"title": f"Another title {len(self.log)}"}]
            )
            if self.choice.random() < 0.3:
                said = {"covering": self.choice.choice(["undecided", "nobody", "consented"])}
            catalogue(self.house.archive, self.house.desk, CataloguedItem(one, **said))
        elif self.choice.random() < 0.4:
            self.items.append(self.house.picture(f"DCIM/{len(self.log)}.JPG"))
        else:
            words = f"Words of a card, number {len(self.log)}".encode()
            self.items.append(self.house.capture(f"notes/{len(self.log)}.txt", words, title="A note"))

    def do_keys(self, number: int) -> None:
        others = (RoleKey("desk", key(9 + each).public) for each in range(self.choice.randrange(3)))
        self.house.roster = self.house.sign_roster(RoleKey("desk", self.house.desk.public), *others)

    def do_name(self, number: int) -> None:
        if self.choice.random() < 0.5:
            self.name = f"Name {len(self.log) % 3}"
        else:
            self.addresses = self.choice.choice(
                [(), ("https://example.org/",), ("https://example.org/", "https://example.net/x/")]
            )

    # -- accidents -------------------------------------------------------------------------------------------

    def befall(self) -> None:
        if self.choice.random() < 0.5:
            return
        what = self.choice.choice([name for name in dir(self) if name.startswith("hap_")])
        self.log.append(what)
        getattr(self, what)(self.house.site, self.house.archive.folder / "publishing.sqlite")

    def hap_copied(self, site: Path, cache: Path) -> None:
        kept = site.with_name("kept-site")
        site.rename(kept)
        shutil.copytree(kept, site, copy_function=self.choice.choice([shutil.copy2, shutil.copy]))
        shutil.rmtree(kept)

    def hap_backup(self, site: Path, cache: Path) -> None:
        """Something comes back from when it was kept last."""
        old = site.with_name("old")
        if old.exists():
            what = self.choice.choice(["site", "cache", "both"])
            self.log.append(what)
            if what != "cache":
                shutil.rmtree(site)
                shutil.copytree(old / "site", site)
            if what != "site":
                for each in cache.parent.glob("publishing.sqlite*"):
                    each.unlink()
                shutil.copy2(old / "publishing.sqlite", cache)
        self.keep(site, cache)

    def keep(self, site: Path, cache: Path) -> None:
        old = site.with_name("old")
        shutil.rmtree(old, ignore_errors=True)
        old.mkdir()
        shutil.copytree(site, old / "site")
        with (
            contextlib.closing(sqlite3.connect(cache)) as one,
            contextlib.closing(sqlite3.connect(old / "publishing.sqlite")) as two,
        ):
            one.backup(two)

    def hap_by_hand(self, site: Path, cache: Path) -> None:
        files = sorted(each for each in site.rglob("*") if each.is_file() and each.parent.name != "files")
        for _ in range(self.choice.choice([1, 1, 3])):
            path = self.choice.choice(files)
            if not path.exists():
                continue
            said = os.lstat(path)
            match self.choice.randrange(4):
                case 0:
                    path.unlink()
                case 1:
                    data = bytearray(path.read_bytes())
                    if data:
                        data[self.choice.randrange(len(data))] ^= 1
                        path.write_bytes(data)
                        os.utime(path, ns=(said.st_atime_ns, said.st_mtime_ns))
                case 2:
                    os.utime(path)
                case 3:
                    aside = path.read_bytes()
                    path.unlink()
                    path.write_bytes(aside)
                    os.utime(path, ns=(said.st_atime_ns, said.st_mtime_ns))
            self.log.append(path.relative_to(site).as_posix())

    hap_by_hand_again = hap_by_hand

    def hap_lost(self, site: Path, cache: Path) -> None:
        for each in cache.parent.glob("publishing.sqlite*"):
            each.unlink()

    def hap_damaged(self, site: Path, cache: Path) -> None:
        with contextlib.closing(sqlite3.connect(cache)) as found:
            found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = cache.stat().st_size // 4096
        if pages > 2:
            with cache.open("r+b") as file:
                file.seek(4096 * self.choice.randrange(1, pages))
                file.write(os.urandom(4096))

    hap_damaged_again = hap_damaged

    def hap_stopped(self, site: Path, cache: Path) -> None:
        left = self.choice.randrange(150)

        def advance(size: int) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise WorkRemains("Stopped.")

        with contextlib.suppress(WorkRemains):
            self.publish(progress=advance)

    def hap_killed(self, site: Path, cache: Path) -> None:
        self.house.archive.close()
        publisher = FORK.Process(
            target=work, args=(self.house.folder, self.house.roster, self.day, self.name, self.addresses)
        )
        publisher.start()
        publisher.join(self.choice.uniform(0.1, 4))
        publisher.kill()
        publisher.join()
        self.house.archive = Archive.open(self.house.archive.folder)

    hap_killed_again = hap_killed

    # -- editions --------------------------------------------------------------------------------------------

    def publish(self, **more: object) -> object:
        return self.house.publish(TODAY + timedelta(days=self.day), name=self.name, addresses=self.addresses, **more)

    def step(self) -> None:
        self.day += self.choice.choice([0, 1, 1, 2])
        for _ in range(self.choice.choice([0, 1, 1, 2, 4])):
            self.act()
        self.befall()
        setattr(parallel, "ENOUGH", self.choice.choice([2, 200]))  # noqa: B010 -- it is final
        self.publish()
        made, whole = seen(self.house), self.anew()
        differs = {path for path in made.keys() | whole.keys() if made.get(path) != whole.get(path)}
        assert not differs, (sorted(differs)[:20], len(differs))
        report = verify(self.house.site)
        assert report.broken == [], report.broken[:3]
        beside = sorted(each.name for each in self.house.folder.iterdir() if each.name.startswith("."))
        assert beside == [], beside

    def anew(self) -> dict[str, bytes]:
        """The site of the same archive, made by a desk that remembers nothing, in one process."""
        other = House.__new__(House)
        other.__dict__.update(self.house.__dict__)
        folder = self.house.folder / "other"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.house.folder / "archive", folder / "archive")
        for each in (folder / "archive").glob("publishing.sqlite*"):
            each.unlink()
        other.folder, other.site, other.archive = folder, folder / "site", Archive.open(folder / "archive")
        remembered, published_log._FULL = published_log._FULL, {}
        setattr(parallel, "ENOUGH", 1 << 40)  # noqa: B010 -- it is final
        done = other.publish(TODAY + timedelta(days=self.day), name=self.name, addresses=self.addresses)
        assert done.new is False, "made from nothing it is another edition"
        published_log._FULL = remembered
        other.archive.close()
        found = seen(other)
        shutil.rmtree(folder)
        return found


def seen(house: House) -> dict[str, bytes]:
    """Every file; of proofs that they are there, for they lead to the checkpoint of the edition that made them."""
    files = house.files()
    return {
        path: b"" if path.endswith("/proof.js") or path.startswith("ledger/checkpoints/") else data
        for path, data in files.items()
    }


def work(folder: Path, roster: bytes, day: int, name: str, addresses: tuple[str, ...]) -> None:
    """The publisher that is killed."""
    with Archive.open(folder / "archive") as archive:
        publish(
            archive,
            key(1),
            key(2),
            roster,
            folder / "site",
            TODAY + timedelta(days=day),
            name=name,
            addresses=addresses,
        )


def main(seeds: int = 5, first: int = 1, steps: int = 8) -> None:
    """Rehearse."""
    for seed in range(first, first + seeds):
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            rehearsal = Rehearsal(Path(folder) / "house", seed)
            rehearsal.publish()
            try:
                for step in range(steps):
                    rehearsal.log.append(f"{step}:")
                    rehearsal.step()
            except Exception:  # noqa: BLE001 -- told, and on to the next
                traceback.print_exc(limit=-2)
                print(f"seed {seed}, {' '.join(rehearsal.log)}", flush=True)
        print(f"seed {seed}: {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
