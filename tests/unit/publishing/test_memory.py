"""What an edition holds does not grow with words and files: these lie on disk until they are asked for."""

import contextlib
import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.published_desk import House
from tamizdat.archive.views import releases
from tamizdat.publishing import remembered_posts
from tamizdat.publishing.build import proofs
from tamizdat.publishing.build.cache import BuildCache
from tamizdat.publishing.build.edition_build import Build
from tamizdat.publishing.build.file_identity import identity_of
from tamizdat.publishing.build.site_state import known_files, known_folders, look
from tamizdat.publishing.build.unit_files import MadeUnits, WrittenFile
from tamizdat.publishing.derived import posts
from tamizdat.publishing.leaks import scanner, secrets

WORDS = 20_000  #: characters of a post; two bytes each in memory
FEW = 24


@pytest.fixture
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the posts of a test were many: of so few all would be in memory at once."""
    for module, name in (
        (posts, "AT_A_TIME"), (releases, "ROWS"), (remembered_posts, "READ"), (scanner, "TOGETHER"), (secrets, "READ"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, 4)


def most_memory(folder: Path, count: int) -> int:
    """The most that is held while it is found out what an edition of so many posts would say, and told to nobody."""
    folder.mkdir()
    house = House(folder)
    house.take(*(tweet(number, f"第{number}天。" + chr(0x4E00 + number) * WORDS) for number in range(1, count + 1)))
    house.release(*range(1, count + 1))
    house.publish(dry_run=True)  # the first loads what any edition needs
    tracemalloc.start()
    try:
        assert house.publish(dry_run=True).items == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("few_at_a_time")
def test_an_edition_of_twice_as_many_posts_holds_hardly_more_of_their_words(tmp_path: Path) -> None:
    least, most = most_memory(tmp_path / "few", FEW), most_memory(tmp_path / "many", 2 * FEW)
    assert most - least < FEW * WORDS / 2, "a post's words once are four times that"


FILES = 2_000
PATH = 100  #: bytes that the path of a file takes, at the least


def peak(work: Callable[[int], object]) -> int:
    """How much more is held at the most for twice as many files, beside what the first time loads.

    The least of some rounds, in turns: threads of other tests take memory meanwhile, and some waits to be collected.
    """
    work(FILES // 10)
    rounds = [(_peak(work, FILES), _peak(work, 2 * FILES)) for _ in range(10)]
    return min(more for _, more in rounds) - min(fewer for fewer, _ in rounds)


def _peak(work: Callable[[int], object], count: int) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        work(count)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_lists_of_twice_as_many_files_are_made_in_hardly_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "TOGETHER", 64)

    def lists(count: int) -> None:
        made = proofs.files_lists(
            ((f"items/{number}/index.html", f"{number:064x}") for number in range(count)), tmp_path
        )
        assert sum(data.count(b"\n") for data in made.values()) == count + len(made) - 1

    assert peak(lists) < FILES * PATH / 2


def remembered(folder: Path, count: int) -> BuildCache:
    """A site of so many files, and what is remembered of it."""
    site, cache = folder / f"site-{count}", BuildCache(folder / f"archive-{count}", folder / "lock")
    (folder / f"archive-{count}").mkdir()
    made = MadeUnits(folder)
    for number in range(count):
        path = site / f"items/{number}/index.html"
        path.parent.mkdir(parents=True)
        path.touch()
        found = path.stat()
        path = path.relative_to(site)
        made.add(
            f"item {number}", f"{number:064x}",
            [WrittenFile(path.as_posix(), 0, identity_of(found), "0" * 64, found.st_ctime_ns)],
        )  # fmt: skip
    (site / "ledger").mkdir()
    (site / "beside.txt").touch()
    cache.save(set(), made)
    cache.save_folders(known_folders(site, None), whole=True)
    return cache


def test_the_look_at_a_site_of_twice_as_many_files_takes_hardly_more_memory(tmp_path: Path) -> None:
    with contextlib.ExitStack() as closing:
        caches = {
            count: closing.enter_context(contextlib.closing(remembered(tmp_path, count)))
            for count in (FILES // 10, FILES, 2 * FILES)
        }

        def looked(count: int) -> None:
            site = tmp_path / f"site-{count}"
            state = look(site, caches[count], known_files(site, ["beside.txt"]))
            assert state is not None
            assert state.untouched
            assert state.beside == {"beside.txt"}
            assert sum(1 for _ in caches[count].units()) == sum(1 for _ in caches[count].listed()) == count
            assert caches[count].fingerprint(f"item {count - 1}") == f"{count - 1:064x}"

        assert peak(looked) < FILES * PATH / 2


def test_what_leaves_a_site_is_found_without_the_digests_of_all_its_files(tmp_path: Path) -> None:
    def removed(count: int) -> None:
        paths = [f"items/{number}/index.html" for number in range(count)]
        build = Build.__new__(Build)
        build.made, build.kept = MadeUnits(tmp_path), MadeUnits(tmp_path)
        for number, path in enumerate(paths):
            units = build.kept if number % 2 else build.made
            units.add(f"item {number}", f"{number:064x}", [WrittenFile(path, 0, number, "0" * 64)])
        build.present = {*paths, "items/gone/index.html", "beside.txt"}
        assert build._removed({"beside.txt": None}) == {"items/gone/index.html"}

    path, places = PATH, 2 * 48  # the path, and its place in two sets that are about to grow
    assert peak(removed) < FILES * (path + places)
