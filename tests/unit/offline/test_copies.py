"""An edition as a ZIM file and as a torrent: the same bytes and proofs every time, and found when altered."""

import dataclasses
import functools
import hashlib
import http.server
import multiprocessing
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
from tamizdat.disk.lock import locked
from tamizdat.errors import BadEncoding, CheckFailed, DamagedInput, InUse, StorageFull, UsageError
from tamizdat.ledger.cosignature import Witness
from tamizdat.offline import torrent
from tamizdat.offline.bencode import Bencoded, decode, encode
from tamizdat.offline.check import check_copy
from tamizdat.offline.edition import EditionFolder, read_edition
from tamizdat.offline.torrent import WARNING, difference, make_torrent, read_torrent
from tamizdat.offline.zim import is_zim_of, make_zim, read_site


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


def test_of_two_who_make_the_same_zim_the_second_leaves_the_first_alone(edition: EditionFolder, tmp_path: Path) -> None:
    (making := tmp_path / ".site.zim.making").mkdir()
    (making / "zim").write_bytes(b"half of it")
    with locked(making / "lock"), pytest.raises(InUse, match=r"is making site\.zim here at this moment"):
        make_zim(edition, tmp_path / "site.zim")
    assert (making / "zim").read_bytes() == b"half of it"
    assert not (tmp_path / "site.zim").exists()


def test_without_room_for_all_of_it_no_zim_is_begun(
    edition: EditionFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / ".site.zim.making" / "zim_fulltext.idx.tmp"  # of a run that was killed
    left.mkdir(parents=True)
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


def test_a_torrent_is_the_same_bytes_again_and_names_no_tracker_time_or_program(zim: Path) -> None:
    addresses = ["https://example.org/site/", "https://example.net/", "https://example.net/other/"]
    made = make_torrent(zim, addresses)
    assert make_torrent(zim, addresses) == made
    told = decode(made.data)
    assert isinstance(told, dict)
    info = told[b"info"]
    assert isinstance(info, dict)
    assert set(told) == {b"comment", b"info", b"url-list"}
    assert set(info) == {b"length", b"name", b"piece length", b"pieces"}
    assert told[b"comment"] == WARNING.encode()
    assert made.seeds == ("https://example.org/edition.zim", "https://example.net/edition.zim")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("size", "piece"), [(0, 16384), (1, 16384), (16384, 16384), (65536, 16384), (70_000, 32768)])
