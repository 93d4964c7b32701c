"""Packets in the browser: what goes out, what comes back, and in whose name."""

import csv
import io

from support.transcribing_desk import approve, capture, transcribe
from support.visitor import Room
from tamizdat.archive.acts.releases import state_release
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.translation.packet_csv import export_packet_csv
from tamizdat.translation.po import export_po
from tamizdat.translation.transcripts import name_of

PATH = "/translate/packets"


def filled(packet: bytes, *words: str) -> bytes:
    """The packet with these words as translations of its first sentences."""
    rows = list(csv.reader(io.StringIO(packet.decode("utf-8-sig"))))
    for row, word in zip(rows[1:], words, strict=False):
        row[1] = word
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def test_posts_go_along_and_come_back_as_proposals_and_drafts(room: Room) -> None:
    translator = room.visitor("translator")
    assert "Take them along" in translator.get(PATH).text
    answer = translator.get(f"{PATH}/file?language=en&format=.csv&posts=20")
    assert answer.headers["content-disposition"] == 'attachment; filename="packet-en-2026-11-25.csv"'
    assert answer.headers["cache-control"] == "no-store"
    only = export_packet_csv(room.archive, [room.post(3)], "en")
    translator.get(PATH)
    back = translator.send(PATH, "back.csv", filled(only, "We went to three households today."))
    assert back.status == 200
    assert "1 translation is proposed in your name." in back.text
    [made] = room.archive.index.translations.history(room.post(3), "en")
    assert made.by == room.accounts["translator"].tag(room.post(3), "en")
    again = translator.send(PATH, "back.csv", filled(only, "We went to three households today."))
    assert "1 was here already." in again.text
    half = export_packet_csv(room.archive, [room.post(1)], "en")
    begun = translator.send(PATH, "half.csv", filled(half, "The school fell."))
    assert "your draft has 1 of 2 sentences" in begun.text
    assert "The school fell." in translator.get(f"/translate/{room.number(1)}/en").text


def test_a_sentence_that_is_its_source_and_a_file_without_translations_are_told(room: Room) -> None:
    translator, size = room.visitor("translator"), room.archive.size
    translator.get(PATH)
    for ending, out in ((".csv", export_packet_csv), (".po", export_po)):
        untouched = out(room.archive, [room.post(1)], "en")
        page = translator.send(PATH, f"back{ending}", untouched).text
        assert "Nothing in the file is translated yet." in page
        assert "letter by letter" not in page
        same = untouched.replace('校舍塌了。"\nmsgstr "'.encode(), '校舍塌了。"\nmsgstr "校舍塌了。'.encode())
        same = filled(untouched, "校舍塌了。") if ending == ".csv" else same
        page = translator.send(PATH, f"back{ending}", same).text
        assert "sentence 1: The translation is the source, letter by letter." in page, ending
        assert "Nothing in the file" not in page
    assert room.archive.size == size


def test_what_is_no_packet_of_this_account_is_told_and_changes_nothing(room: Room) -> None:
    translator, size = room.visitor("translator"), room.archive.size
    translator.get(PATH)
    arabic = export_packet_csv(room.archive, [room.post(3)], "ar")
    for name, data, told in (
        ("a.csv", b"", "0 bytes"),
        ("a.csv", b"not, a packet", "Expected"),
        ("a.exe", b"MZ", "Expected a packet named .xlf, .po or .csv"),
        ("../a.csv", b"x", "Expected a file with a plain name"),
        ("a.csv", filled(arabic, "\u0643\u0644\u0645\u0629"), "none of your languages"),
    ):
        answer = translator.send(PATH, name, data)
        assert (answer.status, told in answer.text) == (400, True), name
    assert translator.post(PATH).status == 400
    assert translator.get(f"{PATH}/file?language=ar&format=.csv").status == 400
    assert translator.get(f"{PATH}/file?language=en&format=.exe").status == 400
    assert room.archive.size == size


def test_of_a_post_that_is_not_for_translators_a_packet_learns_nothing(room: Room) -> None:
    """As of a post that is not here."""
    room.take_private("为了朋友们")
    translator = room.visitor("translator")
    translator.get(PATH)
    packet = export_packet_csv(room.archive, [room.post(3)], "en").decode("utf-8-sig")
    told = []
    for post in ("https://a.example/1", "https://a.example/2"):
        changed = packet.replace(room.post(3), post)
        answer = translator.send(PATH, "a.csv", filled(changed.encode("utf-8-sig"), "Friends."))
        told.append(answer.text.replace(post, "").replace(translator.token, "").replace(answer.token, ""))
        assert "not here, or not open to translators" in answer.text
    assert told[0] == told[1]
    assert room.archive.index.translations.history("https://a.example/1", "en") == []


def test_a_transcript_goes_along_and_comes_back_begun_as_the_draft_of_its_clip(room: Room) -> None:
    clip = capture(room.archive, room.bench.key)
    room.visitor("editor").post(f"/items/{clip}", release="public")
    approve(room.archive, room.bench.key, transcribe(room.archive, room.bench.key, clip))
    translator = room.visitor("translator")
    translator.get(PATH)
    packet = export_packet_csv(room.archive, [name_of(clip)], "en")
    begun = translator.send(PATH, "half.csv", filled(packet, "the teacher"))
    assert (begun.status, "your draft has 1 of 4 sentences" in begun.text) == (200, True), begun.text
    assert f"/translate/{clip}/en" in begun.text


def test_a_post_under_an_embargo_stays_in_the_browser(room: Room) -> None:
    translator = room.visitor("translator")
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(3), release="public", until="9999-12-31"))
    assert "Under an embargo, and so not taken along: 1." in translator.get(PATH).text
    taken = translator.get(f"{PATH}/file?language=en&format=.csv&posts=200")
    assert room.post(3) not in taken.text
    assert room.post(1) in taken.text
