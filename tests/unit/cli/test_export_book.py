"""``export --epub``: of numbers, of a voice, of everything that is published, and of nothing else."""

import io
import resource
import shutil
import zipfile
from pathlib import Path

import pytest

from support.collecting_desk import in_folder, tweet, x_files
from support.field_and_desk import WORK
from tamizdat.cli.export_book import write_new
from tamizdat.cli.main import main
from tamizdat.errors import StorageFull
from tamizdat.home.setup import create_desk
from tamizdat.publishing import still_named

SECRET = "这一条没有发表，只在档案里"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with an edition of three posts of two voices, and a fourth that is not released."""
    folder = tmp_path_factory.mktemp("book")
    create_desk(folder / "desk", "ourdesk", b"", WORK)
    tweets = [
        tweet(1, "校舍塌了，我们在找名字"),
        tweet(2, "In English, a year later", created_at="Mon May 12 06:28:00 +0000 2014"),
        tweet(3, SECRET),
        tweet(4, "Of somebody else", user={"id_str": "13", "screen_name": "Wang"}),
    ]
    done(folder / "desk", "collect", str(in_folder(folder / "x", x_files(tweets))))
    numbers = [str(number) for number in numbers_of(folder / "desk") if number]
    done(folder / "desk", "publish", "release", numbers[0], numbers[1], numbers[3])
    done(folder / "desk", "publish")
    return folder / "desk"


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(argv), out, err)
    return code, out.getvalue(), err.getvalue()


def done(home: Path, *argv: str) -> str:
    code, out, err = run(*argv, "--home", str(home))
    assert code == 0, err
    return out


def numbers_of(home: Path) -> list[int]:
    lines = [line.split() for line in done(home, "publish", "list").splitlines()]
    return [int(line[0]) for line in lines if line and line[0].isdecimal()]


def words_of(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith((".xhtml", ".opf")))


def test_a_book_of_everything_holds_what_is_published_and_nothing_else(home: Path, tmp_path: Path) -> None:
    told = done(home, "export", "--epub", str(tmp_path / "all.epub"))
    words = words_of(tmp_path / "all.epub")
    assert "校舍塌了" in words
    assert "Of somebody else" in words
    assert SECRET[:6] not in words
    done(home, "export", "--epub", str(tmp_path / "again.epub"))
    assert (tmp_path / "again.epub").read_bytes() == (tmp_path / "all.epub").read_bytes()
    assert "3 posts of edition 1" in " ".join(told.split())


def test_a_book_of_a_voice_and_one_of_numbers_hold_these_alone(home: Path, tmp_path: Path) -> None:
    done(home, "export", "--epub", str(tmp_path / "voice.epub"), "--voice", "@WANG")
    assert "校舍塌了" not in words_of(tmp_path / "voice.epub")
    first = str(numbers_of(home)[0])
    done(home, "export", "--epub", str(tmp_path / "one.epub"), first)
    assert "Of somebody else" not in words_of(tmp_path / "one.epub")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("--voice", "nobody"), "found nobody"),
        (("999999",), "found 999999"),
        (("x",), "found 'x'"),
        (("1-99999999999",), "at most 100,000"),
        (("44-20",), "the smaller one first, found 44-20"),
        (("--language", "../x"), "language tag"),
        (("--site", "/nonexistent"), "Expected a published site"),
        (("--only", "*.MOV"), "no --only"),
    ],
)
def test_what_is_not_published_or_no_number_is_refused(
    home: Path, tmp_path: Path, argv: tuple[str, ...], told: str
) -> None:
    code, _, err = run("export", "--epub", str(tmp_path / "book.epub"), *argv, "--home", str(home))
    assert code != 0
    assert told in " ".join(err.split())
    assert not (tmp_path / "book.epub").exists()


def test_nothing_is_overwritten_and_a_rehearsal_writes_nothing(home: Path, tmp_path: Path) -> None:
    done(home, "export", "--epub", str(tmp_path / "book.epub"), "--dry-run")
    assert not (tmp_path / "book.epub").exists()
    (tmp_path / "book.epub").write_text("mine")
    code, _, err = run("export", "--epub", str(tmp_path / "book.epub"), "--home", str(home))
    assert code != 0
    assert "does not exist yet" in " ".join(err.split())
    assert (tmp_path / "book.epub").read_text() == "mine"


def test_of_an_altered_site_no_book_is_made(home: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(home / "site", site)
    number = numbers_of(home)[0]
    statement = site / "items" / str(number) / "proof.js"
    statement.write_bytes(statement.read_bytes().replace(b"a", b"b", 1))
    code, _, err = run(
        "export", "--epub", str(tmp_path / "b.epub"), "--site", str(site), str(number), "--home", str(home)
    )
    assert code != 0
    assert not (tmp_path / "b.epub").exists()
    assert "Traceback" not in err


def test_what_was_withdrawn_since_the_edition_is_left_out(home: Path, tmp_path: Path) -> None:
    last = str(numbers_of(home)[3])
    done(home, "publish", "withdraw", last, "--reason", "asked for")
    try:
        code, out, err = run("export", "--epub", str(tmp_path / "book.epub"), "--home", str(home))
    finally:  # the other tests share the desk, in whichever order they run
        done(home, "publish", "release", last)
    assert code == 0
    assert last in out + err
    assert "Of somebody else" not in words_of(tmp_path / "book.epub")


@pytest.mark.parametrize(
    "other", [["--archive", "{}/there"], ["--zim", "{}/x.zim"], ["--evidence", "17", "{}/package"]]
)
def test_of_two_kinds_of_export_none_is_made(home: Path, tmp_path: Path, other: list[str]) -> None:
    asked = [each.format(tmp_path) for each in other]
    code, _, err = run("export", "--epub", str(tmp_path / "x.epub"), *asked, "--home", str(home))
    assert code == 2
    assert "Expected one kind of export" in err
    assert not [*tmp_path.iterdir()]


def test_a_book_that_the_disk_cannot_hold_leaves_nothing_behind(home: Path, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StorageFull):
            write_new(tmp_path / "x.epub", bytes(5000), "the book")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not [*tmp_path.iterdir()]


def test_a_name_that_is_withheld_since_the_edition_is_told_at_once_and_is_in_no_copy(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = str(numbers_of(home)[3])
    done(home, "people", "add", "name=Pema")
    for name, refused in (("pema_2", True), ("edition", False)):
        code, _, err = run("export", "--torrent", str(tmp_path / f"{name}.torrent"), "--dry-run", "--home", str(home))
        assert (code == 2, "which you withhold" in " ".join(err.split())) == (refused, refused), "a torrent tells it"
    done(home, "publish", "release", number, "--tag", "with Dawa")
    done(home, "publish")
    code, _, err = run("people", "add", "name=Dawa", "--home", str(home))
    assert code == 0
    assert f"withheld now, in 1 item ({number})" in " ".join(err.split())
    assert "Dawa" not in err
    code, _, err = run("export", "--zim", str(tmp_path / "e.zim"), "--home", str(home))
    assert (code, "withheld by now" in err, "Dawa" in err) == (2, True, False)
    code, _, err = run("export", "--epub", str(tmp_path / "e.epub"), "--home", str(home))
    assert f"Left out: item {number}." in err
    assert not (tmp_path / "e.zim").exists()
    monkeypatch.setattr(still_named, "BEHIND", -1)
    _, out, _ = run("people", "add", "name=Dawa", "--home", str(home))
    assert "Not all was looked at" in " ".join(out.split()), "what the search has yet to take in is not waited for"
    monkeypatch.undo()
    (home / "site/edition/items.txt").write_text("none")
    code, _, err = run("people", "add", "name=Nima", "--home", str(home))
    assert (code, "could not be read" in err) == (0, True)
