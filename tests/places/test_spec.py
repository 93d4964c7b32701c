"""docs/spec/places.md says what the code does."""

import re
from pathlib import Path

import pytest

from tamizdat.places import remote, service
from tamizdat.places.folder import FolderPlace
from tamizdat.places.memory import MemoryPlace
from tamizdat.places.place import MARKER, MAX_LISTED, MAX_OBJECT, Guarantees, is_name, path_of
from tamizdat.places.rclone import OBEYS_PROXY, RclonePlace
from tamizdat.places.sftp import SftpPlace

SPEC = (Path(__file__).resolve().parents[2] / "docs" / "spec" / "places.md").read_text(encoding="utf-8")


def test_the_example_lies_where_the_code_would_put_it() -> None:
    shown = re.search(r"^    ([0-9a-f]/[0-9a-f]{64})$", SPEC, re.M)
    assert shown
    assert path_of(shown[1][2:]) == shown[1]


def test_the_name_rule_is_the_one_of_the_code() -> None:
    rule = re.search(r"^    name = (.+?) {8}", SPEC, re.M)
    assert rule
    pattern = re.compile(rule[1].replace(" ", ""))
    for name in ("a", "9f", "a.b", "a" * 128, "A", "a.", "-a", "", "a" * 129, "a/b", "é", "a\n"):
        assert bool(pattern.fullmatch(name)) == is_name(name)
    assert not is_name(MARKER)


def test_the_figures_are_those_of_the_code() -> None:
    assert f"{MAX_OBJECT:,} bytes" in SPEC
    assert MAX_LISTED == 1_000_000
    assert "a million names a folder" in SPEC
    assert f"({service.TIMEOUT} unless told otherwise; at most {service.LONGEST_TIMEOUT:,})" in SPEC
    assert f"Small questions end after {service.SMALL_QUESTION:.0f} seconds" in SPEC


@pytest.mark.parametrize("option", sorted(service.S3_OPTIONS | service.WEBDAV_OPTIONS | service.SFTP_OPTIONS))
def test_every_option_is_told(option: str) -> None:
    assert re.search(rf"\b{option}\b", SPEC)


@pytest.mark.parametrize(
    ("kind", "promised"),
    [
        ("memory", MemoryPlace.guarantees),
        ("folder", FolderPlace.guarantees),
        ("S3", remote.GUARANTEES["s3"]),
        ("rclone", RclonePlace.guarantees),
        ("SFTP", SftpPlace.guarantees),
        ("WebDAV", remote.GUARANTEES["webdav"]),
    ],
)
def test_the_promises_are_those_of_the_code(kind: str, promised: Guarantees) -> None:
    row = re.search(rf"^\| {kind} \|(.+)\|$", SPEC, re.M)
    assert row
    told = [cell.strip().startswith("yes") for cell in row[1].split("|")]
    assert told == [promised.atomic_put, promised.durable_put, promised.complete_list, promised.can_delete]


def test_the_services_of_rclone_that_obey_the_proxy_are_those_of_the_code() -> None:
    told = re.search(r"only the types (.+?) are used", SPEC, re.S)
    assert told
    assert set(re.findall(r"[a-z0-9]+", told[1])) - {"and"} == OBEYS_PROXY
