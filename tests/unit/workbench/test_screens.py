"""The screens: items, media, search, people, glossary, publishing, accounts."""

import functools
import io
import json
import re
import socket
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image

from support.published_desk import DEVICE
from support.visitor import PICTURE, Room, Visitor
from tamizdat.archive import Archive
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.cli.main import main
from tamizdat.encoding import Json, sha256_hex
from tamizdat.errors import StorageFull, WorkRemains
from tamizdat.home.home import Home
from tamizdat.home.rotate import newest_roster
from tamizdat.keys import SigningKey
from tamizdat.ledger.cosignature import Witness
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject, peek_envelope
from tamizdat.publishing.daily_stamps import agree
from tamizdat.statements.catalogued import CataloguedPost, PersonEntry
from tamizdat.translation.glossary import terms
from tamizdat.witness import desk, on_disks
from tamizdat.witness.ask import Answer, Outcome
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.content.media_response import kind_of
from tamizdat.workbench.jobs import publish
from tamizdat.workbench.jobs.jobs import PUBLISH, Job
from tamizdat.workbench.jobs.publish import edition, publish_for
from tamizdat.workbench.screens import people
from tamizdat.workbench.screens import publish as publish_screen

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def capture(room: Room, path: str, data: bytes) -> int:
    """A file of a card that came in."""
    digest = room.archive.objects.add([data])
    said: dict[str, Json] = {
        "consignment": DEVICE,
        "path": path,
        "size": len(data),
        "modified": "2011-04-03T02:11:09Z",
        "state": "whole",
        "kind": "original",
    }
    key = room.bench.key
    envelope = sign_statement(Statement("captured", (Subject("original", digest),), said), [(key.public, key.sign)])
    return room.archive.append([envelope])[0]


def said_last(room: Room) -> dict[str, Json]:
    return dict(peek_envelope(room.archive.disclosure(room.archive.size - 1).envelope).predicate)


# items ------------------------------------------------------------------------------------------------------------


def test_an_editor_says_what_a_post_is_and_only_what_differs_is_stated(room: Room) -> None:
    visitor, number = room.visitor("editor"), room.number(1)
    form = {"release": "public", "until": "2026-12-01", "tags": "school, 学校 ,", "alt-0": "A wall", "reason": ""}
    assert visitor.post(f"/items/{number}", **form).to == f"/items/{number}?done=said"
    release = room.archive.index.releases.of(room.post(1))
    assert (release.release, release.until, release.tags, release.alts) == (
        "public",
        "2026-12-01",
        ("school", "学校"),
        ("A wall",),
    )
    assert visitor.post(f"/items/{number}", **{**form, "bytes": "yes"}).status == 303
    assert said_last(room) == {"post": room.post(1), "bytes": True}
    assert visitor.post(f"/items/{number}", **{**form, "bytes": "yes"}).status == 400


@pytest.mark.parametrize(
    "form",
    [{"release": "everybody"}, {"until": "soon"}, {"tags": "a\x00b"}, {"alt-0": "x" * 30_000}, {"reason": "a\u202eb"}],
)
def test_what_cannot_be_said_is_told_and_not_stated(room: Room, form: dict[str, str]) -> None:
    size = room.archive.size
    assert room.visitor("editor").post(f"/items/{room.number(1)}", **form).status == 400
    assert room.archive.size == size


def test_custody_tells_every_statement_to_editors_and_to_nobody_else(room: Room) -> None:
    number = room.number(1)
    room.edit(1, "校舍塌了。名单现在有 513 人。")
    page = room.visitor("editor").get(f"/items/{number}").text
    assert re.findall(r"<summary>(\w+)", page) == ["captured", "observed", "captured", "observed", "edited"]
    assert "What it said before" in page
    assert "Custody" not in room.visitor("translator").get(f"/items/{number}").text


def test_every_version_leads_to_the_one_page(room: Room) -> None:
    room.edit(1, "校舍塌了。")
    later = room.archive.index.posts.versions(room.post(1))[-1].number
    assert room.visitor("translator").get(f"/items/{later}").to == f"/items/{room.number(1)}"


