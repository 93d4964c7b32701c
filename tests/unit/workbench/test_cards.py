"""A card is a page with a contact sheet; what came on it is read here, by editors alone."""

import io

import pytest
from PIL import Image

from support.visitor import Room
from tamizdat.archive.acts.state import state
from tamizdat.carrying.arrived import arrived
from tamizdat.ledger.statement import Subject
from tamizdat.sealing.inventory import INVENTORY
from tamizdat.statements.captured import CapturedFile
from tamizdat.statements.received import COMPLETE, Received

CARD = "ab" * 32
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n"
)


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def arrive(room: Room, files: dict[str, tuple[str, bytes]], card: str = CARD) -> dict[str, int]:
    """Path → number of what came on a card; *files*: path → kind and bytes."""
    archive, desk = room.archive, room.home.keyring.signing["desk"]
    document = archive.objects.add([b'{"opened":"2026-11-23T09:14:05Z"}'])
    subjects = (Subject("manifest.json", document), Subject(INVENTORY, document))
    said = Received(card, "9a" * 32, COMPLETE, len(files), 1, "anna", None, None, None, subjects)
    rows = [
        CapturedFile(card, path, len(data), "2026-11-23T08:00:00Z", kind, "whole", archive.objects.add([data]))
        for path, (kind, data) in files.items()
    ]
    numbers = state(archive, desk, [said.to_statement(), *(each.to_statement() for each in rows)])
    return dict(zip(files, numbers[1:], strict=True))


FILES = {
    "DCIM/MVI_0001.MP4": ("original", b"clip"),
    "DCIM/MVI_0001.XMP": ("text", b"<x/>"),
    "DCIM/MVI_0001.MP4.jpg": ("preview", jpeg("red")),
    "A001_C001.braw": ("original", b"braw"),
    "notes.txt": ("text", "他们拿走了名单 <script>\u202e".encode()),
    "report.pdf": ("text", PDF),
    "say.wav": ("original", b"RIFF\0\0\0\0WAVEfmt "),
}


def test_the_contact_sheet_shows_each_take_once_with_its_preview_or_its_words(room: Room) -> None:
    numbers = arrive(room, FILES)
    page = room.visitor("editor").get(f"/cards/{CARD[:16]}").text
    assert "anna 2026-11-23 09:14" in page
    assert f"<title>Cards · {CARD[:8]} · " in page, "no device's name in the browser's history"
    assert page.count('<a class="tile"') == 5
    assert f"/items/{numbers['DCIM/MVI_0001.MP4']}/preview" in page
    assert "and 1 more file" in page
    assert "他们拿走了名单 &lt;script&gt;" in page
    assert "Only its maker’s program can show it" in page
    assert "\u202e" not in page


def test_a_text_is_read_and_a_document_is_shown_as_pictures_of_its_pages(room: Room) -> None:
    numbers, editor = arrive(room, FILES), room.visitor("editor")
    page = editor.get(f"/items/{numbers['notes.txt']}").text
    assert "他们拿走了名单 &lt;script&gt;\ufffd" in page
    page = editor.get(f"/items/{numbers['report.pdf']}").text
    assert page.count("/page/") == 2
    picture = editor.get(f"/items/{numbers['report.pdf']}/page/2")
    assert picture.body.startswith(b"\xff\xd8\xff")
    assert editor.get(f"/items/{numbers['report.pdf']}/page/3").status == 404
    assert "<audio" in editor.get(f"/items/{numbers['say.wav']}").text


def test_a_preview_has_no_page_from_which_it_could_be_released_in_the_place_of_its_file(room: Room) -> None:
    numbers, editor = arrive(room, FILES), room.visitor("editor")
    preview = numbers["DCIM/MVI_0001.MP4.jpg"]
    for path in ("", "/original", "/preview"):
        assert editor.get(f"/items/{preview}{path}").status == 404


@pytest.mark.parametrize("role", ["translator", "reviewer"])
def test_nobody_but_editors_sees_cards_or_what_came_on_them(room: Room, role: str) -> None:
    numbers, visitor = arrive(room, FILES), room.visitor(role)
    for path in ("/cards", f"/cards/{CARD[:16]}"):
        assert visitor.get(path).status == 403
    for path in (f"/items/{numbers['notes.txt']}", f"/items/{numbers['report.pdf']}/page/1"):
        assert visitor.get(path).status == 404
    assert "anna" not in visitor.get("/search?q=notes").text


def test_two_cards_of_one_minute_differ_and_an_id_of_nobody_is_not_found(room: Room) -> None:
    arrive(room, {"DCIM/MVI_0001.MP4": ("original", b"one")})
    arrive(room, {"DCIM/MVI_0001.MP4": ("original", b"other")}, "cd" * 32)
    editor = room.visitor("editor")
    listed = editor.get("/cards").text
    names = [each.name for each in arrived(room.archive)]
    assert len(set(names)) == 2
    assert all(name in listed for name in names)
    found = editor.get("/search?q=MVI_0001").text
    assert all(name in found for name in names)
    for path in ("/cards/ffff", "/cards/..", f"/cards/{'0' * 64}"):
        assert editor.get(path).status == 404
