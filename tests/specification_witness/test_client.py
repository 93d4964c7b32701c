"""Our witness answers a client that was written from the specification alone; and so does it answer ours."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from specification_witness import client
from support.shared import VECTORS, needs_shared
from support.witness_server import witnessing
from tamizdat.ledger.note import Verifier, open_note
from tamizdat.ledger.tree import Tree, leaf_hash
from tamizdat.witness.ask import Outcome, ask
from tamizdat.witness.record import Record

ORIGIN = "log.example/one"
SUM_GOLANG_ORG = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"  # as go ships it


@pytest.fixture(scope="module")
def log() -> client.Log:
    return client.Log(ORIGIN, bytes([9]) * 32)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory, log: client.Log) -> Record:
    record = Record.create(tmp_path_factory.mktemp("witness"), "witness.example")
    record.watch(Verifier.parse(log.vkey))
    return record


@pytest.fixture(scope="module")
def address(record: Record) -> Iterator[str]:
    with witnessing(record) as prefix:
        yield f"{prefix}/add-checkpoint"


def test_a_client_of_the_specification_gets_both_cosignatures_and_every_refusal(
    log: client.Log, record: Record, address: str
) -> None:
    keys = [client.Vkey.parse(each.encode()) for each in record.witnesses]
    assert [each.kind for each in keys] == [4, 6]
    log.entries[:] = [b"a", b"b", b"c"]
    status, _, body = client.post(address, client.request(0, [], log.checkpoint()))
    assert status == 200
    text = log.checkpoint().partition(b"\n\n")[0] + b"\n"
    for line, key in zip(body.decode().splitlines(), keys, strict=True):
        assert abs(client.cosigned_at(text, line, key) - time.time()) < 60
    assert client.post(address, client.request(3, [], log.checkpoint()))[0] == 200  # the same again
    log.entries += [b"d", b"e"]
    assert client.post(address, client.request(0, [], log.checkpoint())) == (409, "text/x.tlog.size", b"3\n")
    proof = client.consistency(3, log.entries)
    assert client.post(address, client.request(3, proof[:-1], log.checkpoint()))[0] == 422
    assert client.post(address, client.request(6, proof, log.checkpoint()))[0] == 400
    assert client.post(address, client.request(3, proof, log.checkpoint()))[0] == 200
    assert client.post(address, client.request(3, proof, log.checkpoint())) == (409, "text/x.tlog.size", b"5\n")
    other = client.Log("log.example/two", bytes([9]) * 32)
    assert client.post(address, client.request(0, [], other.checkpoint()))[0] == 404
    forged = client.Log(ORIGIN, bytes([8]) * 32)
    assert client.post(address, client.request(0, [], forged.checkpoint()))[0] == 403
    forked = client.Log(ORIGIN, bytes([9]) * 32)
    forked.entries = [b"a", b"b", b"c", b"d", b"another"]
    assert client.post(address, client.request(5, [], forked.checkpoint()))[0] == 422
    empty = forked.checkpoint().replace(b"\n5\n", b"\n0\n")
    assert client.post(address, client.request(0, [], empty))[0] == 403  # the signature does not hold
    for odd in (b"", b"old 05\n\n" + log.checkpoint(), b"old 5\nAAAA\n\n" + log.checkpoint(), b"old 5\n" * 70):
        assert client.post(address, odd)[0] == 400


def test_our_client_agrees_with_the_specification(log: client.Log, record: Record, address: str) -> None:
    log.entries[:] = [b"%d" % number for number in range(20)]
    log.entries[:5] = [b"a", b"b", b"c", b"d", b"e"]
    tree = Tree(map(leaf_hash, log.entries))
    note = log.checkpoint()
    answer = ask(record.name, record.witnesses, address.removesuffix("/add-checkpoint"), note, tree)
    assert (answer.outcome, answer.detail) == (Outcome.SIGNED, "")  # 409 told it where to begin
    text = note.partition(b"\n\n")[0] + b"\n"
    for line, key in zip(answer.lines, record.witnesses, strict=True):
        assert client.cosigned_at(text, line.decode().strip(), client.Vkey.parse(key.encode())) > 0
    assert set(open_note(note + b"".join(answer.lines), record.witnesses).signed) == set(record.witnesses)


def test_trees_and_proofs_of_both_are_the_same() -> None:
    leaves = [b"%d" % number for number in range(33)]
    tree = Tree(map(leaf_hash, leaves))
    for size in range(1, 34):
        assert tree.root(size) == client.mth(leaves[:size])
        for earlier in range(1, size + 1):
            assert tree.consistency_proof(earlier, size) == client.consistency(earlier, leaves[:size])


@needs_shared
def test_a_witness_signs_what_the_go_checksum_database_published(tmp_path: Path) -> None:
    """The exchange that another witness was tested with (litewitness), against a real log's checkpoint."""
    told = (VECTORS / "tlog-witness/sumdb-add-checkpoint.hurl").read_text("utf-8")
    found = re.search(r"```\n(.*?)```\nHTTP 200", told, re.DOTALL)
    assert found
    record = Record.create(tmp_path, "example.com/witness")
    record.watch(Verifier.parse(SUM_GOLANG_ORG), "go.sum database tree")
    with witnessing(record) as prefix:
        status, _, body = client.post(f"{prefix}/add-checkpoint", found[1].encode())
    assert status == 200
    assert body.startswith("— example.com/witness ".encode())
