"""Whatever single bit of a published site is changed, and whatever file is cut short, the site no longer holds."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_maker import Desk
from tamizdat.verifying import verify
from tamperings import two_editions

Site = tuple[Path, Desk, list[Path]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    desk = two_editions(folder)
    return folder, desk, sorted(path for path in folder.rglob("*") if path.is_file())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), at=st.integers(0), bit=st.integers(0, 7))
def test_any_bit_of_any_file(site: Site, which: int, at: int, bit: int) -> None:
    folder, desk, files = site
    path = files[which % len(files)]
    sound = path.read_bytes()
    altered = bytearray(sound)
    altered[at % len(sound)] ^= 1 << bit
    _does_not_hold(folder, desk, path, sound, bytes(altered))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), length=st.integers(0))
def test_any_file_cut_short(site: Site, which: int, length: int) -> None:
    folder, desk, files = site
    path = files[which % len(files)]
    sound = path.read_bytes()
    _does_not_hold(folder, desk, path, sound, sound[: length % len(sound)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), more=st.binary(min_size=1, max_size=40))
def test_any_file_with_something_after_its_end(site: Site, which: int, more: bytes) -> None:
    folder, desk, files = site
    path = files[which % len(files)]
    sound = path.read_bytes()
    _does_not_hold(folder, desk, path, sound, sound + more)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=st.integers(0), other=st.integers(0))
def test_any_file_in_the_place_of_another(site: Site, one: int, other: int) -> None:
    folder, desk, files = site
    path, source = files[one % len(files)], files[other % len(files)]
    if path.read_bytes() != source.read_bytes():
        _does_not_hold(folder, desk, path, path.read_bytes(), source.read_bytes())


def _does_not_hold(folder: Path, desk: Desk, path: Path, sound: bytes, altered: bytes) -> None:
    path.write_bytes(altered)
    try:
        report = verify(folder, desk.fingerprint)
        assert report.broken, path.relative_to(folder)
        assert not report.holds
    finally:
        path.write_bytes(sound)
    assert verify(folder, desk.fingerprint).holds
