"""Forgetting at the workbench: shown first, by an editor who says the passphrase again, and gone from every draft."""

import json
from collections.abc import Iterable
from datetime import timedelta

import pytest

from support.archive_samples import captured
from support.collecting_desk import NOW, manifest_of, tweet, x_files
from support.visitor import TEXTS, WORDS, Room, Visitor
from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.acts.state import state
from tamizdat.archive.forgetting.destruction import commit
from tamizdat.archive.forgetting.destruction import destroy as really_destroy
from tamizdat.archive.forgetting.plan import planned
from tamizdat.disk.lock import locked
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.statements.transcribed import Cue
from tamizdat.translation.proposals import propose
from tamizdat.workbench.forgotten_rows import forget_rows
from tamizdat.workbench.jobs import forget
from tamizdat.workbench.jobs.jobs import FORGET

SECRET = "只有他们知道的门牌和名字"


def asked(room: Room, visitor: Visitor, number: int, **form: str) -> str:
    """What the page says once the job that the form began has ended."""
    answer = visitor.post(f"/forget/{number}", **form)
    room.bench.jobs.wait()
    return visitor.get(f"/forget/{number}").text if answer.status == 303 else answer.text


def rows(room: Room) -> int:
    [(count,)] = room.bench.sealed._connection.execute("SELECT count(*) FROM rows").fetchall()
    return int(count)


def test_an_editor_sees_what_goes_before_it_goes_and_says_the_passphrase_again(room: Room) -> None:
    editor, number = room.visitor("editor"), room.number(2)
    file = room.archive.index.posts.versions(room.post(2))[-1].capture
    said = room.archive.index.posts.versions(room.post(2))[-1].text
    assert f'href="/forget/{number}"' in editor.get(f"/items/{number}").text
    assert "See what goes" in editor.get(f"/forget/{number}").text
    page = asked(room, editor, number, do="foresee")
    assert "3 statements of the ledger" in page
    assert "2 of the statements are about files of posts, and are stated again" in page
    assert "Collected once more, they bring it back as a new post: delete them first." in page
    assert "may hold more of it" not in page
    assert "of files of" not in page
    assert room.archive.index.posts.versions(room.post(2))
    for wrong in ("", "not the passphrase"):
        assert "Nothing was forgotten" in asked(room, editor, number, do="forget", why="asked", passphrase=wrong)
    assert room.archive.index.posts.versions(room.post(2))
    page = asked(room, editor, number, do="forget", why="danger", passphrase=WORDS)
    assert "It is forgotten." in page
    assert "3 statements · 1 file" in page
    assert editor.get(f"/items/{number}").status == 404
    files = [path.read_bytes() for path in room.archive.folder.rglob("*") if path.is_file()]
    assert not any(said.encode() in each or json.dumps(said)[1:-1].encode() in each for each in files)
    [(_, told)] = room.archive.forgettings()
    assert told.why == "danger"
    assert "was forgotten" in asked(room, editor, number, do="foresee")
    assert "See what goes" not in editor.get(f"/forget/{number}").text
    assert editor.get(f"/forget/{file}").to == f"/forget/{room.archive.instead_of(file)}"


def test_files_that_may_hold_more_of_it_lead_to_where_they_go_as_a_whole(room: Room) -> None:
    later = NOW + timedelta(days=1)
    post = tweet(2, TEXTS[2], favorite_count="7", unknown="x" * 60_000)
    room.take_files(x_files([post], manifest=manifest_of(later, 1)), "later", later)
    [file] = planned(room.archive, [room.number(2)]).unsure
    editor = room.visitor("editor")
    page = asked(room, editor, room.number(2), do="foresee")
    assert "may hold more of it, written in another way. What was not found stays there." in page
    assert f'href="/forget/{file}"' in page
    assert "See what goes" in editor.get(f"/forget/{file}").text
    assert f'href="/items/{file}"' not in editor.get(f"/forget/{file}").text


def test_a_delivery_whose_list_of_files_still_names_it_is_told(room: Room) -> None:
    [number] = room.archive.append([captured("witness-A")])
    page = asked(room, room.visitor("editor"), number, do="foresee")
    assert "The list of files of 1 delivery stays, and names it" in page
    assert "bring it back as a new post" not in page


def test_what_stays_with_its_bytes_or_tells_of_them_is_told_before_and_after(room: Room) -> None:
    clip = b"a clip that two cards have not"
    note = f"File Hash SHA256,DeviceID\n{sha256_hex(clip)},x\n".encode()
    said = {"consignment": "11" * 32, "modified": "2011-04-03T02:11:09Z", "state": "whole", "kind": "original"}
    files = {"1.mp4": clip, f"notes/{sha256_hex(clip)}.proof.csv": note}
    subjects = [(Subject("original", room.archive.objects.add([data])), name) for name, data in files.items()]
    item, noted = state(
        room.archive,
        room.bench.key,
        [Statement("captured", (about,), {**said, "path": name, "size": len(files[name])}) for about, name in subjects],
    )
    editor = room.visitor("editor")
    page = asked(room, editor, item, do="foresee")
    assert "What a device noted of it stays" in page
    page = asked(room, editor, item, do="forget", why="asked", passphrase=WORDS)
    assert "Still here" in page
    assert f'href="/forget/{noted}"' in page


