"""An item's file whose envelopes are each signed once is read in another way than all others, and as strictly."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.altering import A, two_editions
from tamizdat.encoding import canonical, parse_canonical
from tamizdat.errors import TamizdatError
from tamizdat.ledger.statement import MAX_ENVELOPE, Envelope
from tamizdat.verifying import item_file
from tamizdat.verifying.item_file import FILE, FUNCTION
from tamizdat.verifying.untrusted_folder import SMALL, Folder

ODD = (
    b"", b" ", b"\n", b"\r", b"A", b"=", b"0", b'"', b"\\", b"\\n", b"\\/", b"\\u0041", b",", b":", b"{", b"}", b"[",
    b"]", b"null", b"\x00", b"\x7f", b"\xff", "—".encode(), "没".encode(), b'"salt":"",', b"{},",
    b'"keyid":"0000000000000000",',
)  # fmt: skip


def altered(data: bytes) -> Iterator[bytes]:
    """Yield *data* with something odd before, in the place of and after every byte that is no letter, and the like."""
    for at in [place for place, each in enumerate(data) if chr(each) in '"{}[],:\\=']:
        for odd in ODD:
            yield data[:at] + odd + data[at:]
            yield data[:at] + odd + data[at + 1 :]
        yield data[:at] + data[at + 2 :]
        yield data[: at + 1] + b"Z" + data[at + 2 :]
    parts = data.split(b'"')
    for at in range(len(parts) - 2):
        yield b'"'.join([*parts[:at], parts[at + 2], parts[at + 1], parts[at], *parts[at + 3 :]])


def told(read: Callable[[], object]) -> object:
    try:
        return read()
    except TamizdatError as error:
        return type(error), str(error)


@pytest.mark.parametrize("number", [0, A])
def test_whatever_is_altered_is_read_or_refused_as_by_those_who_read_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    two_editions(tmp_path)
    inside = f"items/{number}/"
    sound = (tmp_path / inside / FILE).read_bytes()
    assert item_file._signed_once(sound[len(FUNCTION) + 1 : -3]), "or this tries nothing"

    def read() -> object:
        found = item_file.read(Folder(tmp_path), inside)
        return found.data, found.envelope, found.proof, told(lambda: found.openings)

    def reads(data: bytes) -> object:
        monkeypatch.setattr(Folder, "read", lambda *_, **__: data)
        return told(read)

    tried = [sound, *altered(sound)][:: 1 if number == 0 else 9]  # that of a post is long
    quickly = [reads(each) for each in tried]
    monkeypatch.setattr(item_file, "_signed_once", lambda _: None)
    assert quickly == [reads(each) for each in tried]


def test_an_envelope_is_read_or_refused_as_by_those_who_read_json(tmp_path: Path) -> None:
    two_editions(tmp_path)
    sound = (tmp_path / "edition/edition.json").read_bytes()
    value = parse_canonical(sound, "an envelope")
    many = canonical({**value, "signatures": value["signatures"] * 2})
    for each in (sound, many, *altered(sound)):
        quickly = told(lambda each=each: Envelope.parse(each))  # type: ignore[misc]
        slowly = told(lambda each=each: Envelope.read(parse_canonical(each, "an envelope", MAX_ENVELOPE)))  # type: ignore[misc]
        if isinstance(slowly, tuple):
            assert isinstance(quickly, tuple)
            assert quickly[1] == slowly[1]
        else:
            assert quickly == slowly
    with pytest.raises(TamizdatError, match="at most 40 bytes"):
        Envelope.parse(sound, 40)


@pytest.mark.parametrize("filler", [b"\\n", "—".encode(), b'x],"proof":"', b'{"envelope":{"payload":"'])
def test_a_file_made_to_fill_the_memory_takes_a_few_times_its_size(tmp_path: Path, filler: bytes) -> None:
    two_editions(tmp_path)
    path = tmp_path / f"items/{A}" / FILE
    before, mark, after = path.read_bytes().partition(b'"proof":"')
    path.write_bytes(before + mark + filler * (SMALL // len(filler)) + after)
    tracemalloc.start()
    try:
        with pytest.raises(TamizdatError):
            item_file.read(Folder(tmp_path), f"items/{A}/")
        assert tracemalloc.get_traced_memory()[1] < 16 * SMALL
    finally:
        tracemalloc.stop()
