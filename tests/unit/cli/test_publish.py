"""The verb for posts: what it lists, chooses, refuses, and makes."""

import io
import json
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, NoReturn

import pytest

from support.collecting_desk import assigned, in_folder, tweet, x_files
from support.device_proofs import jpeg
from support.field_and_desk import WORK
from tamizdat.archive.acts.state import state
from tamizdat.archive.store.objects import Objects
from tamizdat.archive.views import index
from tamizdat.cli import publish as publish_command
from tamizdat.cli.main import main
from tamizdat.demo.sample_feed import write_first, write_second
from tamizdat.errors import PlaceUnreachable
from tamizdat.home.home import Home
from tamizdat.home.objects import open_archive
from tamizdat.home.setup import create_desk
from tamizdat.home.withheld import RESTORED
from tamizdat.statements.captured import CapturedFile
from tamizdat.text.excerpt import columns
from tamizdat.translation.proposals import propose, tag
from tamizdat.translation.queue import going_out
from tamizdat.verifying import verify


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    tweets = [
        tweet(1, "校舍塌了，我们在找名字"),
        tweet(2, "In English, a year later", created_at="Mon May 12 06:28:00 +0000 2014"),
        tweet(3, "For friends", user={"protected": True, "id_str": "12", "screen_name": "lin"}),
        tweet(4, "Of somebody else", user={"id_str": "13", "screen_name": "Wang"}),
    ]
    export = str(in_folder(tmp_path / "x", x_files(tweets)))
    assert run("collect", export, "--home", str(tmp_path / "desk"))[0] == 0
    return tmp_path / "desk"


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(argv), out, err)
    return code, out.getvalue(), err.getvalue()


def publish(home: Path, *argv: str) -> tuple[int, list[dict[str, Any]], str]:
    """The verb with --json: its code, records and errors."""
    code, out, err = run("publish", *argv, "--home", str(home), "--json")
    return code, [json.loads(line) for line in out.splitlines()], err


def listed(home: Path) -> dict[str, dict[str, Any]]:
    """What 'publish list' says of each post, by the last part of its id."""
    return {each["post"].rsplit("/", 1)[-1]: each for each in publish(home, "list")[1]}


def test_posts_are_listed_with_their_numbers_and_states(home: Path) -> None:
    posts = listed(home)
    assert [posts[each]["release"] for each in "1234"] == ["restricted"] * 4
    assert (posts["1"]["language"], posts["1"]["text"], posts["3"]["audience"]) == (
        "zh",
        "校舍塌了，我们在找名字",
        "followers",
    )
    _, out, _ = run("publish", "list", "--home", str(home))
    assert "For friends (for followers)" in out


def test_what_came_cut_short_and_what_its_platform_has_no_more_is_listed_as_such(home: Path) -> None:
    gone = tweet(9, "It was here", deleted_at="Mon May 13 06:28:00 +0000 2013")
    files = x_files([tweet(1, "校舍塌了，我们在找名字")], **{"deleted-tweets.js": assigned("deleted_tweets", [gone])})
    assert run("collect", str(in_folder(home.parent / "later", files)), "--home", str(home))[0] == 0
    opened = Home.open(home, "desk", b"")
    with open_archive(opened) as archive:
        for path, state_of in (
            ("a.mp4", "whole"),
            ("b.mp4", "cut short"),
            (f"{'long ' * 9}.mp4", "changed while read"),
        ):
            said = CapturedFile("c0" * 32, path, 5, None, "original", state_of, archive.objects.add([path.encode()]))
            state(archive, opened.keyring.signing["desk"], [said.to_statement()])
    lines = run("publish", "list", "--home", str(home))[1].splitlines()
    assert [line.endswith(("a.mp4", "b.mp4  [cut short]")) for line in lines if " clip " in line] == [True, True, False]
    assert "[changed while read]" in map(str.strip, lines)
    assert next(line for line in lines if "It was here" in line).endswith("It was here  [gone]")
    assert max(map(columns, lines)) <= 80


