"""The verb redact: who is in it, what is covered, and the word of another account."""

import io
import json
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import in_folder, tweet, x_files
from support.field_and_desk import WORK
from support.media_samples import loaded_clip, loaded_jpeg_bytes, needs_ffmpeg
from support.media_samples import run as ffmpeg
from support.published_desk import NOON, status
from support.transcribing_desk import capture
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.views.redactions import Redaction
from tamizdat.cli.main import main
from tamizdat.cli.redact_sheet import check_looked, pages_of, words_of
from tamizdat.covering import Cover, Key, Region
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.home.objects import open_archive
from tamizdat.home.setup import create_desk
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.text.excerpt import columns
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.auth.passphrases import Passphrases

TODAY = date(2026, 11, 25)
REGION = {"shape": "ellipse", "cover": "solid", "from": 0, "to": 0}
PASSPHRASE = "correct horse battery staple"
KEY = {"at": 0, "x": 100, "y": 100, "width": 500, "height": 500}


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Home, int]:
    home = create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    accounts = Accounts.open(home, Passphrases(memory=8, rounds=1, lanes=1))
    for name, role in (("magpie", "editor"), ("heron", "editor"), ("wren", "translator")):
        accounts.join(accounts.invite([role], ["en"], TODAY), name, PASSPHRASE, TODAY)
    with open_archive(home) as archive:
        number = capture(archive, home.keyring.signing["desk"], loaded_jpeg_bytes(), "A.JPG")
    assert main(["publish", "release", str(number), "--home", str(home.folder)], io.StringIO(), io.StringIO()) == 0
    return home, number


def run(home: Home, *argv: str, verb: str = "redact", passphrase: str = PASSPHRASE) -> tuple[int, str]:
    told, wrong = io.StringIO(), io.StringIO()
    read, write = os.pipe()
    os.write(write, f"{passphrase}\n".encode())
    os.close(write)
    given = ("--passphrase-fd", str(read)) if "--account" in argv else ()
    code = main([verb, *argv, *given, "--home", str(home.folder)], told, wrong)
    os.close(read)
    assert all(columns(line) <= 80 for line in told.getvalue().splitlines())
    return code, " ".join((told.getvalue() + wrong.getvalue()).split())


