"""The commands in docs/spec/verification.md prove a site with nothing of ours, and find it altered."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from support.attacks.base import NEW, PERSON, TAMPERINGS, A, B, C, flip, two_editions
from support.collecting_desk import tweet
from support.kinds import some_of
from support.published_desk import House, key, status
from support.site_maker import Desk, Key, put, small_site
from tamizdat.encoding import spoken
from tamizdat.ledger.roster import RoleKey

PAGE = Path(__file__).resolve().parents[2] / "docs/spec/verification.md"
TOOLS = ("bash", "sha256sum", "openssl", "jq", "xxd", "base64", "basenc", "sed", "cmp")
missing = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"not installed, so nothing was checked by hand: {missing}")


def by_hand(site: Path) -> "subprocess.CompletedProcess[str]":
    """Runs the page's blocks, one after the other, in the site's folder."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    work = site.parent / "work"
    return subprocess.run(
        ["bash", "-c", "".join(blocks)], cwd=site, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "work": str(work), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip


def test_a_sound_site_holds_with_posts_people_and_proofs_by_an_earlier_checkpoint(tmp_path: Path) -> None:
    desk = two_editions(tmp_path / "site")
    desk.publish(tmp_path / "site")
    assert len(desk.entries) == 768, "no power of two"
    done = by_hand(tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        desk.fingerprint.hex(),
        spoken(desk.fingerprint),
        "edition/files.txt: OK",
        "edition/items.txt: OK",
        "edition 3 of 2026-11-23",
        *(f"item {number} holds" for number in (0, 2, 4, A, B, PERSON, NEW, C)),
    ]


@pytest.mark.parametrize("together", some_of([False, True], True), ids=["one after the other", "at the same time"])
def test_items_that_two_keys_of_the_desk_signed_hold_and_by_a_key_after_its_end_they_do_not(
    tmp_path: Path, together: bool
) -> None:
    house = House(tmp_path)
    house.take(tweet(1, "The first"), tweet(2, "The second"))
    house.release(1)
    house.publish()
    old, house.desk, size = house.desk, key(8), house.archive.size
    until, since = (None, 0) if together else (size, size)
    house.roster = house.sign_roster(RoleKey("desk", old.public, 0, until), RoleKey("desk", house.desk.public, since))
    house.release(2)
    house.publish()
    done = by_hand(house.site)
    assert done.returncode == 0, done.stderr + done.stdout
    numbers = sorted(house.number(status(number)) for number in (1, 2))
    assert done.stdout.splitlines()[-2:] == [f"item {number} holds" for number in numbers]
    house.roster = house.sign_roster(
        RoleKey("desk", old.public, 0, size), RoleKey("desk", house.desk.public, size, size + 1)
    )
    put(house.site, "roster.json", house.roster)
    assert by_hand(house.site).returncode != 0


def a_listed_file(site: Path, desk: Desk) -> None:
    flip(site / "index.html")


def the_list_and_a_file(site: Path, desk: Desk) -> None:
    TAMPERINGS["a_list_of_files_that_allows_an_altered_page"].attack(site, desk)


def the_root(site: Path, desk: Desk) -> None:
    roster = Desk(log=desk.log, desk=desk.desk).roster()
    put(site, "roster.json", roster[:-30] + b"A" + roster[-29:])


def the_log_key(site: Path, desk: Desk) -> None:
    desk.publish(site, log=Key())


def the_desk_key(site: Path, desk: Desk) -> None:
    desk.publish(site, signers=[Key()])


def the_range_of_the_desk_key(site: Path, desk: Desk) -> None:
    desk.desk_until = len(desk.entries)
    desk.publish(site)


def the_salt(site: Path, desk: Desk) -> None:
    TAMPERINGS["another_salt"].attack(site, desk)


def a_hash_of_the_proof(site: Path, desk: Desk) -> None:
    TAMPERINGS["a_proof_with_another_hash"].attack(site, desk)


def the_place_in_the_ledger(site: Path, desk: Desk) -> None:
    TAMPERINGS["a_proof_for_another_place"].attack(site, desk)


def a_statement(site: Path, desk: Desk) -> None:
    flip(site / "items/0/proof.js")


def a_picture(site: Path, desk: Desk) -> None:
    flip(site / "items/0/picture.jpg", 3)


@pytest.mark.parametrize(
    "alter",
    some_of(
        [
            a_listed_file, the_list_and_a_file, the_root, the_log_key, the_desk_key, the_range_of_the_desk_key,
            the_salt, a_hash_of_the_proof, the_place_in_the_ledger, a_statement, a_picture,
        ],
        the_list_and_a_file, the_root, the_desk_key, a_hash_of_the_proof,
    ),
)  # fmt: skip
def test_what_was_altered_is_found(tmp_path: Path, alter: Callable[[Path, Desk], None]) -> None:
    site = tmp_path / "site"
    desk = small_site(site)
    alter(site, desk)
    done = by_hand(site)
    assert done.returncode != 0
    assert "item 4 holds" not in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "a_proof_by_an_earlier_checkpoint_that_was_forked",
        pytest.param("an_entry_of_the_ledger_replaced_and_its_tiles", marks=pytest.mark.long),
        pytest.param("a_translation_of_another_post", marks=pytest.mark.long),
        pytest.param("a_translator_who_reviews_what_is_theirs", marks=pytest.mark.long),
        pytest.param("a_person_whose_record_is_not_its_subject", marks=pytest.mark.long),
    ],
)
def test_what_a_desk_lies_about_is_found(tmp_path: Path, name: str) -> None:
    site = tmp_path / "site"
    TAMPERINGS[name].attack(site, two_editions(site))
    done = by_hand(site)
    assert done.returncode != 0
    assert f"item {C} holds" not in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "an_opening_with_another_salt", pytest.param("captured_bytes_with_one_changed", marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_what_is_opened_otherwise_is_found(tmp_path: Path, name: str) -> None:
    site = tmp_path / "site"
    TAMPERINGS[name].attack(site, two_editions(site))
    done = by_hand(site)
    assert done.returncode != 0
    assert "item 4 holds" in done.stdout
    assert f"item {A} holds" not in done.stdout
