"""Held to golang.org/x/mod's and C2SP's signed notes, and to a real checkpoint of sum.golang.org."""

import base64
import json
import re
from typing import Any

import pytest

from support.shared import VECTORS, needs_shared
from tamizdat.errors import BadNote
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import Verifier, open_note, split_note
from tamizdat.ledger.signing import sign_note

pytestmark = needs_shared

# as pinned in the Go toolchain (golang/go, cmd/go/internal/modfetch/key.go)
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"


@pytest.fixture(scope="module")
def vectors() -> Any:
    return json.loads((VECTORS / "signed-note" / "vectors.json").read_bytes())


def test_keys_are_read_and_written(vectors: Any) -> None:
    for vkey in [*vectors["vkeys"].values(), vectors["c2sp_example"]["vkey"], SUMDB]:
        assert Verifier.parse(vkey).encode() == vkey


def test_bad_keys_are_refused(vectors: Any) -> None:
    for vkey in vectors["bad_vkeys"]:
        with pytest.raises(BadNote):
            Verifier.parse(vkey)


def test_notes_open(vectors: Any) -> None:
    peter, enoch = (Verifier.parse(vectors["vkeys"][name]) for name in ("peter", "enoch"))
    text = vectors["text"].encode()
    assert open_note(vectors["signed_by_peter"].encode(), [peter]).text == text
    both = vectors["signed_by_both"].encode()
    assert set(open_note(both, [peter, enoch]).signed) == {peter, enoch}
    assert set(open_note(both, [enoch]).signed) == {enoch}
    with pytest.raises(BadNote):
        open_note(vectors["signed_by_peter"].encode(), [enoch])


def test_the_note_of_the_standard_opens(vectors: Any) -> None:
    example = vectors["c2sp_example"]
    note = open_note(example["note"].encode(), [Verifier.parse(example["vkey"])])
    assert note.text == b"This is an example message.\n"


def test_peters_signature_is_reproduced(vectors: Any) -> None:
    name, _, seed = vectors["peter_skey_seed_TEST"].removeprefix("PRIVATE+KEY+").split("+", 2)
    key = SigningKey.from_seed(base64.b64decode(seed)[1:])
    assert sign_note(vectors["text"].encode(), name, key.public, key.sign) == vectors["signed_by_peter"].encode()


def test_every_changed_character_is_found(vectors: Any) -> None:
    peter, good = Verifier.parse(vectors["vkeys"]["peter"]), vectors["signed_by_peter"].encode()
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 1
        with pytest.raises(BadNote):
            open_note(bytes(bad), [peter])


def test_a_real_checkpoint_of_the_go_checksum_database() -> None:
    request = (VECTORS / "tlog-witness" / "sumdb-add-checkpoint.hurl").read_text()
    found = re.search(r"old 0\n\n(.*?)```", request, re.DOTALL)
    assert found
    note = open_note(found[1].encode(), [Verifier.parse(SUMDB)])
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("go.sum database tree", 35225469)
    assert checkpoint.encode() == split_note(found[1].encode())[0]