def test_an_index_that_is_made_anew_tells_how_far_it_is_and_one_that_is_not_says_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "STEP", 2)
    assert not any("progress" in each for each in publish(home, "list")[1])
    (home / "archive/index.sqlite").unlink()
    first, *posts = publish(home, "list")[1]
    assert (first["progress"], first["done"]) == ("reading the ledger", first["total"])
    assert len(posts) == 4


def test_a_post_in_many_languages_is_listed_within_the_columns_of_a_terminal(home: Path) -> None:
    opened = Home.open(home, "desk", b"")
    with open_archive(opened) as archive:
        version = going_out(archive, listed(home)["1"]["post"])
        assert version
        for language in ("ar", "bo", "en", "ug"):
            by = tag(bytes(32), version.post, language)
            propose(archive, opened.keyring.signing["desk"], by, version, language, ["x"], (), "2026-11-25")
    _, out, _ = run("publish", "list", "--home", str(home))
    assert "[ar proposed, bo proposed, en proposed, ug proposed]" in out
    assert max(map(columns, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("argv", "released"),
    [
        (("--all",), {"1", "2", "4"}),
        (("--voice", "@LIN"), {"1", "2"}),
        (("--all", "--voice", "wang"), {"4"}),
        (("--since", "2014-01-01"), {"2"}),
        (("--until", "2013-05-12"), {"1", "4"}),
        (("--voice", "lin", "--since", "2013-05-12", "--until", "2013-05-12"), {"1"}),
    ],
)
def test_many_are_released_at_once(home: Path, argv: tuple[str, ...], released: set[str]) -> None:
    assert publish(home, "release", *argv, "--dry-run")[0] == 0
    assert {each["release"] for each in listed(home).values()} == {"restricted"}
    assert publish(home, "release", *argv, "--tag", "school", "--embargo", "2030-01-01", "--bytes")[0] == 0
    posts = listed(home)
    assert {each for each, said in posts.items() if said["release"] == "public"} == released
    assert all((posts[each]["tags"], posts[each]["until"], posts[each]["bytes"]) == (["school"], "2030-01-01", True)
               for each in released)  # fmt: skip


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("1", "--all"),
        ("999999",),
        ("--since", "yesterday"),
        ("--voice", "nobody"),
        ("POST1", "--embargo", "soon"),
        ("POST1", "--bytes", "--bytes-tell", "everything"),
        ("POST1", "--title", "A title"),
        ("POST1", "POST2", "--alt", "A gate."),
        ("--voice", "lin", "--alt", "A gate."),
        ("POST3",),
        ("POST1", "POST3"),
        ("POST1", "999999"),
    ],
)
def test_what_makes_no_sense_or_must_not_be_is_refused_and_releases_nothing(home: Path, argv: tuple[str, ...]) -> None:
    posts = listed(home)
    numbers = [str(posts[each[4:]]["item"]) if each.startswith("POST") else each for each in argv]
    code, _, _ = publish(home, "release", *numbers)
    assert code == 2
    assert {each["release"] for each in listed(home).values()} == {"restricted"}


def test_what_was_withdrawn_is_not_released_with_all(home: Path) -> None:
    number = str(listed(home)["1"]["item"])
    assert publish(home, "withdraw", number, "--reason", "A mistake.")[0] == 0
    assert publish(home, "release", "--all")[0] == 0
    assert listed(home)["1"]["release"] == "withdrawn"
    assert publish(home, "release", number)[0] == 0
    assert listed(home)["1"]["release"] == "public"


def test_a_picture_that_waits_for_a_word_of_who_is_in_it_is_not_said_to_become_public(home: Path) -> None:
    post = str(listed(home)["1"]["item"])
    opened = Home.open(home, "desk", b"")
    with open_archive(opened) as archive:
        for path, held in (("a.jpg", jpeg()), ("b.psd", b"8BPS")):
            said = CapturedFile("c0" * 32, path, 5, None, "original", "whole", archive.objects.add([held]))
            state(archive, opened.keyring.signing["desk"], [said.to_statement()])
        picture, layers = [str(item.number) for item in archive.index.items()]
    code, out, err = run("publish", "release", picture, layers, "--home", str(home))
    assert (code, "makes" in out, f"tamizdat redact {picture}'" in err) == (0, False, True)
    assert f"No edition shows {layers}:" in err
    out = run("publish", "release", picture, post, "--home", str(home))[1]
    assert "makes the others public." in " ".join(out.split())


