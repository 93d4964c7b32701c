"""Invitations: plain and sealed, with places; and as QR codes, in any order."""

import io
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from support.field_and_desk import NOW, WORK
from tamizdat.cli.main import main
from tamizdat.encoding import spoken
from tamizdat.errors import BadEncoding, TamizdatError, UsageError, WrongPassphrase
from tamizdat.home.codes import Parts, read_codes, split
from tamizdat.home.home import Home
from tamizdat.home.invitation import Invitation, InvitedPlace, new_words, open_sealed, parse_places, shortened
from tamizdat.home.setup import create_desk, create_field, invite
from tamizdat.keys import SealingKey
from tamizdat.sealing.age import wrap

SIX = "academic acid acne acquire acrobat activity"
PLACES = (
    InvitedPlace("blue", "s3://parcels/anna", (("access_key_id", "ANNA"), ("secret_access_key", "མེ་ཏོག=x y"))),
    InvitedPlace("green", "/media/green stick"),
)


@pytest.fixture
def invitation(tmp_path: Path) -> Invitation:
    return invite(create_desk(tmp_path / "desk", "newsroom", b"", WORK), "anna", b"", NOW, WORK, PLACES)


def test_places_come_with_it_and_are_there_after_the_setup(invitation: Invitation, tmp_path: Path) -> None:
    assert Invitation.parse(invitation.encode()) == invitation
    home = create_field(tmp_path / "field", invitation, b"", WORK)
    again = Home.open(home.folder, "field", b"")
    assert [(each.number, each.name, each.url, each.options) for each in again.places()] == [
        (1, "blue", "s3://parcels/anna", dict(PLACES[0].options)),
        (2, "green", "/media/green stick", {}),
    ]


def test_an_invitation_without_places_is_the_text_it_always_was(invitation: Invitation) -> None:
    bare = Invitation(invitation.desk, invitation.root, invitation.recipients)
    assert bare.encode().startswith("tamizdat invitation v1\n")
    assert Invitation.parse(bare.encode()) == bare


@pytest.mark.parametrize(
    "changed",
    [
        {"desk": "newsrooms"},
        {"root": bytes(32)},
        {"recipients": (SealingKey.generate().recipient.to_text(),)},
        {"places": PLACES[:1]},
        {"places": (InvitedPlace("blue", "s3://parcels/mallory", PLACES[0].options), PLACES[1])},
    ],
)
def test_an_invitation_in_which_anything_was_exchanged_has_another_fingerprint(
    invitation: Invitation, changed: dict[str, Any]
) -> None:
    assert Invitation.parse(invitation.encode()).fingerprint == invitation.fingerprint
    assert replace(invitation, **changed).fingerprint != invitation.fingerprint


def test_both_sides_show_the_fingerprint_of_the_invitation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_desk(tmp_path / "desk", "newsroom", b"", WORK)
    given = tmp_path / "invitation.txt"
    assert main(["keys", "invite", "anna", "--home", str(tmp_path / "desk"), "--out", str(given)]) == 0
    shown = spoken(Invitation.parse(given.read_text("utf-8")).fingerprint)
    assert shown in capsys.readouterr().out
    field = ["--home", str(tmp_path / "field"), "--invitation", str(given), "--dry-run", "--allow-swap"]
    assert main(["setup", "field", *field]) == 0
    assert shown in capsys.readouterr().out


def test_six_words_open_it_by_their_first_four_letters(invitation: Invitation) -> None:
    sealed = invitation.seal(SIX, WORK)
    assert b"newsroom" not in sealed
    assert open_sealed(sealed, "ACAD  acid acnes acquaint acro\nactivist") == invitation
    with pytest.raises(WrongPassphrase):
        open_sealed(sealed, "acad acid acne acqu acro adap")


@pytest.mark.parametrize(
    "words",
    [
        "",
        "acid acne",
        SIX + " one",
        "འབྲུག acid acne acqu acro acti",
        "académie acid acne acqu acro acti",
        "ac1d acid acne acqu acro acti",
        "aca acid acne acqu acro acti",
    ],
)
def test_what_is_not_six_words_is_told(words: str) -> None:
    with pytest.raises(UsageError, match="Expected 6 words"):
        shortened(words)


def test_new_words_can_be_told_apart_by_four_letters() -> None:
    assert len({shortened(new_words()) for _ in range(20)}) == 20


def test_an_invitation_of_a_later_program_is_not_read_as_one_of_ours(invitation: Invitation) -> None:
    later = invitation.encode().replace("invitation v2", "invitation v9")
    with pytest.raises(BadEncoding, match="Expected a desk's invitation"):
        Invitation.parse(later)


