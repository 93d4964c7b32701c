"""An edition as a ZIM file and as a torrent: the same bytes and proofs every time, and found when altered."""

import functools
import hashlib
import http.server
import multiprocessing
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import libtorrent
import pytest
from libzim.reader import Archive
from libzim.search import Query, Searcher

from support.site_maker import small_site
from tamizdat.cli.main import main
from tamizdat.errors import BadEncoding, CheckFailed, DamagedInput, StorageFull, UsageError
from tamizdat.ledger.cosignature import Witness
from tamizdat.offline import torrent
from tamizdat.offline.bencode import decode, encode
from tamizdat.offline.check import check_copy
from tamizdat.offline.edition import EditionFolder, read_edition
from tamizdat.offline.torrent import READABLE, WARNING, make_torrent, read_torrent
from tamizdat.offline.zim import make_zim, read_site


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> EditionFolder:
    folder = tmp_path_factory.mktemp("served") / "site"
    small_site(folder)
    return read_edition(folder)


@pytest.fixture(scope="module")
def zim(edition: EditionFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zim") / "edition.zim"
    make_zim(edition, path)
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ZIM ------------------------------------------------------------------------------------------------------------------


def test_a_zim_holds_the_sites_files_and_is_the_same_bytes_again(
    edition: EditionFolder, zim: Path, tmp_path: Path
) -> None:
    make_zim(edition, tmp_path / "again.zim")
    assert (tmp_path / "again.zim").read_bytes() == zim.read_bytes()
    (tmp_path / "out").mkdir()
    read_site(zim, tmp_path / "out")
    assert tree(tmp_path / "out") == tree(edition.folder)


def test_libzims_own_check_holds_and_it_tells_the_day_and_no_program(edition: EditionFolder, zim: Path) -> None:
    archive = Archive(zim)
    assert archive.check()
    assert archive.main_entry.get_item().path == "index.html"
    told = {name: bytes(archive.get_metadata(name)).decode("utf-8", "replace") for name in archive.metadata_keys}
    assert told["Date"] == edition.day
    assert "Scraper" not in told
    assert archive.has_illustration(48)
    assert archive.has_fulltext_index


def test_words_are_found_in_it_by_search(edition: EditionFolder, tmp_path: Path) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "index.html").write_text(
        "<html><head><title>Front &amp; gate</title></head><body>校舍塌了 the school fell</body></html>"
    )
    make_zim(EditionFolder(folder, "Words", 1, "2026-11-23", bytes(32), ("index.html",)), tmp_path / "words.zim")
    archive = Archive(tmp_path / "words.zim")
    assert archive.get_entry_by_path("index.html").title == "Front & gate"
    for word in ("school", "校舍"):
        search = Searcher(archive).search(Query().set_query(word))
        assert list(search.getResults(0, 5)) == ["index.html"]


def test_verify_reads_the_site_out_of_a_zim(zim: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(zim), "--no-memory"]) == 0
    assert "read out of it" in capsys.readouterr().out
    stranger = Witness("w.example", bytes(range(32))).encode()
    assert main(["verify", str(zim), "--no-memory", "--witness", stranger]) == 1  # it did not sign


def test_a_changed_byte_in_a_zim_is_found(zim: Path, tmp_path: Path) -> None:
    data = bytearray(zim.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed.zim").write_bytes(data)
    with pytest.raises(DamagedInput, match="Expected a ZIM file"):
        check_copy(tmp_path / "changed.zim")
    (tmp_path / "cut.zim").write_bytes(zim.read_bytes()[:-1000])
    with pytest.raises(DamagedInput, match="Expected a ZIM file"):
        check_copy(tmp_path / "cut.zim")


def test_a_zim_made_anew_with_an_altered_page_breaks_the_site_in_it(edition: EditionFolder, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(edition.folder, tmp_path / "altered"))
    (folder / "index.html").write_bytes((folder / "index.html").read_bytes().replace(b"<p>", b"<p>not ", 1) + b"\n")
    with pytest.raises(CheckFailed, match=r"'files' broken: .*found 1 that"):
        read_edition(folder)
    forged = EditionFolder(folder, "Site", edition.number, edition.day, edition.digest, edition.files)
    make_zim(forged, tmp_path / "forged.zim")
    assert "file index.html" in [each.name for each in check_copy(tmp_path / "forged.zim").broken]


@pytest.mark.parametrize("data", [b"", b"ZIM\x04", b"no zim", b"ZIM\x04" + bytes(4096)])
def test_what_is_no_zim_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zim").write_bytes(data)
    with pytest.raises(DamagedInput, match="Expected a ZIM file"):
        check_copy(tmp_path / "x.zim")


def test_nothing_is_written_over(edition: EditionFolder, zim: Path) -> None:
    with pytest.raises(UsageError, match="does not exist yet"):
        make_zim(edition, zim)


def test_without_room_for_all_of_it_no_zim_is_begun(
    edition: EditionFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / ".site.zim.part_fulltext.idx.tmp"  # of a run that was killed
    left.mkdir()
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=300_000))
    with pytest.raises(StorageFull, match=r"found 300,000\. Make room"):
        make_zim(edition, tmp_path / "site.zim")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_meanwhile_ends_what_writes_the_zim(
    edition: EditionFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    left = iter([usage.free])  # at the beginning there is room, then none any more
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=next(left, 0)))
    with pytest.raises(StorageFull, match="No room is left to write"):
        make_zim(edition, tmp_path / "site.zim")
    assert list(tmp_path.iterdir()) == []
    assert not multiprocessing.active_children()