def test_what_was_not_written_for_everybody_is_for_editors_only(room: Room) -> None:
    number = room.take_private("只给关注者看的话。")
    for role in ("translator", "reviewer"):
        visitor = room.visitor(role)
        for path in (
            f"/items/{number}",
            f"/translate/{number}/en",
            f"/translate/{number}/en/review",
            f"/items/{number}/media/0",
        ):
            assert visitor.get(path).status == 404
        assert "关注者" not in visitor.get("/").text + visitor.get("/search?q=关注者看").text.replace(
            'value="关注者看"', ""
        )
        assert "0 found" in visitor.get("/search?q=关注者看").text
    editor = room.visitor("editor")
    assert "written for followers" in editor.get(f"/items/{number}").text
    assert "1 found" in editor.get("/search?q=关注者看").text
    assert editor.post(f"/items/{number}", release="public").status == 400


def test_what_was_withdrawn_is_for_editors_only(room: Room) -> None:
    number, editor, translator = room.number(3), room.visitor("editor"), room.visitor("translator")
    state_person(room.archive, room.bench.key, PersonEntry(name="王小明", release="public", sources=(number,)))
    person = room.archive.index.people.all()[0].number
    assert "警察" in translator.get(f"/people/{person}").text
    done = editor.post(f"/items/{number}", release="withdrawn", reason="The family asked for it.")
    assert "Withdrawn. The next edition takes it off the site." in editor.get(done.to).text, "until then it is there"
    for path in (f"/items/{number}", f"/translate/{number}/en"):
        assert translator.get(path).status == 404
    assert "0 found" in translator.get("/search?q=警察").text
    assert "警察" not in translator.get("/").text + translator.get(f"/people/{person}").text
    assert editor.get(f"/items/{number}").status == 200


def test_a_card_is_for_editors_until_it_is_released_and_its_original_always(room: Room) -> None:
    number = capture(room, "DCIM/geheim.jpg", PICTURE)
    editor, translator = room.visitor("editor"), room.visitor("translator")
    assert "DCIM/geheim.jpg" in editor.get(f"/items/{number}").text
    assert translator.get(f"/items/{number}").status == 404
    assert editor.post(f"/items/{number}", release="public", title="The gate", language="en").status == 303
    page = translator.get(f"/items/{number}")
    assert page.status == 200
    assert "geheim" not in page.text
    assert "geheim" not in translator.get("/search?q=gate").text
    assert "0 found" in translator.get("/search?q=geheim").text
    assert "1 found" in editor.get("/search?q=geheim").text
    assert translator.get(f"/items/{number}/original").status == 403
    assert editor.get(f"/items/{number}/original").body == PICTURE


# media ------------------------------------------------------------------------------------------------------------


def test_a_picture_is_shown_and_can_do_nothing(room: Room) -> None:
    answer = room.visitor("editor").get(f"/items/{room.number(1)}/media/0")
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, PICTURE, "image/jpeg")
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "1-a.jpg" not in str(answer.headers)


@pytest.mark.parametrize("role", ["translator", "reviewer"])
def test_whoever_is_no_editor_sees_a_picture_and_not_where_it_was_taken(room: Room, role: str) -> None:
    answer = room.visitor(role).get(f"/items/{room.number(1)}/media/0")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    with Image.open(io.BytesIO(PICTURE)) as captured, Image.open(io.BytesIO(answer.body)) as shown:
        assert dict(captured.getexif())
        assert (shown.size, dict(shown.getexif()), "exif" in shown.info) == (captured.size, {}, False)
    assert b"Lin Xia" in PICTURE
    assert b"Lin Xia" not in answer.body