def records(home: Home, *argv: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    main(["redact", *argv, "--json", "--home", str(home.folder)], out, io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_who_releases_a_picture_is_told_at_once_that_it_waits_for_a_word_on_who_is_in_it(
    desk: tuple[Home, int],
) -> None:
    home, number = desk
    code, told = run(home, "release", str(number), verb="publish")
    assert (code, f"'tamizdat redact {number}' with --nobody" in told) == (0, True)
    run(home, str(number), "--nobody")
    assert "redact" not in run(home, "release", str(number), verb="publish")[1]


def look(home: Home, item: str, folder: Path) -> list[str]:
    """The words at the end of the frame sheet's pages."""
    code, told = run(home, item, "--sheet", str(folder))
    assert code == 0, told
    found = [re.search("<b>([0-9a-f]{6})</b>", page.read_text()) for page in sorted(folder.glob("*.html"))]
    words = [each[1] for each in found if each]
    assert words
    assert not [each for each in words if each in told], "they stand on the sheet alone"
    return words


def written(path: Path, said: object) -> str:
    path.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
    return str(path)


def test_a_cover_is_proposed_looked_at_and_approved_by_another_account(desk: tuple[Home, int], tmp_path: Path) -> None:
    home, number = desk
    item, file = str(number), written(tmp_path / "cover.json", {"regions": [{**REGION, "keys": [KEY]}]})
    assert f"'tamizdat redact {number}'" in run(home, item)[1]
    assert "The people in it: nothing is said of them." in run(home, item)[1]
    assert records(home)[0]["state"] == "unsaid"
    code, told = run(home, item, "--cover", file, "--account", "magpie", "--dry-run")
    assert (code, "1 region and 0 silences would be proposed." in told) == (0, True), told
    assert records(home, item)[0]["number"] is None
    assert run(home, item, "--cover", file, "--account", "magpie")[0] == 0
    assert records(home)[0] == {"item": number, "state": "proposed", "waits": True, "title": ""}
    assert f"A cover was proposed for {number}, and nobody approved it" in run(home, item, "--nobody")[1]
    assert "left out" in run(home, "--dry-run", verb="publish")[1]
    assert run(home, item, "--return", "--account", "magpie")[0] == 0
    assert records(home, item)[0]["waits"] is False, "nobody is in it, as was said"
    assert run(home, item, "--undecided")[0] == 0
    assert run(home, item, "--cover", file, "--account", "magpie")[0] == 0
    for name, message in (("magpie", "Expected another account"), ("wren", "Expected the account of an editor")):
        code, told = run(home, item, "--approve", "--account", name)
        assert (code, message in told) == (2, True), told
    code, told = run(home, item, "--approve", "--account", "heron", passphrase="that of somebody else")
    assert (code, "Name or passphrase is wrong" in told) != (0, False), "nobody is two people by typing a name"
    assert records(home, item)[0]["state"] == "proposed"
    assert run(home, item, "--copy", str(tmp_path / "seen.jpg"))[0] == 0
    assert (tmp_path / "seen.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    code, told = run(home, item, "--approve", "--account", "heron")
    assert (code, "--looked with the word of page 1" in told) == (2, True), told
    assert run(home, item, "--sheet", str(tmp_path / "sheet"), "--dry-run")[0] == 0
    [looked] = look(home, item, tmp_path / "sheet")
    assert run(home, item, "--approve", "--looked", "0" * 6, "--account", "heron")[0] == 2
    assert run(home, item, "--return", "--looked", looked, "--account", "heron")[0] == 2
    assert run(home, item, "--sheet", str(tmp_path / "sheet"))[0] == 2, "what lies there is of another look"
    assert run(home, item, "--approve", "--looked", looked.upper(), "--account", "heron")[0] == 0
    [found] = records(home, item)
    assert (found["state"], found["waits"], found["cover"]["regions"][0]["keys"]) == ("approved", False, [KEY])
    assert "left out" not in run(home, "--dry-run", verb="publish")[1]


def test_a_picture_of_a_post_is_named_by_its_place_and_covered_by_two_accounts(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, told = (
        desk[0],
        {"extended_entities": {"media": [{"type": "photo", "media_url_https": "https://pbs.x/T.jpg"}]}},
    )
    files = x_files([tweet(1, "Look", **told), tweet(2, "Words")]) | {"data/tweets_media/1-T.jpg": loaded_jpeg_bytes()}
    with open_archive(home) as archive:
        export = open_export(in_folder(tmp_path / "export", files), report := IngestReport())
        ingest(archive, home.keyring.signing["desk"], export, recognise(export), NOON, report)
        export.close()
        post, words = (archive.index.releases.numbers()[status(each)] for each in (1, 2))
    with open_archive(home) as archive:
        state_release(archive, home.keyring.signing["desk"], CataloguedPost(status(1), release="public"))
    [listed] = records(home, str(post))
    assert listed == {"item": listed["item"], "post": post, "media": 1, "state": "unsaid"}
    assert f"Post {words} has no pictures" in run(home, str(words))[1]
    named, file = (
        (str(post), "--media", "1"),
        written(tmp_path / "cover.json", {"regions": [{**REGION, "keys": [KEY]}]}),
    )
    assert f"a file of post {post}." in run(home, *named)[1]
    assert run(home, *named, "--cover", file, "--account", "magpie")[0] == 0
    assert {"item": listed["item"], "state": "proposed", "waits": True, "title": ""} in records(home)
    assert f"A cover was proposed for {desk[1]}," in run(home, str(desk[1]), "--nobody")[1], "a card has the same bytes"
    assert run(home, str(listed["item"]), "--approve", "--account", "magpie")[0] == 2
    looked = look(home, str(listed["item"]), tmp_path / "sheet")
    assert run(home, str(listed["item"]), "--approve", "--looked", *looked, "--account", "heron")[0] == 0
    assert records(home, *named)[0]["state"] == "approved"
    for argv, message in (
        ((str(post), "--media", "2"), "one of the 1 files"),
        ((str(post), "--cover", file, "--account", "magpie"), "named with --media"),
        ((*named, "--nobody"), "Expected the number of a post alone"),
        ((str(desk[1]), "--media", "1"), "Expected the number of a post"),
        (("--media", "1"), "Expected the number of an item"),
    ):
        code, said = run(home, *argv)
        assert (code, message in said) == (2, True), said
    assert run(home, str(post), "--nobody")[0] == 0


@pytest.mark.needs_box
@needs_ffmpeg
def test_a_recording_in_a_container_of_clips_is_written_with_its_silences(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, source = desk[0], tmp_path / "a.mp4"
    ffmpeg("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=0.3", source)
    with open_archive(home) as archive:
        item = str(capture(archive, home.keyring.signing["desk"], source.read_bytes(), "A.MP4"))
    file = written(tmp_path / "cover.json", {"silences": [{"from": 0, "to": 300}]})
    assert run(home, item, "--cover", file, "--account", "magpie")[0] == 0
    code, told = run(home, item, "--copy", str(tmp_path / "heard.mp4"))
    assert (code, "which is proposed" in told) == (0, True), told
    assert b"ftyp" in (tmp_path / "heard.mp4").read_bytes()[:12]
    words = look(home, item, tmp_path / "sheet")
    assert (tmp_path / "sheet/sound.mp4").read_bytes() == (tmp_path / "heard.mp4").read_bytes()
    assert {path.stat().st_mode & 0o77 for path in (tmp_path / "sheet").iterdir() if path.is_file()} == {0}
    assert run(home, item, "--approve", "--looked", *words, "--account", "heron")[0] == 0


@pytest.mark.needs_box
@needs_ffmpeg
def test_who_approves_gives_the_words_of_all_pages_and_they_are_of_no_use_for_another_cover(tmp_path: Path) -> None:
    copy, keys = loaded_clip(tmp_path / "clip.mp4"), tuple(Key(at, 0, 0, 5, 5) for at in range(300))
    cover = Cover((Region("solid", "rectangle", 0, 300, keys),))
    latest = Redaction(9, 1, "0" * 64, cover, "", "", "proposed", "")
    every = pages_of(cover, copy)
    assert len(every) == 2
    first, second = words_of(latest, copy, len(every))
    check_looked(latest, copy, [second, first], 1)
    moved = replace(latest, cover=Cover((replace(cover.regions[0], end=301),)))
    for of, said, page in ((latest, [first], "2"), (latest, [second], "1"), (moved, [first, second], "1, 2")):
        with pytest.raises(UsageError, match=f"the word of page {page} of"):
            check_looked(of, copy, said, 1)


def test_who_is_in_it_is_said_of_many_and_taken_back(desk: tuple[Home, int]) -> None:
    home, number = desk
    assert "left out" in run(home, "--dry-run", verb="publish")[1]
    code, told = run(home, str(number), "--consented")
    assert (code, "all who can be recognised consented is recorded of 1 item." in told) == (0, True), told
    assert "left out" not in run(home, "--dry-run", verb="publish")[1]
    assert run(home, str(number), "--undecided")[0] == 0
    assert "left out" in run(home, "--dry-run", verb="publish")[1]
    assert run(home, "9999", "--nobody")[0] == 2
    assert run(home, "--nobody")[0] == 2


def test_of_a_range_the_word_is_said_of_what_shows_somebody_and_the_rest_is_told(desk: tuple[Home, int]) -> None:
    home, number = desk
    typed = f"{number}-{number + 30}"
    code, told = run(home, typed, "--nobody")
    assert (code, "is recorded of 1 item." in told, "30 numbers of the ranges" in told) == (0, True, True), told
    assert "left out" not in run(home, "--dry-run", verb="publish")[1]
    assert run(home, f"{number + 1}-{number + 30}", "--nobody")[0] == 2, "it is said of nothing"
    assert run(home, typed, "9999", "--undecided")[0] == 2, "a number by itself must be one of which it can be said"
    for wrong in ("44-20", "x", "1-", "-"):
        assert run(home, "--nobody", "--", wrong)[0] == 2


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("", "Expected a file of regions"),
        ("[]", "Expected a file of regions"),
        ("[" * 100_000, "Expected a file of regions"),
        ('{"regions": [], "silences": NaN}', "found NaN"),
        ({"regions": [{**REGION, "keys": [{**KEY, "x": 0.5}]}]}, "Expected whole numbers, found 0.5"),
        ({"regions": [{**REGION, "keys": [{**KEY, "x": -1}]}]}, "from 0 on, found -1"),
        ({"regions": [{**REGION, "keys": [{**KEY, "x": 9_999}]}]}, "inside the picture"),
        ({"regions": [{**REGION, "to": 9, "keys": [KEY]}]}, "does not move"),
        ({"regions": []}, "--nobody"),
    ],
)
def test_a_file_that_covers_nothing_or_says_something_else_is_refused(
    desk: tuple[Home, int], tmp_path: Path, said: object, message: str
) -> None:
    home, number = desk
    file = written(tmp_path / "cover.json", said)
    code, told = run(home, str(number), "--cover", file, "--account", "magpie")
    assert (code, message in told) == (2, True), told
    assert records(home, str(number))[0]["number"] is None


def test_an_edition_of_nothing_but_what_waits_for_a_word_is_not_signed(desk: tuple[Home, int]) -> None:
    home, number = desk
    out, err = io.StringIO(), io.StringIO()
    assert main(["publish", "--home", str(home.folder)], out, err) == 2
    assert f"tamizdat redact {number}" in " ".join(err.getvalue().split())
    assert not (home.folder / "site").exists()