@pytest.mark.skipif(shutil.which("zimcheck") is None, reason="zimcheck is not installed (Debian: zim-tools)")
def test_zimcheck_finds_nothing_but_its_own_age(zim: Path) -> None:
    """Debian 12's knows no ZIM of a newer libzim ("title index"): of the content it must find nothing wrong."""
    said = subprocess.run(["zimcheck", "-M", "-F", "-P", "-X", "-L", "-E", str(zim)], capture_output=True, text=True,
                          check=False).stdout  # fmt: skip
    errors = [line for line in said.splitlines() if "[ERROR]" in line]
    assert not errors, said


# Torrent --------------------------------------------------------------------------------------------------------------


def test_a_torrent_is_the_same_bytes_again_and_names_no_tracker_time_or_program(edition: EditionFolder) -> None:
    made = make_torrent(edition, ["https://example.org/site/", "https://example.net/"])
    assert make_torrent(edition, ["https://example.org/site/", "https://example.net/"]) == made
    told = decode(made.data)
    assert isinstance(told, dict)
    assert set(told) == {b"comment", b"info", b"piece layers", b"url-list"}
    assert told[b"comment"] == WARNING.encode()
    assert made.name == "site"
    assert made.seeds == ("https://example.org/",)
    assert made.unfit == ("https://example.net/",)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_libtorrent_reads_it_as_both_versions(edition: EditionFolder) -> None:
    made = make_torrent(edition)
    read = libtorrent.torrent_info(made.data)
    hashes = read.info_hashes()
    assert (str(hashes.v1), str(hashes.v2)) == (made.v1, made.v2)
    pads = libtorrent.file_storage.flag_pad_file
    files = read.files()
    named = [files.file_path(at) for at in range(files.num_files()) if not files.file_flags(at) & pads]
    assert sorted(named) == sorted(f"{made.name}/{path}" for path in edition.files)


def test_the_hashes_of_files_of_every_kind_of_size_are_libtorrents(tmp_path: Path) -> None:
    (tmp_path / "site/a").mkdir(parents=True)
    sizes = {"a.html": 7, **{f"a/{size}": size for size in (0, 1, 16384, 16385, 70_000, 16384 * 9)}, "z": 3}
    for path, size in sizes.items():
        (tmp_path / "site" / path).write_bytes(hashlib.shake_128(path.encode()).digest(size))
    made = make_torrent(
        EditionFolder(tmp_path / "site", "", 1, "", bytes(32), tuple(sizes)), ["https://x.example/site/"]
    )
    session = libtorrent.session({"listen_interfaces": "", "enable_dht": False, "enable_lsd": False})
    asked = libtorrent.add_torrent_params()
    asked.ti, asked.save_path = libtorrent.torrent_info(made.data), str(tmp_path)
    handle = session.add_torrent(asked)
    for _ in range(3000):
        if handle.status().is_seeding:
            break
        time.sleep(0.02)
    assert handle.status().is_seeding  # it found every piece on the disk, by its own hashes


