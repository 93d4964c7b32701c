"""Wherever a page or a file of others has words, a withheld name in them is told, in any script and encoding."""

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image, PngImagePlugin

from support.published_desk import House
from tamizdat.archive.acts.people import state_person
from tamizdat.publishing.leaks import names_in_bytes
from tamizdat.publishing.leaks.file_words import MEMBER, MEMBERS, STRUCTURED, WHOLE, FileWords
from tamizdat.publishing.leaks.names import SoughtName
from tamizdat.publishing.names_going_out import told_of
from tamizdat.publishing.names_in_captures import NamesInCaptures
from tamizdat.statements.catalogued import PersonEntry

NAMES = ("Pema", "王小明", "པདྨ", "فاطمة", "گۈلنار", "Jürgen")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("others"))
    for name in NAMES:
        state_person(made.archive, made.desk, PersonEntry(name))
    return made


def pages(name: str) -> Iterator[tuple[str, str]]:
    """Each place of a page where a name can stand: a media type, and the page."""
    small, said = name.lower(), json.dumps({"by": {"name": name}})
    host = small if small.isascii() else f"xn--{small.encode('punycode').decode()}"
    for page in (
        f'<script type="application/ld+json">{said}</script>',
        f"<script>window.state={said}</script>",
        f"<script>by='x\\n{name}';</script>",
        f'<style>a::after{{content: "{name}"}}</style>',
        f'<a href="/search?q={quote(small)}">x</a>',
        f'<a href="/go?to=https%3A%2F%2Fx.example%2F%3Fby%3D{quote(quote(small))}">x</a>',
        f'<a href="https://{host}.example/">x</a>',
        f'<img srcset="/1x/{small}_1.jpg 2x">',
        f"<p>{''.join(f'&#{ord(each)};' for each in name)}",
        f"<p>{name[0]}<b>{name[1:]}</b>",
        f"<!-- by {name} -->",
        f'<p data-by="{name}">',
        f"<input placeholder={name}>",
        f'<p aria-description="by {name}">',
        f"<p data-all='{said.replace(chr(34), '&quot;')}'>",
        f'<meta property="og:title" content="a > {name}">',
        f'<a href="data:text/plain;base64,{base64.b64encode(f"by {name}".encode()).decode()}">',
    ):
        yield "text/html", page
    yield "", f"https://x.example/search?q={quote(small)}"
    yield "", f"https://{host}.example/"
    yield "application/json", said
    yield "application/javascript", f"const by='{name}'"
    yield "image/svg+xml", f"<svg><title>{name}</title></svg>"
    yield "application/rss+xml", f"<rss><title><![CDATA[{name}]]></title></rss>"
    yield "text/vtt", f"WEBVTT\n\nNOTE by {name}\n"
    yield "application/x-www-form-urlencoded", f"by={quote(small)}&x=1"


@pytest.mark.parametrize("name", NAMES)
def test_a_captured_page_tells_a_name_wherever_it_has_words(house: House, name: str) -> None:
    for media_type, page in pages(name):
        told = [*NamesInCaptures(house.archive)(page.encode(), media_type, "utf-8" if media_type else "")]
        assert len(told) == 1, page


def test_a_short_name_is_not_told_of_the_letters_of_programs(house: House) -> None:
    for page in (
        "<script>Pema=1;function(Pema){}</script>",
        '<p class="Pema" style="Pema:1" onclick="Pema()">',
        "<p>pema</p><a href='/a-long-headline-pema'>",
    ):
        assert not [*NamesInCaptures(house.archive)(page.encode(), "text/html", "utf-8")], page


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return made.getvalue()


def pdf_of(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % (at, each) for at, each in enumerate(objects, 1))


def box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return (8 + len(data)).to_bytes(4, "big") + kind + data


def png(note: str) -> bytes:
    made, notes = io.BytesIO(), PngImagePlugin.PngInfo()
    notes.add_itxt("Author", note, zip=True)
    Image.new("RGB", (2, 2)).save(made, "PNG", pnginfo=notes)
    return made.getvalue()


def jpeg(note: bytes) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 64)).save(made, "JPEG", comment=note)
    return made.getvalue()