@pytest.mark.parametrize(
    "data", [SVG, b"<html><script>alert(1)</script>", b"%PDF-1.7", b"", b"\xff\xd8", b"GIF86a<script>"]
)
@pytest.mark.parametrize("path", ["a.jpg", "a.svg", "a.html"])
def test_what_could_bring_scripts_is_a_download_whatever_its_name(room: Room, path: str, data: bytes) -> None:
    answer = room.visitor("editor").get(f"/items/{capture(room, path, data)}/original")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_what_a_device_noted_of_a_file_is_told_to_editors_alone_and_is_no_text_for_readers(room: Room) -> None:
    clip = capture(room, "v/a.mp4", b"filmed")
    told = f"File hash,File path,File name,Location latitude\n{sha256_hex(b'filmed')},/v,a.mp4,29.65310\n"
    table = capture(room, "v/a.csv", told.encode())
    for number in (clip, table):
        assert "29.65310" in room.visitor("editor").get(f"/items/{number}").text
    assert "Tella" in room.visitor("editor").post(f"/items/{table}", release="public").text
    room.visitor("editor").post(f"/items/{clip}", release="public")
    assert "29.65310" not in room.visitor("translator").get(f"/items/{clip}").text
    assert room.visitor("translator").get(f"/items/{table}").status == 404


def test_first_bytes_tell_what_a_file_is() -> None:
    assert kind_of(PICTURE) == "image/jpeg"
    assert kind_of(b"\x00\x00\x00\x18ftypmp42") == "video/mp4"
    assert kind_of(b"RIFF\x00\x00\x00\x00WEBP") == "image/webp"
    assert kind_of(b"RIFF\x00\x00\x00\x00WAVE") == "audio/wav"


# search -----------------------------------------------------------------------------------------------------------


def test_words_of_two_characters_are_found_inside_sentences(room: Room) -> None:
    page = room.visitor("translator").get("/search?q=警察").text
    assert "1 found" in page
    assert "<mark>警察</mark>" in page


def test_a_search_is_narrowed_and_kept_in_its_form(room: Room) -> None:
    page = room.visitor("editor").get("/search?q=&person=%40lin&kind=post&since=2013").text
    assert "3 found" in page
    assert 'value="@lin"' in page
    assert "0 found" in room.visitor("editor").get("/search?q=&person=%40nobody").text


def test_a_question_that_is_none_is_answered_with_a_sentence(room: Room) -> None:
    answer = room.visitor("editor").get("/search?q=a&since=yesterday")
    assert answer.status == 400
    assert 'role="alert"' in answer.text


# people and glossary ----------------------------------------------------------------------------------------------


def test_a_person_is_added_and_changed_and_the_old_entry_stays_to_be_seen(room: Room) -> None:
    visitor = room.visitor("editor")
    form = {
        "name": "王小明",
        "language": "zh",
        "names": "en Wang Xiaoming\nbo ཝང",
        "sources": f"{room.number(1)}\n{room.post(2)}",
    }
    answer = visitor.post("/people/new", **form)
    assert answer.status == 303
    [person] = room.archive.index.people.all()
    assert person.names == (("bo", "ཝང"), ("en", "Wang Xiaoming"))
    assert person.sources == (room.number(1), room.post(2))
    page = visitor.get(f"/people/{person.number}").text
    assert "校舍塌了" in page
    changed = {**form, "state": "checked", "release": "public", "latest": str(person.latest)}
    assert visitor.post(f"/people/{person.number}", **changed).status == 303
    assert "What it said before" in visitor.get(f"/people/{person.number}").text
    stale = visitor.post(f"/people/{person.number}", **{**changed, "name": "别人"})
    assert stale.status == 400
    assert "Somebody else changed this entry meanwhile" in stale.text
    assert "别人" in stale.text


def test_the_page_of_somebody_who_is_withheld_says_where_the_edition_and_authors_say_the_name(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(1), release="public", tags=("Pema Tsering",)))
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(2), release="public"))
    publish_for(room.home, room.archive, room.bench.accounts, room.bench.today())
    said = room.archive.index.posts.versions(room.post(2))[0].text[:2]
    editor = room.visitor("editor")
    for few in (people.FEW, 0):
        monkeypatch.setattr(people, "FEW", few)
        named, author, nobody, shown = (
            state_person(room.archive, room.bench.key, PersonEntry(name, release=release))
            for name, release in zip(
                ("Pema Tsering", said, "Nima", "Dawa"), (*["restricted"] * 3, "public"), strict=True
            )
        )
        assert f"says such a name, in no. {room.number(1)}." in editor.get(f"/people/{named}").text
        assert f"Its author says such a name in no. {room.number(2)}," in editor.get(f"/people/{author}").text
        for other in (nobody, shown):
            assert "says such a name" not in editor.get(f"/people/{other}").text
    (room.bench.site / "edition/items.txt").write_bytes(b"damaged")
    assert "Not all was looked at" in editor.get(f"/people/{named}").text