class _Ranges(http.server.SimpleHTTPRequestHandler):
    """Serves files and parts of them, as web servers do."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        data = path.read_bytes() if path.is_file() else b""
        first, _, last = (self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")
        part = data[int(first) : int(last) + 1 if last else None]
        self.send_response(206 if path.is_file() else 404)
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)


@pytest.fixture
def seed(edition: EditionFolder) -> Iterator[str]:
    """The address of the site, on a server of this computer."""
    handler = functools.partial(_Ranges, directory=str(edition.folder.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/site/"
        server.shutdown()


def test_a_real_client_fetches_it_from_a_web_seed_and_it_verifies(
    edition: EditionFolder, seed: str, tmp_path: Path
) -> None:
    made = make_torrent(edition, [seed])
    (tmp_path / "edition.torrent").write_bytes(made.data)
    session = libtorrent.session({
        "listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
        "enable_natpmp": False, "ssrf_mitigation": False,
    })  # fmt: skip
    asked = libtorrent.add_torrent_params()
    asked.ti, asked.save_path = libtorrent.torrent_info(str(tmp_path / "edition.torrent")), str(tmp_path)
    handle = session.add_torrent(asked)
    for _ in range(1200):
        if handle.status().is_seeding:
            break
        time.sleep(0.05)
    assert handle.status().is_seeding
    session.pause()
    for _ in range(1200):  # what has arrived is written a moment later
        if tree(tmp_path / "site") == tree(edition.folder):
            break
        time.sleep(0.05)
    assert tree(tmp_path / "site") == tree(edition.folder)
    report = check_copy(tmp_path / "edition.torrent")
    assert report.holds
    assert "torrent" in [each.name for each in report.links]
    (tmp_path / "site/planted.html").write_bytes(b"planted")
    assert "torrent" in [each.name for each in check_copy(tmp_path / "edition.torrent").broken]


def test_an_edition_too_large_for_both_versions_is_given_out_by_the_first_and_verifies(
    edition: EditionFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(make_torrent(edition).data) - 1000
    monkeypatch.setattr(torrent, "READABLE", size)
    shutil.copytree(edition.folder, tmp_path / "site")
    made = make_torrent(edition, ["https://x.example/site/"])
    assert len(made.data) < size
    assert not made.v2
    assert "btmh" not in made.magnet
    (tmp_path / "x.torrent").write_bytes(made.data)
    read = libtorrent.torrent_info(str(tmp_path / "x.torrent"))
    assert (str(read.info_hashes().v1), read.info_hashes().has_v2()) == (made.v1, False)
    assert read.num_files() == len(edition.files)
    session = libtorrent.session({"listen_interfaces": "", "enable_dht": False, "enable_lsd": False})
    asked = libtorrent.add_torrent_params()
    asked.ti, asked.save_path = read, str(tmp_path)
    handle = session.add_torrent(asked)
    until = time.monotonic() + 30
    while not handle.status().is_seeding and time.monotonic() < until:
        time.sleep(0.02)
    assert handle.status().is_seeding  # it read every piece, and none was other
    assert check_copy(tmp_path / "x.torrent").holds
    (tmp_path / "site" / "one-more.txt").write_bytes(b"")
    [told] = [each for each in check_copy(tmp_path / "x.torrent").broken if each.name == "torrent"]
    assert made.v1 in told.detail


def test_an_edition_of_too_many_files_has_no_torrent_and_its_desk_is_told_what_to_do(
    edition: EditionFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torrent, "READABLE", 1000)
    monkeypatch.setattr("tamizdat.offline.edition.verify", None)  # it is told before that work begins
    command = [
        "export",
        "--home",
        str(tmp_path),
        "--site",
        str(edition.folder),
        "--torrent",
        str(tmp_path / "x.torrent"),
    ]
    assert main(command) == 2
    assert "--zim FILE" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_libtorrent_reads_a_torrent_as_large_as_we_make_one_and_none_much_larger(
    edition: EditionFolder, tmp_path: Path
) -> None:
    whole = decode(make_torrent(edition).data)
    assert isinstance(whole, dict)
    for size, read in ((READABLE, True), (10_000_000, False)):
        (tmp_path / "x.torrent").write_bytes(encode(whole | {b"filling": bytes(size)}))
        if read:
            assert libtorrent.torrent_info(str(tmp_path / "x.torrent")).num_files()
        else:
            with pytest.raises(RuntimeError, match="too large"):
                libtorrent.torrent_info(str(tmp_path / "x.torrent"))


def test_a_file_beside_it_whose_name_is_stray_bytes_breaks_it(edition: EditionFolder, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(edition.folder, tmp_path / "site"))
    (tmp_path / "x.torrent").write_bytes(make_torrent(edition, ["https://x.example/site/"]).data)
    assert check_copy(tmp_path / "x.torrent").holds
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.html")).touch()
    [told] = [each for each in check_copy(tmp_path / "x.torrent").broken if each.name == "torrent"]
    assert "stray bytes" in told.detail


def test_without_its_folder_a_torrent_says_what_to_fetch(edition: EditionFolder, tmp_path: Path) -> None:
    (tmp_path / "x.torrent").write_bytes(make_torrent(edition).data)
    with pytest.raises(UsageError, match="which this torrent is of, beside it"):
        check_copy(tmp_path / "x.torrent")


@pytest.mark.parametrize(
    "data",
    [b"", b"i1e", b"d4:infoi1ee", b"d4:infod4:name2:..ee", b"d4:infod4:name3:a/bee", b"d4:infod4:name99:aee"],
)
def test_what_is_no_torrent_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.torrent").write_bytes(data)
    with pytest.raises(DamagedInput, match="Expected a torrent of a site"):
        read_torrent(tmp_path / "x.torrent")


@pytest.mark.parametrize("data", [b"i01e", b"d1:bi1e1:ai1ee", b"1:", b"l" * 100 + b"e" * 100, b"i1ei2e", b"-1:a"])
def test_bencode_is_read_in_its_one_form(data: bytes) -> None:
    with pytest.raises(BadEncoding):
        decode(data)
    assert decode(encode({b"a": [1, b"x", {b"b": -2}]})) == {b"a": [1, b"x", {b"b": -2}]}
