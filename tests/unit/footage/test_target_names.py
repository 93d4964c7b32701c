"""Names for disks that cannot hold every name: told apart, and undone by undoing all %XX."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamizdat.disk.target import NameRules
from tamizdat.footage.target_names import target_names

FAT = NameRules(frozenset('"*<>?|'), folds=True, reserved=True)
NAMES = st.text(st.sampled_from("aAß?é%61.\u0301ཀ"), min_size=1, max_size=4).map(lambda name: f"{name}x")


@given(st.sets(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=30))
def test_no_two_names_become_one_and_every_changed_name_can_be_undone(paths: set[str]) -> None:
    held = target_names(sorted(paths), FAT)
    assert len({name.casefold() for name in held.values()}) == len(paths)
    for path, name in held.items():
        for before, after in zip(path.split("/"), name.split("/"), strict=True):
            assert before in (after, unquote(after)) or len(after) > 64  # a digest, where a name looks like one of ours
            assert not FAT.refused.intersection(after)


@pytest.mark.parametrize("name", ["con", "NUL.txt", "com1", "LPT9.mov", "aux.tar.gz"])
def test_no_name_of_a_device_reaches_a_disk_of_windows(name: str) -> None:
    [held] = target_names([name], FAT).values()
    assert unquote(held) == name
    assert held[0] == "%"


def test_a_disk_that_holds_every_name_gets_every_name() -> None:
    paths = ["A.txt", "a.txt", "What?.mov", "con", "100%.txt"]
    assert target_names(paths, NameRules()) == {path: path for path in paths}


def test_a_name_that_becomes_too_long_is_cut_and_still_differs() -> None:
    one, two = "?" * 200 + "a.mov", "?" * 200 + "b.mov"
    held = target_names([one, two], FAT)
    assert len(set(held.values())) == 2
    assert all(len(name.encode()) <= 255 and name.endswith(".mov") for name in held.values())