@pytest.mark.parametrize(
    "form",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"names": "Wang"},
        {"sources": "not a source"},
        {"state": "true"},
        {"language": "??"},
    ],
)
def test_an_entry_that_is_wrong_comes_back_with_what_was_typed(room: Room, form: dict[str, str]) -> None:
    answer = room.visitor("editor").post("/people/new", **{"name": "王小明", "note": "typed & kept", **form})
    assert answer.status == 400
    assert "typed &amp; kept" in answer.text
    assert room.archive.index.people.all() == []


def test_people_are_found_by_name_place_or_school_each_set_in_its_own_language(room: Room) -> None:
    key = room.bench.key
    for name, language, place in (("བསྟན་འཛིན།", "bo", "拉萨"), ("王小明", "zh", "北川"), ("ليلى", "ar", "Aleppo")):
        state_person(room.archive, key, PersonEntry(name=name, language=language, place=place))
    editor = room.visitor("editor")
    page = editor.get("/people?q=%E6%8B%89%E8%90%A8").text
    assert "བསྟན་འཛིན།" in page
    assert "王小明" not in page
    assert '<td lang="zh" dir="ltr">拉萨</td>' in page
    assert '<td dir="auto">Aleppo</td>' in editor.get("/people?q=alep").text
    assert "Nobody fits" in editor.get("/people?q=nobody").text


def test_people_who_are_not_released_are_for_editors(room: Room) -> None:
    for name, release in (("王小明", "public"), ("李丽", "restricted")):
        state_person(room.archive, room.bench.key, PersonEntry(name=name, release=release))
    hidden = room.archive.index.people.all("restricted")[0].number
    translator = room.visitor("translator")
    assert "李丽" not in translator.get("/people").text
    assert translator.get(f"/people/{hidden}").status == 404
    assert "李丽" in room.visitor("editor").get("/people").text


def test_the_wall_has_a_sentence(room: Room) -> None:
    form = {"sentence": "我们没有忘记", "wall-language": "zh-Hans"}
    assert room.visitor("editor").post("/people/wall", **form).status == 303
    assert room.archive.index.people.wall() == ("我们没有忘记", "zh-Hans")


def test_a_term_is_added_changed_and_retired(room: Room) -> None:
    visitor = room.visitor("reviewer")
    form = {
        "language": "zh",
        "variants": "名单\n名單",
        "targets": "en list\nen roll\nar قائمة",
        "kind": "term",
        "note": "",
    }
    assert visitor.post("/glossary/new", **form).status == 303
    [term] = terms(room.archive)
    assert term.targets == {"en": ("list", "roll"), "ar": ("قائمة",)}
    sent = {**form, "retired": "yes", "latest": str(term.latest)}
    assert visitor.post(f"/glossary/{term.number}", **sent).status == 303
    assert terms(room.archive) == []
    assert "retired" in visitor.get("/glossary").text
    assert visitor.post(f"/glossary/{term.number}", **sent).status == 400
    assert visitor.post("/glossary/new", language="zh", variants="", targets="en x").status == 400


# publishing -------------------------------------------------------------------------------------------------------


def test_an_edition_is_foreseen_then_made(room: Room) -> None:
    visitor = room.visitor("editor")
    visitor.post("/publish", do="foresee")
    room.bench.jobs.wait()
    assert "Nothing is released, so that an edition would hold nothing" in visitor.get("/publish").text
    assert 'value="publish"' not in visitor.get("/publish").text
    visitor.post("/publish", do="publish")
    room.bench.jobs.wait()
    assert "an edition of nothing would be signed" in visitor.get("/publish").text
    visitor.post(f"/items/{room.number(3)}", release="public")
    visitor.post("/publish", do="foresee")
    room.bench.jobs.wait()
    page = visitor.get("/publish").text
    assert "Edition 1 would change this" in page
    assert "警察在楼下" in page
    assert "1 new post, without an approved translation." in page
    assert not room.bench.site.exists()
    visitor.post("/publish", do="publish")
    room.bench.jobs.wait()
    assert "Edition 1 is published" in visitor.get("/publish").text
    assert "in <code>site</code>: open its index.html" in visitor.get("/publish").text
    assert (room.bench.site / "items" / str(room.number(3)) / "index.html").exists()