def test_a_sealed_file_that_is_no_invitation_by_far_is_not_tried(invitation: Invitation) -> None:
    """Each try costs a second of scrypt, and what was sealed may have any size."""
    with pytest.raises(BadEncoding, match="of at most 98,304 bytes, found 98,305"):
        open_sealed(invitation.seal(SIX, WORK).ljust((96 << 10) + 1, b"\0"), SIX)
    with pytest.raises(BadEncoding, match="no UTF-8"):
        open_sealed(wrap(b"tamizdat invitation v1\ndesk \xff\n", shortened(SIX).encode(), WORK), SIX)


@given(st.binary(max_size=400))
def test_an_altered_sealed_invitation_is_refused(noise: bytes) -> None:
    with pytest.raises(TamizdatError):
        open_sealed(b"age-encryption.org/v1\n" + noise, SIX)


@pytest.mark.parametrize(
    "lines",
    [
        ["option a b"],
        ["place blue"],
        ["place ../up s3://x"],
        ["plaze a b"],
        ["place a /x", "opinion b c"],
        ["place a /x", "option b"],
        ["place a /x", "place a /y"],
        ["place a memory:"],
        ["place a stick"],
        ["place a ../up"],
        ["place a http://h/x"],
        ["place a s3://b/\x1b[8m"],
    ],
)
def test_a_file_of_places_that_is_none_is_told(lines: list[str]) -> None:
    with pytest.raises(UsageError):
        parse_places(lines)


def seen(text: str) -> list[str]:
    """What a camera makes of a code."""
    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="png", scale=3)
    image = Image.open(picture).convert("L")
    return read_codes(*image.size, image.tobytes())


def test_its_codes_are_read_in_any_order_and_one_of_another_invitation_begins_anew(invitation: Invitation) -> None:
    sealed = invitation.seal(SIX, WORK)
    codes, parts = split(sealed), Parts()
    random.Random(1).shuffle(codes)
    assert parts.take(split(b"another one")[0])
    for code in codes[:-1]:
        [text] = seen(code)
        assert parts.take(text)
    assert len(parts.missing) == 1
    with pytest.raises(BadEncoding):
        parts.whole()
    assert parts.take(codes[-1])
    assert parts.whole() == sealed


@given(st.text(alphabet="TAMIZDAT/0123456789ABCDEFGHIJ234567", max_size=60))
def test_a_code_of_something_else_is_no_part(text: str) -> None:
    parts = Parts()
    if parts.take(text):
        assert parts.count >= 1


def test_parts_that_do_not_fit_their_digest_are_refused() -> None:
    [code] = split(b"the one")
    parts = Parts()
    assert parts.take(code[: code.rindex("/") + 1] + "AAAAAAA")
    with pytest.raises(BadEncoding, match="some that do not fit"):
        parts.whole()


@pytest.mark.parametrize(("width", "height", "size"), [(0, 0, 0), (10, 10, 99), (1 << 20, 1 << 20, 4)])
def test_pixels_that_are_no_picture_are_told(width: int, height: int, size: int) -> None:
    with pytest.raises(BadEncoding, match="grey pixels"):
        read_codes(width, height, bytes(size))


def test_by_command_the_sealed_file_is_deleted_after_the_setup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    create_desk(tmp_path / "desk", "newsroom", b"", WORK)
    (tmp_path / "places").write_text("place blue s3://parcels/anna\noption access_key_id ANNA\n", "utf-8")
    sealed, codes, words, secret = (tmp_path / name for name in ("anna.age", "codes.html", "words", "secret"))
    arguments = ["--places", str(tmp_path / "places"), "--out", str(sealed), "--codes", str(codes), "--json"]
    assert main(["keys", "invite", "anna", "--home", str(tmp_path / "desk"), *arguments]) == 0
    spoken = capsys.readouterr().out.split('"words": "')[1].split('"')[0]
    assert "<svg" in codes.read_text("utf-8")
    words.write_text(f"{spoken}\n\n", "utf-8")
    secret.write_text("correct horse battery\n", "utf-8")
    with words.open("rb") as first, secret.open("rb") as second:
        field = ["--home", str(tmp_path / "field"), "--invitation", str(sealed), "--words-fd", str(first.fileno())]
        assert main(["setup", "field", *field, "--passphrase-fd", str(second.fileno()), "--allow-swap"]) == 0
    assert not sealed.exists()
    assert "The file of the invitation was deleted." in " ".join(capsys.readouterr().out.split())


def test_a_sealed_invitation_is_no_text_to_be_read_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_desk(tmp_path / "desk", "newsroom", b"", WORK)
    assert main(["keys", "invite", "anna", "--home", str(tmp_path / "desk"), "--sealed"]) == 2
    assert "--out FILE or --codes FILE" in " ".join(capsys.readouterr().err.split())
