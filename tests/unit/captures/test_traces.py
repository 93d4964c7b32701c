"""Captured bytes are given out only after a search for the desk, and only with what was agreed to."""

import gzip
import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.published_desk import House
from support.web_samples import DATE, URL, answer, record, wacz
from tamizdat.archive import Archive
from tamizdat.archive.acts.people import state_person
from tamizdat.captures.traces import own_names, search
from tamizdat.captures.web_archive import WebArchive
from tamizdat.cli.main import main
from tamizdat.encoding import sha256_hex
from tamizdat.home.home import ARCHIVE
from tamizdat.publishing.names_in_captures import NamesInCaptures
from tamizdat.statements.catalogued import PersonEntry

NAMES = {"203.0.113.7": "an address", "Desk-Laptop": "the name of this computer", "Asia/Urumqi": "the time zone"}


def found(*records: bytes) -> list[str]:
    with WebArchive(io.BytesIO(wacz(list(records)))) as web:
        return [each.what for each in search(web, NAMES)]


@pytest.mark.parametrize(
    ("body", "headers", "what"),
    [
        (b"you come from 203.0.113.7", {}, "an address (203.0.113.7)"),
        (gzip.compress(b"203.0.113.7", mtime=0), {"Content_Encoding": "gzip"}, "an address (203.0.113.7)"),
        (b"4\r\n203.\r\n7\r\n0.113.7\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}, "an address (203.0.113.7)"),
        (b"", {"X_Client": "DESK-LAPTOP"}, "the name of this computer (desk-laptop)"),
        (b"<a href='/?zone=Asia%2FUrumqi'>", {}, "the time zone (asia%2furumqi)"),
        (b"", {"Set_Cookie": "session=1; Path=/"}, "a cookie (session)"),
    ],
    ids=["body", "gzip", "chunks", "head", "encoded", "cookie"],
)
def test_a_trace_is_found_wherever_a_site_writes_it(body: bytes, headers: dict[str, str], what: str) -> None:
    assert found(record("response", URL, answer(body, **headers))) == [what]


@pytest.mark.parametrize("packed", [False, True])
def test_the_bytes_of_a_picture_that_is_covered_are_found_bare(packed: bool) -> None:
    bare, headers = b"\xff\xd8 a face", {"Content_Encoding": "gzip"} if packed else {}
    held = record("response", URL, answer(gzip.compress(bare, mtime=0) if packed else bare, **headers))
    for of, what in ((bare, ["a face"]), (bare + b"!", [])):
        with WebArchive(io.BytesIO(wacz([held]))) as web:
            assert [each.what for each in search(web, {}, {sha256_hex(of): "a face"})] == what


def test_a_cookie_that_was_sent_is_found_in_the_request() -> None:
    assert found(record("request", URL, b"GET / HTTP/1.1\r\nHost: a\r\nCookie: who=1\r\n\r\n")) == ["a cookie (who)"]


def test_nothing_is_found_where_nothing_is() -> None:
    assert found(record("response", URL, answer(b"203.0.113.8"))) == []


def test_the_desk_knows_its_own_name() -> None:
    names = own_names()
    assert (
        len(os.uname().nodename) < 4 or os.uname().nodename in names or os.uname().nodename in ("localhost", "debian")
    )
    assert not {"127.0.0.1", "::1", ""} & set(names)


def test_nothing_is_given_out_without_a_yes_to_what_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(tmp_path / "desk")
    assert main(["setup", "desk", "--home", home, "--no-passphrase", "--allow-swap"]) == 0
    kept = tmp_path / "kept.wacz"
    assert main(["people", "add", "name=Tashi Dolma", "--home", home, "--allow-swap"]) == 0
    body = answer(b"<p>203.0.113.7, tashi dolma</p>", Set_Cookie="id=7")
    kept.write_bytes(wacz([record("response", URL, body)], [{"url": URL, "ts": DATE}]))
    assert main(["collect", str(kept), "--home", home, "--allow-swap"]) == 0
    with Archive.open(Path(home) / ARCHIVE) as archive:
        [number] = [each.number for each in archive.index.pages.all()]
    given = tmp_path / "given.wacz"
    command = ["publish", "page", str(number), str(given), "--home", home, "--allow-swap", "--also", "203.0.113.7"]
    assert main(command) == 0
    told, warned = (each.replace("\n", " ") for each in capsys.readouterr())
    assert "run it again with --yes 3" in told
    assert "who is not released" in warned
    assert main([*command, "--yes"]) == 1
    assert not given.exists()
    assert main([*command, "--yes", "3"]) == 0
    assert given.read_bytes() == kept.read_bytes()
    assert main([*command, "--yes", "3"]) == 2  # it is there already


def test_names_of_people_are_found_as_in_an_edition_and_short_ones_in_words_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    entry = PersonEntry("Tashi Dolma", known_as=("Li",), elsewhere=("Li Ning",))
    number = state_person(house.archive, house.desk, entry)
    state_person(house.archive, house.desk, replace(entry, name="T."), number)

    def told(body: str) -> list[str]:
        held = record("response", URL, answer(body.encode(), Content_Type="text/html; charset=utf-8"))
        with WebArchive(io.BytesIO(wacz([held]))) as web:
            return [each.what for each in search(web, {}, told=NamesInCaptures(house.archive))]

    whose = f"the name of person {number}, who is not released"
    assert told("<script>Li=1; Li()</script><p>Shoes of Li Ning") == []
    assert told("<p>met <b>Li</b>") == [f"{whose} (Li)"]
    for body in ("<b>Tashi</b> Dolma", '<script>{"by":"\\u0054ashi Dolma"}</script>', "a@tashidolma.example"):
        assert told(body) == [f"{whose} (Tashi Dolma)"], "the name that she had before"


def test_names_are_found_in_what_a_file_of_pages_says_of_itself(tmp_path: Path) -> None:
    house = House(tmp_path)
    state_person(house.archive, house.desk, PersonEntry("Pema"))

    def told(**made: Any) -> list[str]:
        with WebArchive(io.BytesIO(wacz(**made))) as web:
            return [each.where for each in search(web, {}, told=NamesInCaptures(house.archive))]

    assert told() == []
    assert told(pages=[{"url": URL, "ts": DATE, "title": "of Pema"}]) == ["pages/pages.jsonl"]
    assert told(listed={"logs/pema_1.log": b""}) == ["datapackage.json"], "which names it"