def test_a_file_of_any_size_is_what_libtorrent_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, piece: int
) -> None:
    monkeypatch.setattr(torrent, "MANY", 4)
    file = tmp_path / "ལྷ་ས.zim"
    file.write_bytes(hashlib.shake_128(b"any").digest(size))
    made = make_torrent(file)
    (tmp_path / "x.torrent").write_bytes(made.data)
    told = read_torrent(tmp_path / "x.torrent")
    assert (difference(told), told.path, told.size, told.piece) == ("", file, size, piece)
    if size:  # libtorrent takes no torrent of nothing
        read = libtorrent.torrent_info(made.data)
        assert str(read.info_hashes().v1) == made.info_hash
        theirs = libtorrent.create_torrent(read.files(), told.piece, libtorrent.create_torrent.v1_only)
        libtorrent.set_piece_hashes(theirs, str(tmp_path))
        assert libtorrent.torrent_info(theirs.generate()).hash_for_piece(0) == told.pieces[:20]
        assert str(libtorrent.torrent_info(theirs.generate()).info_hashes().v1) == made.info_hash


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
def address(zim: Path) -> Iterator[str]:
    """The address of a site beside which the ZIM lies, on a server of this computer."""
    handler = functools.partial(_Ranges, directory=str(zim.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/site/"
        server.shutdown()


def test_a_real_client_fetches_it_from_a_web_seed_and_it_verifies(zim: Path, address: str, tmp_path: Path) -> None:
    (tmp_path / "edition.torrent").write_bytes(make_torrent(zim, [address]).data)
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
    fetched = tmp_path / "edition.zim"
    for _ in range(1200):  # what has arrived is written a moment later
        if fetched.is_file() and fetched.read_bytes() == zim.read_bytes():
            break
        time.sleep(0.05)
    report = check_copy(tmp_path / "edition.torrent")
    assert report.holds
    assert {"torrent", "zim"} <= {each.name for each in report.links}


def test_a_file_that_is_not_whole_or_was_changed_is_not_the_torrents(zim: Path, tmp_path: Path) -> None:
    (tmp_path / "x.torrent").write_bytes(make_torrent(zim).data)
    data = bytearray(zim.read_bytes())
    data[-1] ^= 1
    for other in (zim.read_bytes()[:-1], bytes(data), b""):
        (tmp_path / "edition.zim").write_bytes(other)
        with pytest.raises(DamagedInput, match="not fetched whole, or was changed"):
            check_copy(tmp_path / "x.torrent")


def test_export_takes_the_zim_that_is_there_if_it_is_this_editions_and_whole(
    edition: EditionFolder, zim: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.zim").write_bytes(zim.read_bytes())
    where = ["--site", str(edition.folder), "--torrent", str(tmp_path / "e.torrent")]
    assert main(["export", "--home", str(tmp_path), *where]) == 0
    assert "it is there already" in " ".join(capsys.readouterr().out.split())
    assert (tmp_path / "e.torrent").read_bytes() == make_torrent(tmp_path / "e.zim", edition.addresses).data
    assert main(["export", "--home", str(tmp_path), *where]) == 2, "nothing is written over"
    for other in (zim.read_bytes()[:-1] + b"?", zim.read_bytes()[:-1], b"ZIM", b""):
        (tmp_path / "e.zim").write_bytes(other)
        assert not is_zim_of(tmp_path / "e.zim", edition)
    (tmp_path / "e.torrent").unlink()
    assert main(["export", "--home", str(tmp_path), *where]) == 2
    assert "Move it away" in " ".join(capsys.readouterr().err.split()), (
        "nobody named that file, so it is told what it should be"
    )
    assert not is_zim_of(zim, dataclasses.replace(edition, files=edition.files[1:]))


def test_a_torrent_has_a_name_that_clients_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--home", str(tmp_path), "--torrent", str(tmp_path / "edition.zim")]) == 2
    assert "ends in .torrent" in " ".join(capsys.readouterr().err.split())


def test_without_its_file_a_torrent_says_what_to_fetch(zim: Path, tmp_path: Path) -> None:
    (tmp_path / "x.torrent").write_bytes(make_torrent(zim).data)
    with pytest.raises(UsageError, match="which this torrent is of, beside it"):
        check_copy(tmp_path / "x.torrent")


def test_a_torrent_of_a_folder_as_they_were_made_before_says_what_to_do(tmp_path: Path) -> None:
    info: dict[bytes, Bencoded] = {
        b"files": [{b"length": 1, b"path": [b"index.html"]}],
        b"name": b"site",
        b"piece length": 16384,
        b"pieces": bytes(20),
    }
    (tmp_path / "x.torrent").write_bytes(encode({b"info": info}))
    with pytest.raises(UsageError, match="the folder of a site or a ZIM"):
        check_copy(tmp_path / "x.torrent")


def _of(length: int, piece: int, pieces: bytes) -> bytes:
    return encode({b"info": {b"length": length, b"name": b"a", b"piece length": piece, b"pieces": pieces}})


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"i1e", b"d4:infoi1ee", b"d4:infod4:name2:..ee", b"d4:infod4:name3:a/bee", b"d4:infod4:name99:aee"),
        *(_of(1, 0, bytes(20)), _of(1, -1, bytes(20)), _of(1, 16384, b""), _of(1 << 60, 16384, bytes(20))),
        _of(-1, 16384, b""),
    ],
)
def test_what_is_no_torrent_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "x.torrent").write_bytes(data)
    with pytest.raises(DamagedInput, match=r"Expected a torrent, found|not fetched whole"):
        check_copy(tmp_path / "x.torrent")


@pytest.mark.parametrize("data", [b"i01e", b"d1:bi1e1:ai1ee", b"1:", b"l" * 100 + b"e" * 100, b"i1ei2e", b"-1:a"])
def test_bencode_is_read_in_its_one_form(data: bytes) -> None:
    with pytest.raises(BadEncoding):
        decode(data)
    assert decode(encode({b"a": [1, b"x", {b"b": -2}]})) == {b"a": [1, b"x", {b"b": -2}]}
