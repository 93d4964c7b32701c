"""Whatever single bit of a published site is changed, and whatever file is cut short, the site no longer holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.attacks.base import A, two_editions
from support.kinds import examples
from support.site_maker import Desk
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.merkle import EMPTY_ROOT, leaf_hash, node_hash
from tamizdat.verifying import verify
from tamizdat.verifying.edition import Items

Site = tuple[Path, Desk, list[Path]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that holds before anything is changed in it, and again when each change was undone."""
    folder = tmp_path_factory.mktemp("site")
    desk = two_editions(folder)
    assert verify(folder, desk.fingerprint).holds
    yield folder, desk, sorted(path for path in folder.rglob("*") if path.is_file())
    assert verify(folder, desk.fingerprint).holds


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), at=st.integers(0), bit=st.integers(0, 7))
def test_any_bit_of_any_file(site: Site, which: int, at: int, bit: int) -> None:
    folder, desk, files = site
    path = files[which % len(files)]
    sound = path.read_bytes()
    altered = bytearray(sound)
    altered[at % len(sound)] ^= 1 << bit
    _does_not_hold(folder, desk, path, sound, bytes(altered))


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), length=st.integers(0))
def test_any_file_cut_short(site: Site, which: int, length: int) -> None:
    folder, desk, files = site
    path = files[which % len(files)]
    sound = path.read_bytes()
    _does_not_hold(folder, desk, path, sound, sound[: length % len(sound)])


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), more=st.binary(min_size=1, max_size=40))
def test_any_file_with_something_after_its_end(site: Site, which: int, more: bytes) -> None:
    folder, desk, files = site
    path = files[which % len(files)]
    sound = path.read_bytes()
    _does_not_hold(folder, desk, path, sound, sound + more)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=st.integers(0), other=st.integers(0))
def test_any_file_in_the_place_of_another(site: Site, one: int, other: int) -> None:
    folder, desk, files = site
    path, source = files[one % len(files)], files[other % len(files)]
    if path.read_bytes() != source.read_bytes():
        _does_not_hold(folder, desk, path, path.read_bytes(), source.read_bytes())


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), at=st.integers(0), bit=st.integers(0, 7))
def test_any_bit_of_what_a_post_is_proved_with(site: Site, which: int, at: int, bit: int) -> None:
    """The post by itself, without the list of files: its file and its picture hold each other."""
    folder, desk, _ = site
    item = folder / f"items/{A}"
    names = ("proof.js", "picture-1.jpg")
    path = item / names[which % len(names)]
    sound = path.read_bytes()
    altered = bytearray(sound)
    altered[at % len(sound)] ^= 1 << bit
    path.write_bytes(altered)
    try:
        assert verify(item, desk.fingerprint).broken
    finally:
        path.write_bytes(sound)


@settings(max_examples=examples(60), deadline=None)
@given(
    count=st.one_of(st.integers(0, 1100), st.sampled_from([0, 1, 255, 256, 257, 511, 512, 513, 768, 1023, 1024, 1025]))
)
def test_the_root_of_a_list_follows_from_its_tiles(count: int) -> None:
    """RFC 6962's recursion over all lines gives what the tree over the hashes of 256 lines each gives."""
    lines = [f"{number} {sha256_hex(bytes(number))}" for number in range(count)]
    items = Items.parse("".join(f"{line}\n" for line in lines).encode())
    assert items.root == _rfc6962([line.encode() for line in lines])
    assert [root for _, root in items.tiles] == [
        _rfc6962([line.encode() for line in lines[at : at + 256]]) for at in range(0, count, 256)
    ]


def _rfc6962(entries: list[bytes]) -> bytes:
    """Section 2.1, as it is written there."""
    if len(entries) < 2:
        return leaf_hash(entries[0]) if entries else EMPTY_ROOT
    half = 1 << (len(entries) - 1).bit_length() - 1
    return node_hash(_rfc6962(entries[:half]), _rfc6962(entries[half:]))


def _does_not_hold(folder: Path, desk: Desk, path: Path, sound: bytes, altered: bytes) -> None:
    path.write_bytes(altered)
    try:
        report = verify(folder, desk.fingerprint)
        assert report.broken, path.relative_to(folder)
        assert not report.holds
    finally:
        path.write_bytes(sound)
