"""Keys and what they seal: with the passphrase they open, without it they are noise, and nothing is exchanged."""

from pathlib import Path

import pytest

from tamizdat.errors import BadArchive, BadEncoding, DamagedInput, NotSetUp, UsageError, WrongPassphrase
from tamizdat.home.keyring import FIRST_LINE, Keyring, is_wrapped
from tamizdat.keys import SealingKey

WORK = 8


@pytest.fixture
def keyring() -> Keyring:
    ring = Keyring.new(("desk", "log"))
    ring.sealing["anna 2026-11-23T09:00:00Z"] = SealingKey.generate()
    return ring


def secrets(ring: Keyring) -> list[bytes]:
    texts = [key.to_text().encode() for key in ring.sealing.values()]
    return [ring.settings, ring.settings.hex().encode(), *(key.seed for key in ring.signing.values()), *texts]


def test_it_comes_back_from_its_text(keyring: Keyring) -> None:
    again = Keyring.parse(keyring.encode())
    assert secrets(again) == secrets(keyring)
    assert again.sealing.keys() == keyring.sealing.keys()
    assert again.signing.keys() == {"desk", "log"}


def test_wrapped_it_opens_with_its_passphrase_and_with_no_other(keyring: Keyring, tmp_path: Path) -> None:
    path = tmp_path / "keys.age"
    keyring.save(path, b"correct horse", WORK)
    assert is_wrapped(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not [secret for secret in secrets(keyring) if secret in path.read_bytes()]
    assert secrets(Keyring.load(path, b"correct horse")) == secrets(keyring)
    for wrong in (b"", b"correct horsf", b"Correct horse", b"correct horse "):
        with pytest.raises((WrongPassphrase, UsageError)):
            Keyring.load(path, wrong)


def test_without_a_passphrase_it_is_its_own_text(keyring: Keyring, tmp_path: Path) -> None:
    path = tmp_path / "keys.age"
    keyring.save(path, b"")
    assert not is_wrapped(path)
    assert path.read_bytes() == keyring.encode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace(b"v1", b"v2"),
        lambda text: text[:40],
        lambda text: text.replace(b"# settings ", b"# settings 00"),
        lambda text: text.replace(b"SIGNING-KEY-1", b"SIGNING-KEY-1Q"),
        lambda text: text.replace(b"AGE-SECRET-KEY-PQ-1", b"AGE-SECRET-KEY-PQ-1Q"),
        lambda text: text + b"stray line\n",
        lambda text: text + b"\xff\n",
        lambda text: b"",
    ],
)
def test_a_damaged_file_of_keys_is_a_typed_error(keyring: Keyring, tmp_path: Path, spoil: object) -> None:
    spoilt = spoil(keyring.encode())  # type: ignore[operator]
    if spoilt.startswith(FIRST_LINE.encode()) and b"settings" not in spoilt:
        return
    path = tmp_path / "keys.age"
    path.write_bytes(spoilt)
    with pytest.raises((BadArchive, DamagedInput, UsageError)) as caught:
        Keyring.load(path, b"")
    assert not [secret for secret in secrets(keyring) if secret.decode("latin-1") in str(caught.value)]


def test_no_file_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp):
        Keyring.load(tmp_path / "keys.age", b"x")


def test_what_it_seals_is_bound_to_its_purpose_and_to_this_keyring(keyring: Keyring) -> None:
    sealed = keyring.seal(b"places", "settings")
    assert keyring.open(sealed, "settings") == b"places"
    assert b"places" not in sealed
    assert keyring.seal(b"places", "settings") != sealed
    attempts = [
        (keyring, sealed, "consignment 1"),
        (Keyring.new(("desk",)), sealed, "settings"),
        (keyring, sealed[:-1], "settings"),
        (keyring, b"", "settings"),
        (keyring, sealed[:12], "settings"),
        (keyring, sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:], "settings"),
    ]
    for ring, data, purpose in attempts:
        with pytest.raises(BadArchive, match="damaged or exchanged"):
            ring.open(data, purpose)


def test_the_secrets_do_not_show_in_a_traceback(keyring: Keyring) -> None:
    for key in [*keyring.signing.values(), *keyring.sealing.values()]:
        assert not [secret for secret in secrets(keyring) if secret.hex() in repr(key)]
    with pytest.raises((BadArchive, BadEncoding)):
        Keyring.parse(b"# tamizdat keys v0\n")


@pytest.mark.parametrize("left", [b"", bytes(286)])
def test_a_file_of_keys_that_the_disk_emptied_is_called_that_and_no_passphrase_is_asked_for(
    tmp_path: Path, left: bytes
) -> None:
    (tmp_path / "keys.age").write_bytes(left)
    for read in (is_wrapped, lambda path: Keyring.load(path, b"correct horse")):
        with pytest.raises(BadArchive, match="found an empty file"):
            read(tmp_path / "keys.age")