def test_a_number_of_nothing_that_can_be_forgotten_leads_to_where_one_is_found(room: Room) -> None:
    editor, number = room.visitor("editor"), room.number(2)
    sight = planned(room.archive, [number]).files[0].sights[0]
    for wrong in (sight, 999_999):
        for answer in (editor.get(f"/forget/{wrong}"), editor.post(f"/forget/{wrong}", do="foresee")):
            room.bench.jobs.wait()
            assert answer.status in (303, 404)
        page = editor.get(f"/forget/{wrong}").text
        assert "Nothing that can be forgotten has this number." in page
        assert 'href="/search"' in page
        for words in ("See what goes", "Expected", "publish list", f'href="/items/{wrong}"'):
            assert words not in page


def test_who_is_no_editor_neither_sees_nor_does_it(room: Room) -> None:
    number = room.number(2)
    for role in ("translator", "reviewer"):
        visitor = room.visitor(role)
        assert "/forget/" not in visitor.get(f"/items/{number}").text
        assert visitor.get(f"/forget/{number}").status == 403
        assert visitor.post(f"/forget/{number}", do="forget", why="asked", passphrase=WORDS).status == 403
    assert room.archive.index.posts.versions(room.post(2))


def test_what_is_released_is_refused_with_what_to_do(room: Room) -> None:
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(2), release="public"))
    page = asked(room, room.visitor("editor"), room.number(2), do="foresee")
    assert f"found that {room.number(2)} is released" in page
    assert f"the page of item {room.number(2)}" in page


def test_a_reason_that_is_none_of_the_four_words_is_refused(room: Room) -> None:
    editor, number = room.visitor("editor"), room.number(2)
    answer = editor.post(f"/forget/{number}", do="forget", why="because of 王芳", passphrase=WORDS)
    assert answer.status == 400
    assert room.bench.jobs.of(FORGET) is None


def test_what_was_typed_about_it_goes_and_what_was_typed_of_others_stays(room: Room) -> None:
    bench, account = room.bench, room.accounts["translator"]
    before = rows(room)
    for number in (2, 3):
        post = room.post(number)
        version = room.archive.index.posts.versions(post)[-1]
        draft = bench.drafts.read(account, post, "en", [version.text], [""], "")
        bench.drafts.save(account, draft, [(0, f"{SECRET} {number}", 0)], bench.now())
        bench.drafts.drop(account, post, "en", bench.now())
        bench.drafts.save(account, draft, [(0, f"{SECRET} {number}", 0)], bench.now())
        bench.notes.add(account, post, "en", SECRET, bench.now())
        bench.comments.add(account, post, "en", ("", ""), SECRET, bench.now())
        bench.priorities.put(post, True)
    made = (rows(room) - before) // 2
    assert made >= 5
    plan = planned(room.archive, [room.number(2)])
    forget.state_forgotten(room.home, room.archive, bench.sealed, bench.key, plan, "asked", NOW.date())
    assert rows(room) == before + made
    assert bench.drafts.of(account) == [(room.post(3), "en", bench.now())]
    assert bench.notes.of(room.post(3), "en")


def test_drafts_about_a_clip_and_a_story_go_by_their_numbers(room: Room) -> None:
    bench, account = room.bench, room.accounts["editor"]
    before = rows(room)
    bench.transcript_drafts.save(account, 41, "en", [Cue(0, 900, "", SECRET)], 0, bench.now())
    bench.story_drafts.save(account, 41, SECRET, 0, bench.now())
    bench.story_drafts.save(account, 42, SECRET, 0, bench.now())
    assert rows(room) == before + 3
    forget_rows(room.home, bench.sealed, ["clip/41", "story/41"], [41], ["en"])
    assert rows(room) == before + 1


def test_what_is_said_of_it_while_it_goes_goes_too(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process had looked at the post before it was destroyed, and states its translation afterwards."""
    bench, number = room.bench, room.number(2)
    version = room.archive.index.posts.versions(room.post(2))[-1]
    draft = bench.drafts.read(room.accounts["translator"], room.post(2), "en", [version.text], [""], "")
    late = list[int]()

    def destroy(archive: Archive, stores: Iterable[str]) -> int:
        gone = really_destroy(archive, stores)
        if not late:
            late.append(propose(archive, bench.key, "0" * 32, version, "en", [SECRET] * 3, [], "2026-11-30"))
            bench.drafts.save(room.accounts["translator"], draft, [(0, SECRET, 0)], bench.now())
        return gone

    monkeypatch.setattr("tamizdat.workbench.jobs.forget.destroy", destroy)
    before = rows(room)
    page = asked(room, room.visitor("editor"), number, do="forget", why="asked", passphrase=WORDS)
    assert "It is forgotten." in page
    assert late[0] in room.archive.gone
    assert rows(room) <= before + 2  # the account that signed in
    assert bench.drafts.of(room.accounts["translator"]) == []


def test_what_was_said_of_it_after_a_run_was_killed_goes_when_it_goes_on(room: Room) -> None:
    number, editor = room.number(2), room.visitor("editor")
    version = room.archive.index.posts.versions(room.post(2))[-1]
    commit(room.archive, room.bench.key, planned(room.archive, [number]), "danger", "2026-11-30")
    late = propose(room.archive, room.bench.key, "0" * 32, version, "en", [SECRET] * 3, [], "2026-11-30")
    assert "is not all deleted yet" in editor.get("/").text
    assert "is not all deleted yet" not in room.visitor("translator").get("/").text
    forget.go_on(room.home, room.archive)
    assert {number, late} <= room.archive.gone
    assert "is not all deleted yet" not in editor.get("/").text


def test_nothing_is_destroyed_while_an_edition_is_made(room: Room) -> None:
    with locked(room.archive.folder / "publishing.lock"):
        page = asked(room, room.visitor("editor"), room.number(2), do="forget", why="asked", passphrase=WORDS)
    assert "Another tamizdat is publishing here at this moment." in page
    assert room.archive.index.posts.versions(room.post(2))
