"""The ASC's own example histories: each list is read, its digests hold, and the one file that was altered is found."""

import pytest

from support.shared import VECTORS, needs_shared
from tamizdat.footage import mhl

pytestmark = needs_shared
EXAMPLES = VECTORS / "ascmhl" / "examples" / "scenarios" / "Output"
LISTS = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.mhl"))
CHAINS = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("ascmhl_chain.xml"))


def test_there_are_histories_of_all_five_scenarios() -> None:
    assert {each.partition("/")[0] for each in LISTS} == {f"scenario_0{number}" for number in range(1, 6)}
    assert len(CHAINS) > 5


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_files_that_are_there_with_digests_that_hold(name: str) -> None:
    listed = mhl.read((EXAMPLES / name).read_bytes())
    assert listed is not None
    assert mhl.is_list(name)
    root = EXAMPLES / mhl.root_of(name)
    for each in listed:
        path = root / each.path
        if not path.is_file():  # some scenarios name what they then lose
            continue
        data = path.read_bytes()
        hashes = mhl.Digests(each.digests)
        hashes.update(data)
        differs = [kind for kind, digest in hashes.result().items() if digest != each.digests[kind]]
        altered = name.startswith("scenario_04/file_server/") and "/0001_" in name and each.path == "Sidecar.txt"
        assert (bool(differs), each.size != len(data)) == (altered, altered), each.path


def test_most_of_what_the_lists_name_is_there() -> None:
    named = [(name, each.path) for name in LISTS for each in mhl.read((EXAMPLES / name).read_bytes()) or ()]
    there = [path for name, path in named if (EXAMPLES / mhl.root_of(name) / path).is_file()]
    assert len(there) * 2 > len(named) > 20


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_names_the_lists_beside_it_by_their_digests(name: str) -> None:
    chain = mhl.chain_of((EXAMPLES / name).read_bytes())
    assert chain
    for each, digest in chain:
        data = (EXAMPLES / name).parent.joinpath(each).read_bytes()
        hashes = mhl.Digests(["c4"])
        hashes.update(data)
        assert hashes.result()["c4"] == digest
