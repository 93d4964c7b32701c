"""Pictures with content credentials, sound and forged: what is published of them tells nothing of who made them."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.shared import VECTORS, needs_shared
from tamizdat.footage.allowlist import check_bare
from tamizdat.footage.reencode import remake

pytestmark = [needs_shared, pytest.mark.needs_box]
PICTURES = VECTORS / "c2pa-public" / "image" / "jpeg"
NAMES = sorted(path.name for path in PICTURES.glob("*.jpg"))


def texts(value: Any) -> set[str]:
    """Every text of JSON."""
    if isinstance(value, dict):
        return {each for inner in value.values() for each in texts(inner)}
    if isinstance(value, list):
        return {each for inner in value for each in texts(inner)}
    return {value} if isinstance(value, str) and len(value) > 5 else set()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_manifest_is_in_what_is_published(tmp_path: Path, name: str) -> None:
    manifest = PICTURES / "manifests" / name.removesuffix(".jpg") / "manifest_store.json"
    told = texts(json.loads(manifest.read_bytes())) if manifest.exists() else set()
    original = (PICTURES / name).read_bytes()
    assert (b"jumb" in original) == bool(told)
    for path in remake(PICTURES / name, "picture", tmp_path):
        data = path.read_bytes()
        check_bare(path)
        assert b"jumb" not in data
        assert b"c2pa" not in data
        assert [each for each in told if each.encode() in data] == []
