"""A publisher of posts that is killed at random instants, while two processes make pages: there is the old site or the
new one, whole, and the next run makes what the killed one would have made.

The suite does six rounds; ``python tests/faults/test_publishing_kill.py 100 [seed]`` does more.
"""

import multiprocessing
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as a program of its own, too

from support.collecting_desk import tweet
from support.published_desk import NOON, TODAY, House, key, status
from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import state_release
from tamizdat.publishing import publish
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.verifying import verify

ROUNDS = 4
POSTS = 110  #: more than the pieces of work that are worth a second process
FORK = multiprocessing.get_context("fork")


@pytest.mark.long  # tests/unit/publishing/test_renewal.py cuts it off at each call
def test_killed_publishers_leave_the_old_site_or_the_new(tmp_path: Path) -> None:
    rehearse(tmp_path, ROUNDS, seed=11)


def rehearse(folder: Path, rounds: int, seed: int) -> None:
    """Kills a publisher in each round, and looks at what it left."""
    choice = random.Random(seed)
    house = House(folder)
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, POSTS + 1)))
    house.release(*range(1, POSTS + 1))
    started = time.monotonic()
    house.publish()
    usual = time.monotonic() - started
    name = "Tamizdat"
    for this in range(rounds):
        change(house, choice, this)
        name = choice.choice([name, f"Round {this}"])  # another name: every page is made again
        house.archive.close()
        publisher = FORK.Process(target=work, args=(house.folder, house.roster, name))
        publisher.start()
        publisher.join(choice.uniform(0, usual))
        publisher.kill()
        publisher.join()
        assert verify(house.site).broken == []
        house.archive = Archive.open(house.archive.folder)
        if this % 3 == 2:
            finish(house, name)
    finish(house, name)
    assert house.publish(name=name).new is False
    assert [path.name for path in house.folder.iterdir() if path.name.startswith(".site")] == []


def change(house: House, choice: random.Random, this: int) -> None:
    """Something that the next edition must show."""
    number = choice.randrange(1, POSTS + 1)
    match choice.choice(["edit", "translate", "withdraw"]):
        case "edit":
            house.take(tweet(number, f"Edited in round {this}"), now=NOON + timedelta(days=this + 1))
        case "translate":
            house.translate(number, f"A translation of round {this}")
        case "withdraw":
            word = {"public": "withdrawn"}.get(house.archive.index.releases.of(status(number)).release, "public")
            state_release(house.archive, house.desk, CataloguedPost(status(number), release=word))


def finish(house: House, name: str) -> None:
    """The next run, and that it shows what is released."""
    done = house.publish(name=name)
    shown = house.archive.index.releases.all("public")
    assert done.items == len(shown)
    report = verify(house.site)
    assert report.broken == []
    assert report.holds


def work(folder: Path, roster: bytes, name: str) -> None:
    """The publisher."""
    with Archive.open(folder / "archive") as archive:
        publish(archive, key(1), key(2), roster, folder / "site", TODAY, name=name)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        rehearse(Path(scratch), int(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 1)