def test_a_release_that_is_stated_is_told_although_the_originals_place_is_away(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Home.open(home, "desk", b"")
    with open_archive(opened) as archive:
        said = CapturedFile("c0" * 32, "a.jpg", 5, None, "original", "whole", archive.objects.add([jpeg()]))
        state(archive, opened.keyring.signing["desk"], [said.to_statement()])
        [picture] = [str(item.number) for item in archive.index.items()]

    def away(*_: object) -> NoReturn:
        raise PlaceUnreachable("The place does not answer.")

    monkeypatch.setattr(Objects, "open", away)
    code, out, _ = run("publish", "release", picture, "--home", str(home))
    assert (code, "1 item released." in out, "of which an editor has said" in " ".join(out.split())) == (0, True, True)


def test_who_withdraws_is_told_what_takes_it_off_the_site(home: Path) -> None:
    number = str(listed(home)["1"]["item"])
    assert "makes it public." in run("publish", "release", number, "--home", str(home))[1]
    later = run("publish", "release", number, "--embargo", "2099-01-01", "--home", str(home))[1]
    assert "makes it public, from 2099-01-01 on." in later
    told = run("publish", "withdraw", number, "--dry-run", "--home", str(home))[1]
    assert "The site shows nothing of" in told
    assert "off the site" not in told
    run("publish", "release", number, "--embargo", "", "--home", str(home))
    publish(home)
    told = run("publish", "withdraw", number, "--home", str(home))[1]
    assert "1 post withdrawn. 'tamizdat publish' takes it off the site." in told
    assert "public" not in told
    told = run("publish", "release", number, "--home", str(home))[2]
    assert "Withdrawn before, and shown again from the next edition on" in told


def test_a_number_that_is_none_leads_to_the_list_that_has_numbers(home: Path) -> None:
    told = publish(home, "release", "999999")[2]
    assert "'tamizdat publish list' and 'tamizdat people' show the numbers." in " ".join(told.split())
    run("people", "add", "name=Lin", "--home", str(home))
    person = max(int(line.split()[0]) for line in run("people", "--home", str(home))[1].splitlines()[:-1])
    code, _, told = publish(home, "release", str(person))
    assert (code, f"that of a person: 'tamizdat people release {person}'" in " ".join(told.split())) == (2, True)
    told = run("publish", "withdraw", str(person), "--home", str(home))[1]
    assert "1 person withdrawn." in told


def test_a_preview_is_not_released_and_the_file_that_it_shows_is_named(home: Path) -> None:
    opened = Home.open(home, "desk", b"")
    with open_archive(opened) as archive:
        for path, kind in (("a.mp4.jpg", "preview"), ("a.mp4", "original")):
            said = CapturedFile("c0" * 32, path, 5, None, kind, "whole", archive.objects.add([path.encode()]))
            state(archive, opened.keyring.signing["desk"], [said.to_statement()])
        number = {each.path: each.number for each in archive.index.items()}
    shown = number["a.mp4"]
    for argv in ([], ["--dry-run"]):
        code, _, told = publish(home, "release", str(number["a.mp4.jpg"]), *argv)
        assert (code, f"the preview of {shown}: 'tamizdat publish release {shown}'" in " ".join(told.split())) == (
            2,
            True,
        )
    preview = str(number["a.mp4.jpg"])
    code, _, told = publish(home, "withdraw", preview)
    assert (code, f"'tamizdat publish withdraw {shown}'" in " ".join(told.split())) == (2, True)
    code, _, told = run("redact", preview, "--nobody", "--home", str(home))
    assert (code, f"Say it of {shown}, the file itself." in " ".join(told.split())) == (2, True)
    assert {each["item"]: each["release"] for each in publish(home, "list")[1]}[shown] == "restricted"
    code, out, _ = run("publish", "release", f"{min(number.values())}-{max(number.values())}", "--home", str(home))
    assert (code, "of which an editor has said who is in them" in " ".join(out.split())) == (0, True), out


def test_ranges_take_what_all_would_take_and_a_number_by_itself_what_it_names(home: Path) -> None:
    posts = {each: said["item"] for each, said in listed(home).items()}
    every = f"{min(posts.values())}-{max(posts.values()) + 9}"
    publish(home, "withdraw", str(posts["2"]))
    code, out, _ = run("publish", "release", every, "--home", str(home))
    assert (code, "Passed over: 9 numbers of the ranges" in " ".join(out.split())) == (0, True), out
    assert "Left withdrawn: 1 post." in out
    assert "1 post was not written for everybody" in out
    assert {each for each, said in listed(home).items() if said["release"] == "public"} == {"1", "4"}
    assert publish(home, "release", every, str(posts["2"]))[1][-1]["released"] == [posts["2"]]
    assert publish(home, "withdraw", every, "--reason", "she asked")[1][-1]["withdrawn"] == [
        posts[each] for each in "124"
    ]
    assert publish(home, "withdraw", every)[0] == 2, "nothing in it is released"
    for wrong in ("9-1", "1-", "-1", "1-2-3", "1–4", "../1", "1-999999999"):
        assert publish(home, "release", wrong)[0] == 2, wrong
    day = ("--day", "2026-11-01")
    assert publish(home, "consent", every, *day)[1][-1]["consent"] == [posts["3"]], "for her followers"
    assert publish(home, "consent", every, *day, "--withdrawn")[1][-1]["withdrawn"] == [posts["3"]]
    assert publish(home, "consent", every, *day, "--withdrawn")[0] == 2


def test_a_range_records_the_consent_of_nobody_who_was_not_named(home: Path, tmp_path: Path) -> None:
    """Numbers of one author's posts lie among another's, and whoever types a range has asked one of them."""
    other = tweet(5, "For others", user={"protected": True, "id_str": "14", "screen_name": "zhao"})
    said = {"accountId": "14", "username": "zhao", "accountDisplayName": "Zhao"}
    files = x_files([other]) | {"data/account.js": assigned("account", [{"account": said}])}
    run("collect", str(in_folder(tmp_path / "y", files)), "--home", str(home))
    posts = {each: said["item"] for each, said in listed(home).items()}
    every, day = f"{min(posts.values())}-{max(posts.values())}", ("--day", "2026-11-01")
    code, _, err = publish(home, "consent", every, *day)
    told = " ".join(err.split())
    assert (code, "for each author agrees alone; found those of @lin, @zhao." in told) == (2, True), told
    assert not [each for each in listed(home).values() if "consent" in each]
    publish(home, "consent", str(posts["3"]), str(posts["5"]), *day)
    assert publish(home, "consent", every, *day, "--withdrawn")[0] == 0, "which can only be asked too often"


@pytest.mark.parametrize("named", [("--all",), ("1-99",)])
def test_nothing_that_has_no_embargo_is_released_with_one(home: Path, named: tuple[str, ...]) -> None:
    desk = Home.open(home, "desk", b"")
    with open_archive(desk) as archive:
        said = CapturedFile("c0" * 32, "a.jpg", 5, None, "original", "whole", archive.objects.add([b"a.jpg"]))
        state(archive, desk.keyring.signing["desk"], [said.to_statement()])
    code, _, err = publish(home, "release", *named, "--embargo", "2099-01-01")
    assert (code, "is public with the next edition, whatever day is named. Found 1 item:" in " ".join(err.split())) == (
        2,
        True,
    ), err
    assert {each["release"] for each in publish(home, "list")[1]} == {"restricted"}
    assert publish(home, "release", *named)[0] == 0


def test_a_dry_run_refuses_what_would_be_refused(home: Path) -> None:
    number = str(listed(home)["1"]["item"])
    run("people", "add", "name=Lin", "--home", str(home))
    person = str(run("people", "--home", str(home))[1].split()[0])
    for argv in (
        ("publish", "release", number, "--embargo", "soon"),
        ("people", "set", person, "name="),
        ("people", "add", "name=Lin", "state=dead"),
        ("people", "wall", "--sentence", "自由", "--language", "!!"),
    ):
        assert run(*argv, "--dry-run", "--home", str(home))[0] == 2, argv
    assert run("people", "export", str(home / "list.csv"), "--dry-run", "--home", str(home))[0] == 0
    assert not (home / "list.csv").exists()


def test_an_edition_is_foreseen_made_and_tells_what_was_left_out(home: Path) -> None:
    posts = listed(home)
    publish(home, "release", "--voice", "lin", "--since", "2014-01-01", "--embargo", "2099-01-01")
    publish(home, "release", str(posts["1"]["item"]), "--bytes")
    code, records, _ = publish(home, "--dry-run")
    assert (code, records[-1]["added"], records[-1]["waiting"]) == (
        0,
        [posts["1"]["item"]],
        [[posts["2"]["item"], "2099-01-01"]],
    )
    assert not (home / "site").exists()
    code, records, _ = publish(home)
    assert (code, records[-1]["items"], records[-1]["new"]) == (0, 1, True)
    assert verify(home / "site").holds
    code, out, _ = run("publish", "--home", str(home))
    assert (code, "Nothing differs from edition 1" in out) == (0, True)


def test_a_reason_for_a_correction_is_kept_and_a_number_that_is_none_is_refused(home: Path) -> None:
    assert publish(home, "correct", str(listed(home)["1"]["item"]), "--reason", "A reader wrote.")[0] == 0
    assert publish(home, "correct", "999999", "--reason", "x")[0] == 2
    assert publish(home, "withdraw", "999999")[0] == 2


def test_what_is_gone_from_the_platform_is_released_by_number_only(tmp_path: Path) -> None:
    write_first(tmp_path / "first")
    write_second(tmp_path / "second")
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    for export in ("first", "second"):
        assert run("collect", str(tmp_path / export), "--home", str(tmp_path / "desk"))[0] == 0
    gone = [number for number, each in listed_by_number(tmp_path / "desk").items() if each["state"] == "gone"]
    assert len(gone) == 2
    for argv in (("--all",), ("--voice", "linxia_diary"), ("--since", "2020-01-01")):
        _, [noted, said], _ = publish(tmp_path / "desk", "release", *argv)
        assert not set(gone) & set(said["released"])
        assert said["gone"] == gone
        assert f"by number: {gone[0]} {gone[1]}." in str(noted)
    assert publish(tmp_path / "desk", "release", *map(str, gone))[1][0]["released"] == gone
    assert set(gone) <= set(publish(tmp_path / "desk")[1][-1]["added"])


def test_a_clock_that_stands_before_the_last_edition_is_told_before_another_is_signed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(home, "release", str(listed(home)["1"]["item"]))
    assert "clock" not in str(publish(home)[1])
    assert "clock" not in str(publish(home)[1])

    class Early(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Early":
            return cls(2011, 4, 3, tzinfo=tz)

    monkeypatch.setattr(publish_command, "datetime", Early)
    assert "this computer's clock says 2011-04-03: one of both is wrong" in str(publish(home, "--dry-run")[1])


def test_a_folder_that_is_named_by_a_way_back_is_the_one_that_is_made(home: Path) -> None:
    publish(home, "release", "--all")
    code, out, _ = run("publish", "--out", str(home / "nothing/../public"), "--home", str(home))
    assert (code, f"The site is in {home / 'public'}." in " ".join(out.split())) == (0, True)
    assert verify(home / "public", None).holds


def test_of_an_order_that_is_refused_no_address_is_remembered(home: Path) -> None:
    publish(home, "release", "--all")
    run("people", "add", "name=Lin Zhaodi", "--home", str(home))
    for argv in ((), ("--dry-run",)):  # which says what the other would say
        code, _, err = publish(home, "--address", "https://lin-zhaodi.example", *argv)
        assert (code, "found it in 1 place: 'Lin Zhaodi' (person" in " ".join(err.split())) == (1, True), err
    assert publish(home, "--address", "https://example.org", "--to", "nowhere")[0] == 2
    opened = Home.open(home, "desk", b"")
    with opened.changing():
        opened.settings[RESTORED] = 10_000
    code, _, err = publish(home, "--address", "https://example.org")
    assert (code, "--although-restored" in err) == (1, True)
    assert Home.open(home, "desk", b"").addresses == []
    assert publish(home, "--address", "https://example.org", "--although-restored")[0] == 0
    assert Home.open(home, "desk", b"").addresses == ["https://example.org/"]


def listed_by_number(home: Path) -> dict[int, dict[str, Any]]:
    return {each["item"]: each for each in publish(home, "list")[1]}


def test_an_edition_of_nothing_is_not_signed(home: Path) -> None:
    code, _, err = publish(home, "--address", "https://example.org")
    assert (code, "Expected something that is released, found nothing" in err) == (2, True)
    assert not (home / "site").exists()
    assert Home.open(home, "desk", b"").addresses == []
    assert publish(home, "--dry-run")[0] == 0
    publish(home, "release", str(listed(home)["1"]["item"]))
    assert publish(home)[0] == 0
    publish(home, "withdraw", str(listed(home)["1"]["item"]))
    assert publish(home)[0] == 0, "readers have an edition: that it is empty now is news"


@pytest.mark.parametrize("way", ["--to", "--out"])
def test_a_site_is_put_into_no_folder_in_which_the_desk_or_a_place_of_it_lies(home: Path, way: str) -> None:
    publish(home, "release", "--all")
    private, store = home.parent / "disk" / "store", home.parent / "disk"
    private.mkdir(parents=True)
    assert run("places", "add", "second", str(private), "--copy", "--home", str(home))[0] == 0
    for folder, what in ((private, "the place “second”"), (store, "the place “second”"), (home.parent, "the desk")):
        code, _, err = publish(home, way, str(folder))
        assert (code, f"{what} lies in {folder}" in " ".join(err.split())) == (2, True), err
        assert not (folder / "index.html").exists()
    assert publish(home, way, str(home.parent / "web"))[0] == 0
    lost = home.parent / "not-plugged-in" / "web"
    assert (publish(home, "--to", str(lost))[0], lost.parent.exists()) == (2, False)


def test_an_address_is_checked_remembered_and_forgotten(home: Path) -> None:
    publish(home, "release", "--all")
    assert publish(home, "--address", "example.org")[0] == 2
    assert publish(home, "--address", "https://example.org", "--dry-run")[0] == 0
    assert Home.open(home, "desk", b"").addresses == []
    code, out, _ = run(
        "publish", "--address", "https://example.org", "--address", "http://m.onion/x", "--home", str(home)
    )
    assert code == 0
    assert "name https://example.org/ as its address" in out
    assert Home.open(home, "desk", b"").addresses == ["https://example.org/", "http://m.onion/x/"]
    front = home / "site/index.html"
    assert '<link rel="canonical" href="https://example.org/index.html">' in front.read_text("utf-8")
    assert publish(home)[1][-1]["new"] is False, "it is remembered"
    assert publish(home, "--address", "")[1][-1]["new"] is True
    assert "canonical" not in front.read_text("utf-8")
    assert not (home / "site/sitemap.xml").exists()
    assert verify(home / "site", None).holds


@pytest.mark.parametrize("words", [("--title", "The gate"), ("--alt", "A gate.")])
def test_a_title_is_that_of_one_item(home: Path, words: tuple[str, str]) -> None:
    desk = Home.open(home, "desk", b"")
    with open_archive(desk) as archive:
        for name in ("a.jpg", "b.jpg"):
            said = CapturedFile("c0" * 32, name, 5, None, "original", "whole", archive.objects.add([name.encode()]))
            state(archive, desk.keyring.signing["desk"], [said.to_statement()])
    files = {each["path"]: each for each in publish(home, "list")[1] if "path" in each}
    first, second = (str(files[name]["item"]) for name in ("a.jpg", "b.jpg"))
    for named in ((first, second), (f"{first}-{second}",), ("--all",)):
        code, _, err = publish(home, "release", *named, *words)
        told = " ".join(err.split())
        assert (code, f"'tamizdat publish release {first} {words[0]} …'" in told) == (2, True), told
    assert {each["release"] for each in publish(home, "list")[1]} == {"restricted"}
    assert publish(home, "release", first, second, "--caption", "At the gate")[0] == 0
    assert publish(home, "release", first, *words)[0] == 0