def test_an_edition_that_is_stopped_is_not_published_and_the_next_one_is(room: Room) -> None:
    visitor = room.visitor("editor")
    visitor.post(f"/items/{room.number(3)}", release="public")
    make = functools.partial(edition, room.bench.home, room.archive, room.bench.accounts, room.bench.today())
    for what in ("foresee", "publish"):
        job = Job("publish", what)
        job.stop.set()
        with pytest.raises(WorkRemains, match="It was stopped"):
            make(job)
        assert not room.bench.site.exists()
    assert make(Job("publish", "publish")).report.number == 1


def published(room: Room) -> Visitor:
    """An editor who released an item, and published."""
    visitor = room.visitor("editor")
    visitor.post(f"/items/{room.number(3)}", release="public")
    visitor.post("/publish", do="publish")
    room.bench.jobs.wait()
    return visitor


def test_an_edition_that_is_out_is_told_as_that_although_witnesses_could_not_be_asked(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **more: object) -> None:
        raise StorageFull("Expected room for what witnesses sign, found none.")

    monkeypatch.setattr(publish, "ask_witnesses", refused)
    page = published(room).get("/publish").text
    assert "Edition 1 is published" in page
    assert "Expected room for what witnesses sign" in page
    assert "Nothing was published." not in page


def test_what_places_and_witnesses_said_of_an_edition_is_told_as_the_command_tells_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.home.add_place("abroad", "http://127.0.0.1:9/", {}, "sites")  # nobody listens there
    answers = [
        Answer("heron", Outcome.SIGNED),
        Answer("ibis", Outcome.UNREACHABLE, detail="it could not be asked: no route"),
        Answer("crane", Outcome.FORKED, detail="it has signed 99 entries of this ledger"),
    ]
    monkeypatch.setattr(publish, "ask_witnesses", lambda *_, **more: answers)
    page = published(room).get("/publish").text
    assert "Edition 1 is published" in page
    assert "Nothing could be learned of what is published at abroad" in page
    assert "Witnessed by: <bdi>heron</bdi>" in page
    assert "<bdi>ibis</bdi>" in page
    assert "no route" in page
    assert page.index("Publish nothing more before you know why.") < page.index("<bdi>crane</bdi>")
    assert "99 entries" in page
    assert "Not witnessed yet" not in page, "that one is to wait for it is no advice where the ledger may be forked"


