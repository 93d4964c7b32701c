"""Attacks on signed notes and verifier keys."""

import pytest

from tamizdat.ed25519 import signature_holds
from tamizdat.encoding import b64
from tamizdat.errors import BadNote
from tamizdat.keys import SigningKey
from tamizdat.ledger.note import MAX_NOTE, MAX_SIGNATURES, Verifier, open_note, split_note
from tamizdat.ledger.signing import sign_note

KEY, OTHER = SigningKey.from_seed(bytes([1]) * 32), SigningKey.from_seed(bytes([2]) * 32)
NAME = "tamizdat.example/ledger"
VERIFIER = Verifier(NAME, KEY.public)
TEXT = "Ognuno sta solo sul cuor della terra\n\ned è subito sera.\n".encode()
NOTE = sign_note(TEXT, NAME, KEY.public, KEY.sign)
LINE = NOTE[len(TEXT) + 1 :]


def test_a_note_is_read_as_it_was_written() -> None:
    assert open_note(NOTE, [VERIFIER]).text == TEXT
    assert Verifier.parse(VERIFIER.encode()) == VERIFIER


def test_the_last_empty_line_ends_the_text() -> None:
    assert TEXT.count(b"\n\n") == 1
    assert split_note(NOTE)[0] == TEXT


def test_lines_of_unknown_keys_are_passed_over() -> None:
    stranger = sign_note(TEXT, "stranger.example", OTHER.public, OTHER.sign)[len(TEXT) + 1 :]
    assert set(open_note(NOTE + stranger, [VERIFIER]).signed) == {VERIFIER}
    with pytest.raises(BadNote):
        open_note(TEXT + b"\n" + stranger, [VERIFIER])


def test_a_key_of_the_same_name_but_another_id_is_a_stranger() -> None:
    impostor = sign_note(TEXT, NAME, OTHER.public, OTHER.sign)
    with pytest.raises(BadNote):
        open_note(impostor, [VERIFIER])


def test_a_forged_signature_under_a_known_id_rejects_the_whole_note() -> None:
    forged = f"— {NAME} {b64(VERIFIER.key_id + OTHER.sign(TEXT))}\n".encode()
    for note in (TEXT + b"\n" + forged, NOTE + forged, TEXT + b"\n" + forged + LINE):
        with pytest.raises(BadNote):
            open_note(note, [VERIFIER])


def test_a_signature_does_not_move_to_another_text() -> None:
    for text in (TEXT + b"more\n", TEXT[:-1] + b" \n", b"\n" + TEXT, TEXT.replace(b"\n\n", b"\n")):
        with pytest.raises(BadNote):
            open_note(text + b"\n" + LINE, [VERIFIER])


def test_the_text_cannot_be_split_in_another_place() -> None:
    """What stands before a later signature block is text, and the signature is not on that."""
    with pytest.raises(BadNote):
        open_note(NOTE + b"\n" + LINE, [VERIFIER])


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n",
        TEXT,
        TEXT + b"\n",
        TEXT + LINE,
        NOTE[:-1],
        NOTE + b"\n",
        NOTE + b"x\n",
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace("— ".encode(), "—  ".encode()),
        NOTE.replace("— ".encode(), "—\u00a0".encode()),
        NOTE.replace(b"ledger ", b"ledger  "),
        NOTE.replace(b"ledger ", b"led ger "),
        NOTE.replace(b"ledger ", b"led+ger "),
        NOTE.replace(b"ledger ", "led\u2003ger ".encode()),
        NOTE[:-1] + b" \n",
        NOTE[:-3] + b"\n",
        TEXT + b"\n" + f"— {NAME} {b64(b'1234')}\n".encode(),
        NOTE + f"— a.stranger {b64(b'1234')}\n".encode(),  # a key id, and no signature
        NOTE + f"— a.stranger {b64(b'123')}\n".encode(),
        TEXT + b"\n" + f"— {NAME} \n".encode(),
        TEXT + b"\n" + f"— {NAME}\n".encode(),
        b"\x00" + NOTE,
        b"tab\there" + NOTE,
        NOTE.replace(b"terra", b"terr\xe0"),
        b"\xef\xbb\xbf"[:2] + NOTE,
        NOTE + LINE * MAX_SIGNATURES,
        b"x" * MAX_NOTE + NOTE,
    ],
)
def test_a_malformed_note_is_refused(note: bytes) -> None:
    with pytest.raises(BadNote):
        open_note(note, [VERIFIER])