def files(name: str) -> Iterator[tuple[str, bytes]]:
    """Each way in which programs write a name into a file of theirs."""
    wide, small = name.encode("utf-16-be"), f"<dc:creator>{name}</dc:creator>".encode()
    yield "XP Author, as Windows writes it", jpeg(b"\0\0" + name.encode("utf-16-le") + b"\0\0")
    yield "EXIF's comment in UTF-16", jpeg(b"UNICODE\0" + wide)
    yield "XMP", jpeg(b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + small + b"</x:xmpmeta>")
    yield "behind the picture", jpeg(b"") + box(b"udta", box(b"\xa9aut", b"\0\x0c\0\0", name.encode()))
    yield (
        "QuickTime",
        box(b"ftyp", b"qt  ")
        + box(b"mdat", bytes(99))
        + box(b"moov", box(b"udta", box(b"\xa9aut", b"\0\x0c\0\0", name.encode()))),
    )
    yield (
        "3GPP in UTF-16",
        box(b"ftyp", b"3gp4") + box(b"moov", box(b"udta", box(b"auth", bytes(6), b"\xfe\xff", wide))),
    )
    yield "ID3 in UTF-16", b"ID3\4\0\0\0\0\1\0TPE1\0\0\0\x20\0\0\1\xff\xfe" + name.encode("utf-16-le") + bytes(300)
    yield "Matroska", b"\x1a\x45\xdf\xa3" + bytes(70_000) + b"\x45\xa3\x86ARTIST\x44\x87\x84" + name.encode() + b"\0"
    yield "PNG, packed", png(name)
    yield "PDF", pdf_of(b"<</Author<" + (b"\xfe\xff" + wide).hex().encode() + b">>>")
    octal = b"".join(b"\\%03o" % each for each in b"\xfe\xff" + wide)
    yield "PDF, escaped", pdf_of(b"<</Author(" + octal + b")>>")
    yield "PDF, packed", pdf_of(b"<<>>stream\n" + zlib.compress(b"<</Author(" + octal + b")>>") + b"\nendstream")
    letters = b"".join(b"<" + (b"\xfe\xff" + each.encode("utf-16-be")).hex().encode() + b">20" for each in name)
    yield "PDF, letter by letter", pdf_of(b"<<>>stream\n" + zlib.compress(b"[" + letters + b"]TJ") + b"\nendstream")
    yield "Office and ODF", zipped(**{"docProps/core.xml": small, "x": bytes(9)})
    split = f"<w:r><w:t>{name[0]}</w:t></w:r><w:r><w:t>{name[1:]}</w:t></w:r>"
    yield "Office, in two runs", zipped(**{"word/document.xml": split.encode()})
    yield "a file's name in a ZIP", zipped(**{f"DCIM/{name}.jpg": b""})
    yield "a ZIP within a ZIP", zipped(**{"a.docx": zipped(**{"docProps/core.xml": small})})
    yield "gzip", gzip.compress(small)
    yield "a text in UTF-16", f"with {name}".encode("utf-16")
    yield "behind much of a text", b"a line\n" * (1 << 16) + f"by {name}\n".encode()
    yield "at the end of a large file", bytes(WHOLE + 99) + b"\0" + name.encode() + b"\0"


@pytest.mark.parametrize("name", NAMES)
def test_what_programs_and_cameras_wrote_into_a_file_is_told_whatever_its_form(house: House, name: str) -> None:
    for what, data in files(name):
        assert len(told_of(house.archive, [data])) == 1, what


def test_names_that_windows_wrote_before_utf_8_are_told(house: House) -> None:
    for name, encoding in (("Jürgen", "cp1252"), ("王小明", "gb18030"), ("王小明", "big5"), ("فاطمة", "cp1256")):
        assert len(told_of(house.archive, [jpeg(b"\0\1\2" + name.encode(encoding) + b"\0")])) == 1, encoding


def test_a_name_of_a_file_in_a_zip_is_told_in_whatever_its_maker_wrote_it(house: House) -> None:
    for name, encoding in (("王小明", "utf-8"), ("王小明", "gb18030"), ("Jürgen", "cp1252"), ("པདྨ", "utf-8")):
        written = name.encode(encoding)
        data = zipped(**{"=" * len(written) + "_1.jpg": b""}).replace(b"=" * len(written), written)
        assert len(told_of(house.archive, [data])) == 1, encoding


def test_whatever_a_file_says_of_itself_little_is_made_of_it(house: House) -> None:
    bomb = zlib.compress(bytes(64 << 20), 9)
    for data in (
        pdf_of(*[b"stream\n" + bomb] * 60),
        zipped(**{f"{each}.bin": bytes(4 << 20) for each in range(9)}),
        b"PK\3\4" + bytes(99) + b"PK\5\6" + b"\xff" * 18,
        b"\xff\xd8" + b"\xff\xe1\0\2" * 9_000,
        box(b"ftyp") + b"\0\0\0\x08moov" * 9_000,
        b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xfftEXt",
    ):
        words = FileWords(io.BytesIO(data))
        assert sum(len(each[0]) for each in words) < 4 * WHOLE
    assert not told_of(house.archive, [data])