def test_witnesses_that_did_not_sign_can_be_asked_again_in_the_browser_although_nothing_differs(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_witness(*given: Any) -> Roster:
        roster = newest_roster(*given)
        ibis = Witness("ibis", SigningKey.generate().public)
        return replace(roster, policy=replace(roster.policy, witnesses=(ibis,), quorum=1))

    answers = [Answer("ibis", Outcome.UNREACHABLE, detail="it could not be asked: no route")]
    monkeypatch.setattr(publish, "newest_roster", with_a_witness)
    monkeypatch.setattr(publish, "ask_witnesses", lambda *_, **more: answers)
    visitor = room.visitor("editor")
    visitor.post(f"/items/{room.number(3)}", release="public")
    for do, others in (("publish", "Edition 1 is published"), ("foresee", "No item differs from edition 1")):
        visitor.post("/publish", do=do)
        room.bench.jobs.wait()
        page = visitor.get("/publish").text
        assert others in page
        assert 'value="ask">Ask the witnesses again</button>' in page
    answers[:] = [Answer("ibis", Outcome.SIGNED)]
    visitor.post("/publish", do="ask")
    room.bench.jobs.wait()
    assert "Witnessed by: <bdi>ibis</bdi>" in visitor.get("/publish").text
    visitor.post(f"/items/{room.number(2)}", release="public")
    visitor.post("/publish", do="ask")
    room.bench.jobs.wait()
    page = visitor.get("/publish").text
    assert "The last edition is no. 1" in page, "what somebody else released meanwhile waits until it is published"
    assert "Witnessed by: <bdi>ibis</bdi>" in page
    assert page.index("Witnessed by:") < page.index("Edition 2 would change this"), (
        "it is the last one that they signed"
    )
    assert "Publish edition 2</button>" in page
    assert "It lies in the desk’s folder" not in page
    answers[:] = [Answer("ibis", Outcome.FORKED, detail="it has signed 99 entries of this ledger")]
    visitor.post("/publish", do="publish")
    room.bench.jobs.wait()
    assert 'value="publish"' not in visitor.get("/publish").text, "nothing more before anybody knows why"


def test_an_editor_who_changed_the_address_can_publish_although_no_item_differs(room: Room) -> None:
    visitor = published(room)
    visitor.post("/publish/addresses", addresses="https://example.org/")
    visitor.post("/publish", do="foresee")
    room.bench.jobs.wait()
    assert 'value="publish">Make its pages again</button>' in visitor.get("/publish").text
    visitor.post("/publish", do="publish")
    room.bench.jobs.wait()
    assert "Edition 2 is published" in visitor.get("/publish").text


def test_who_stops_an_edition_waits_for_no_place_that_is_silent(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PATIENCE", 3600)
    visitor = room.visitor("editor")
    visitor.post(f"/items/{room.number(3)}", release="public")
    with socket.create_server(("127.0.0.1", 0)) as dead:  # it takes connections, and no more
        dead.settimeout(60)  # if nobody asks, the test fails and does not wait for ever
        address = f"http://127.0.0.1:{dead.getsockname()[1]}/"
        room.home.add_place("quiet", address, {"timeout": "3600"}, "sites")
        monkeypatch.setattr(on_disks, "PATIENCE", 3600)
        visitor.post("/publish", do="publish")
        asked, _ = dead.accept()
        visitor.post("/publish", do="stop")
        room.bench.jobs.wait_for(PUBLISH, 60)
        page = visitor.get("/publish").text
        asked.close()
    assert "It was stopped." in page
    assert not room.bench.site.exists()


@pytest.mark.parametrize(
    ("do", "told"),
    [
        ("foresee", "The next edition was not computed"),
        ("publish", "The edition was stopped"),
        ("ask", "The witnesses were not asked"),
    ],
)
def test_what_was_stopped_is_called_what_it_was(
    room: Room, monkeypatch: pytest.MonkeyPatch, do: str, told: str
) -> None:
    def stopped(home: Home, archive: Archive, accounts: Accounts, today: date, job: Job) -> None:
        job.stop.wait()
        job.advance(0)

    monkeypatch.setattr(publish_screen, "edition", stopped)
    visitor = room.visitor("editor")
    visitor.post("/publish", do=do)
    visitor.post("/publish", do="stop")
    room.bench.jobs.wait_for(PUBLISH, 60)
    page = visitor.get("/publish").text
    assert f'<h2 id="stopped">{told}</h2>' in page
    assert ("The edition was stopped" in page) == (do == "publish")


def test_what_is_published_names_the_credit_and_no_pseudonym(room: Room) -> None:
    room.join("Kestrel_7", "translator")
    room.join("Bittern_8", "reviewer", "editor")
    translator, editor = room.visitor("Kestrel_7"), room.visitor("Bittern_8")
    translator.post("/account", do="credit", credit="M. Elster")
    where, version = f"/translate/{room.number(3)}/en", room.archive.index.posts.versions(room.post(3))[-1].number
    form = {
        "target-0": "Three families today; the police waited downstairs.",
        "seen-0": "0",
        "notes": "",
        "seen-notes": "0",
    }
    assert translator.post(f"{where}/propose", version=version, latest="", **form).status == 303
    latest = room.archive.index.translations.latest(room.post(3), "en")
    assert latest
    assert editor.post(f"{where}/review", verdict="reviewed", translated=latest.number).status == 303
    assert editor.post(f"{where}/approve", translated=latest.number).status == 303
    editor.post(f"/items/{room.number(3)}", release="public")
    editor.post("/publish", do="publish")
    room.bench.jobs.wait()
    files = {path: path.read_bytes() for path in room.bench.site.rglob("*") if path.is_file()}
    page = files[room.bench.site / "items" / str(room.number(3)) / "index.html"]
    assert b"the police waited downstairs" in page
    assert b"M. Elster" in page
    assert not [path for path, data in files.items() if b"Kestrel_7" in data or b"Bittern_8" in data]


def test_the_command_line_finds_nothing_to_add_to_the_edition_of_the_workbench(room: Room) -> None:
    room.join("Kestrel_7", "editor")
    visitor = room.visitor("Kestrel_7")
    visitor.post(f"/items/{room.number(3)}", release="public")
    visitor.post("/publish", do="publish")
    room.bench.jobs.wait()
    out, err = io.StringIO(), io.StringIO()
    assert main(["publish", "--home", str(room.home.folder), "--json"], out, err) == 0
    [told] = [each for each in map(json.loads, out.getvalue().splitlines()) if "edition" in each]
    assert (told["edition"], told["new"]) == (1, False)
    visitor.post(f"/items/{room.number(3)}", tags="Kestrel_7")
    assert main(["publish", "--home", str(room.home.folder)], out, err) == 1
    assert "the name of an account" in " ".join(err.getvalue().split())


def test_publish_tells_how_many_new_posts_have_no_translation(room: Room) -> None:
    visitor = room.visitor("editor")
    for each in (1, 3):
        visitor.post(f"/items/{room.number(each)}", release="public")
    visitor.post("/publish", do="foresee")
    room.bench.jobs.wait()
    assert "2 new posts, none with an approved translation" in visitor.get("/publish").text


def test_publish_tells_how_far_it_is_how_fast_and_how_long_it_will_take(room: Room) -> None:
    begun, enough = room.bench.now() - 10, threading.Event()
    job = Job(PUBLISH, "publish", begun=begun, done=25_000_000, total=100_000_000)
    room.bench.jobs.begin(job, lambda job: enough.wait(120))
    visitor = room.visitor("editor")
    try:
        assert "25 MB of 100 MB of media, 2.5 MB a second, about 30 s more." in visitor.get("/publish").text
        job.add(75_000_000)
        assert "All media are made (100 MB); pages are being written" in visitor.get("/publish").text
    finally:
        enough.set()
        room.bench.jobs.wait()


def test_what_an_edition_would_encode_is_known_from_what_was_foreseen(room: Room) -> None:
    visitor = room.visitor("editor")
    visitor.post(
        f"/items/{capture(room, 'DCIM/a.jpg', PICTURE)}", release="public", title="A picture", covering="nobody"
    )
    for what in ("foresee", "publish"):
        visitor.post("/publish", do=what)
        room.bench.jobs.wait()
    job = room.bench.jobs.of(PUBLISH)
    assert job is not None
    assert (job.done, job.total, job.problem) == (len(PICTURE), len(PICTURE), "")


def test_who_stamped_the_ledger_is_told(room: Room) -> None:
    visitor = room.visitor("editor")
    assert "Every night" not in visitor.get("/publish").text
    visitor.post(f"/items/{room.number(3)}", release="public")
    visitor.post("/publish", do="publish")
    room.bench.jobs.wait()
    assert "this desk did not agree to it" in visitor.get("/publish").text
    agree(room.home, room.bench.today())
    [size] = Checkpoints(room.archive.folder).sizes()
    Checkpoints(room.archive.folder).write(size, "stamps/authority.example.tsr", b"made up")
    page = visitor.get("/publish").text
    assert "others are asked at 03:00 UTC" in page
    assert "<bdi>authority.example</bdi>" in page


def test_an_edition_that_a_killed_workbench_was_making_is_told_and_not_called_unpublished(room: Room) -> None:
    room.bench.sealed.put(("jobs",), ("publish",), {"name": "publish", "what": "publish", "about": "", "begun": 1})
    room.close()
    room.open()
    page = room.visitor("editor").get("/publish").text
    assert "The workbench was ended before this was done" in page
    assert "Nothing was published" not in page


def test_a_leak_stops_the_edition_and_is_told(room: Room) -> None:
    visitor = room.visitor("editor")
    capture(room, "DCIM/geheim.jpg", PICTURE)
    visitor.post(f"/items/{room.number(3)}", release="public", tags="from DCIM/geheim.jpg")
    visitor.post("/publish", do="publish")
    room.bench.jobs.wait()
    page = visitor.get("/publish").text
    assert "The edition was stopped" in page
    assert "Nothing was published" in page
    assert not room.bench.site.exists()


# accounts ---------------------------------------------------------------------------------------------------------


def test_an_editor_invites_and_the_link_is_shown_once(room: Room) -> None:
    editor = room.visitor("editor")
    page = editor.post("/accounts", role=["translator", "reviewer"], languages="en, bo", days="3")
    [link] = re.findall(r"http://127\.0\.0\.1:8737(/join#code=[0-9A-Z-]+)", page.text)
    assert link not in editor.get("/accounts").text
    link = link.replace("#", "?")  # no browser sends what stands behind the #
    new = room.visitor()
    assert "translator, reviewer" in new.get(link).text
    assert "translator, reviewer" in new.get(link).text, "looking does not use it up"
    code = link.partition("=")[2]
    words = {"passphrase": "some long words", "again": "some long words"}
    assert new.post("/join", code=code, name="kestrel", **words).to == "/"
    assert new.get("/").status == 200
    assert room.visitor().get(link).status == 403
    assert room.bench.accounts.named("kestrel").languages == ("en", "bo")


def test_a_voided_invitation_lets_nobody_in(room: Room) -> None:
    editor = room.visitor("editor")
    page = editor.post("/accounts", role="editor").text
    [link] = [each.replace("#", "?") for each in re.findall(r"/join#code=[0-9A-Z-]+", page)]
    [code] = re.findall(r'name="invitation" value="([0-9a-f]+)"', page)
    assert editor.post("/accounts/withdraw", invitation=code).status == 303
    assert room.visitor().get(link).status == 403


def test_shutting_out_ends_what_is_going_on(room: Room) -> None:
    translator, editor = room.visitor("translator"), room.visitor("editor")
    id = room.accounts["translator"].id
    assert editor.post(f"/accounts/{id}", do="disable").status == 303
    assert translator.get("/").status == 303
    editor.post(f"/accounts/{id}", do="enable")
    assert translator.get("/").status == 303, "the old sign-in stays over"
    room.visitor("translator")


def test_a_role_that_is_taken_away_is_gone_at_once(room: Room) -> None:
    room.join("second", "editor")
    second, editor = room.visitor("second"), room.visitor("editor")
    assert second.get("/publish").status == 200
    editor.post(f"/accounts/{room.accounts['second'].id}", do="roles", role="translator", languages="en")
    assert second.get("/publish").status == 403


@pytest.mark.parametrize("form", [{"do": "disable"}, {"do": "roles", "role": "translator"}])
def test_nobody_shuts_out_themselves(room: Room, form: dict[str, str]) -> None:
    editor = room.visitor("editor")
    assert editor.post(f"/accounts/{room.accounts['editor'].id}", **form).status == 400
    assert editor.get("/accounts").status == 200


def test_credit_is_chosen_by_oneself(room: Room) -> None:
    visitor = room.visitor("translator")
    assert visitor.post("/account", do="credit", credit="M. Elster").status == 303
    account = room.bench.accounts.named("translator")
    assert account.credit == "M. Elster"
    assert visitor.post("/account", do="credit", credit="x" * 100).status == 400
    assert visitor.post("/account", do="credit", credit="  ").status == 303
    assert room.bench.accounts.named("translator").credit == ""


def test_days_are_those_of_utc(room: Room) -> None:
    room.now += timedelta(hours=15)
    assert "26 November 2026" in room.visitor("editor").get("/").text