def test_sixteen_signatures_are_read() -> None:
    keys = [SigningKey.from_seed(bytes([n]) * 32) for n in range(1, 17)]
    lines = b"".join(sign_note(TEXT, f"w{n}", key.public, key.sign)[len(TEXT) + 1 :] for n, key in enumerate(keys))
    known = [Verifier(f"w{n}", key.public) for n, key in enumerate(keys)]
    assert len(open_note(TEXT + b"\n" + lines, known).signed) == 16


@pytest.mark.parametrize(
    "text", [b"", b"no newline at the end", b"tab\t\n", b"\xff\n", b"carriage\r\n", b"x" * MAX_NOTE + b"\n"]
)
def test_what_no_note_can_hold_is_not_signed(text: bytes) -> None:
    with pytest.raises(BadNote):
        sign_note(text, NAME, KEY.public, KEY.sign)


def test_a_signer_whose_key_does_not_fit_is_noticed() -> None:
    with pytest.raises(BadNote):
        sign_note(TEXT, NAME, KEY.public, OTHER.sign)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\nb", "a\u00a0b", "a\u2028b", "a\u3000b"])
def test_key_names_hold_no_space_and_no_plus(name: str) -> None:
    with pytest.raises(BadNote):
        Verifier(name, KEY.public)


GOOD = VERIFIER.encode()
KEYED = b64(b"\x01" + KEY.public)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "+",
        "++",
        NAME,
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace("example", "example2"),
        GOOD.replace(VERIFIER.key_id.hex(), "00000000"),
        GOOD.replace(VERIFIER.key_id.hex(), VERIFIER.key_id.hex().upper()),
        GOOD.replace(VERIFIER.key_id.hex(), VERIFIER.key_id.hex()[:7]),
        GOOD.replace("+", "+0", 1),
        GOOD[:-1],
        GOOD + "=",
        GOOD + "AAAA",
        f"{NAME}+{VERIFIER.key_id.hex()}+{b64(bytes([4]) + KEY.public)}",
        f"{NAME}+{VERIFIER.key_id.hex()}+{b64(bytes([1]) + KEY.public[:31])}",
        f"{NAME}+{VERIFIER.key_id.hex()}+{b64(bytes([1]) + OTHER.public)}",
    ],
)
def test_a_mistyped_verifier_key_is_refused(vkey: str) -> None:
    assert vkey != GOOD
    with pytest.raises(BadNote):
        Verifier.parse(vkey)


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_signatures_of_another_length_do_not_hold(length: int) -> None:
    signature = (KEY.sign(TEXT) * 2)[:length]
    assert not signature_holds(KEY.public, TEXT, signature)
    assert not signature_holds(KEY.public[:length], TEXT, KEY.sign(TEXT)) or length >= 32


def test_a_signature_whose_scalar_was_raised_by_the_group_order_does_not_hold() -> None:
    """RFC 8032, 5.1.7: S must be below the order, or every signature would have a second form."""
    order = 2**252 + 27742317777372353535851937790883648493
    signature = KEY.sign(TEXT)
    raised = int.from_bytes(signature[32:], "little") + order
    assert signature_holds(KEY.public, TEXT, signature)
    assert not signature_holds(KEY.public, TEXT, signature[:32] + raised.to_bytes(32, "little"))