def test_a_file_that_was_not_looked_through_to_its_end_is_told_of(house: House, tmp_path: Path) -> None:
    long = tmp_path / "long"
    with long.open("wb") as file:
        file.seek(64 << 20)
        file.write(b"\0Pema\0")
    with long.open("rb") as file:
        told = told_of(house.archive, [file])
    assert len(told) == 2
    assert "1 file" in told[1]


def test_a_file_that_was_made_to_be_unreadable_is_read_to_where_it_can_be_and_told(house: House) -> None:
    """What others wrote ends no command: boxes within boxes, a number of no character, packed bytes cut off."""
    boxes = box(b"name", "by Jürgen".encode())
    for _ in range(2_000):
        boxes = box(b"moov", boxes)
    number = "&#" + "1" * 5_000 + ";"
    page = f'<html><a href="/{number}">{number} Jürgen</a>'.encode()
    for data in (box(b"ftyp", b"isom") + boxes, page, gzip.compress(b"x" * 9 + b" Jurgen " * 40_000)[:-9]):
        assert len([each for each in told_of(house.archive, [data]) if "the name of person" in each]) == 1, data[:20]
    assert any("NAME" in each.upper() for each in NamesInCaptures(house.archive)(page, "text/html"))


@pytest.mark.parametrize("kind", ["boxes", "a large box", "chunks", "a large chunk", "segments", "packed", "locked"])
def test_of_what_of_a_file_is_not_read_it_is_told(house: House, kind: str) -> None:
    match kind:
        case "boxes":
            data = box(b"ftyp", b"isom") + box(b"moof", b"") * MEMBERS
        case "a large box":
            data = box(b"ftyp", b"isom") + box(b"uuid", bytes(STRUCTURED + 1))
        case "chunks":
            data = PNG + chunk(b"IDAT", b"") * (MEMBERS + 1)
        case "a large chunk":
            data = PNG + chunk(b"iTXt", bytes(STRUCTURED + 1))
        case "segments":
            data = b"\xff\xd8" + b"\xff\xe1\0\2" * (MEMBERS + 1) + b"\xff\xda"
        case "packed":
            data = gzip.compress(bytes(MEMBER + 1))
        case _:
            data = gzip.compress(b"x") + b"what is of no kind"
    told = " ".join(told_of(house.archive, [data]))
    assert "what nobody searched for withheld names: a part of 1 file" in told


def test_of_files_as_programs_write_them_nothing_is_told_that_was_not_searched(house: House) -> None:
    warc = b"".join(gzip.compress(f"WARC/1.1\r\n\r\npage {number}".encode()) for number in range(300))
    movie = box(b"ftyp", b"isom") + box(b"moov", box(b"udta", box(b"name", b"clip") + bytes(4))) + box(b"mdat", b"x")
    for data in (warc, movie, PNG + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")):
        assert told_of(house.archive, [data]) == []


def test_a_name_is_told_behind_the_first_part_of_a_warc_and_behind_bytes_that_fill_up_a_jpeg(house: House) -> None:
    warc = b"".join(gzip.compress(f"page {name}".encode()) for name in ("one", "two", "of Jürgen"))
    filled = b"\xff\xd8" + b"\xff\xff\xff\xe1" + (2 + 9).to_bytes(2, "big") + b"by Jurgen" + bytes(600_000)
    for data in (warc, filled):
        assert len(told_of(house.archive, [data])) == 1, data[:4]


@pytest.mark.parametrize("filled", ["pema\0", "Pema\n"])
def test_a_file_filled_with_a_name_or_nearly_one_is_looked_at_so_often_and_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch, filled: str
) -> None:
    asked, is_in = list[str](), SoughtName.is_in

    def counted(name: SoughtName, text: str) -> bool:
        asked.append(text)
        return is_in(name, text)

    monkeypatch.setattr(names_in_bytes, "MOST", 100)
    monkeypatch.setattr(names_in_bytes, "TRIED", 100)
    monkeypatch.setattr(SoughtName, "is_in", counted)
    told = " ".join(told_of(house.archive, [filled.encode() * 20_000]))
    assert len(asked) < 2_000
    assert ("the name of person" in told, "what nobody searched" in told) == ("\n" in filled, "\0" in filled)


def test_the_end_of_a_list_in_a_page_is_nobodys_name(tmp_path: Path) -> None:
    desk = House(tmp_path)
    state_person(desk.archive, desk.desk, PersonEntry("Li"))
    assert told_of(desk.archive, [b"<ul><li>one</li></ul>"]) == []
    assert len(told_of(desk.archive, [b"<ul><li>by Li</li></ul>"])) == 1


PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
