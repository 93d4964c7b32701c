"""The worked bytes in docs/spec/ledger.md are right, and the document alone is enough to verify them.

A block that begins with ```` ```text example=NAME ```` must hold exactly what :func:`examples` computes. When the
format changes, the failing test prints the block that belongs there.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tamizdat.encoding import b64
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.cosignature import Policy, Witness, cosigned
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.policy_file import policy_file
from tamizdat.ledger.proof import TlogProof, verify_consistency
from tamizdat.ledger.published_log import Log
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import payload_of, sign_checkpoint, sign_roster, sign_statement
from tamizdat.ledger.statement import Statement, Subject, keyid, open_envelope, pae
from tamizdat.ledger.tree import Tree

SPEC = Path(__file__).resolve().parents[3] / "docs" / "spec" / "ledger.md"
ROOT, DESK, LOG, WITNESS = (SigningKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3, 4))
ORIGIN = "tamizdat.example/ledger"
SALT = bytes(range(32))


def examples() -> dict[str, str]:
    """Every worked example of the document, by its name."""
    statement = Statement("derived", (Subject("picture.jpg", hashlib.sha256(b"hello").hexdigest()),), {"title": "五月"})
    envelope = sign_statement(statement, [(DESK.public, DESK.sign)])
    entries = [hashlib.sha256(b"entry %d" % n).digest() for n in range(5)]
    entries[2] = commitment(SALT, envelope)
    tree = Tree(map(leaf_hash, entries))
    log, witness = Verifier(ORIGIN, LOG.public), Witness("witness.example", WITNESS.public)
    policy = Policy(log, (witness,), 1)
    checkpoint = Checkpoint(ORIGIN, 5, tree.root())
    moment = 1_795_392_000
    signature = moment.to_bytes(8, "big") + WITNESS.sign(cosigned(moment, checkpoint.encode()))
    note = sign_checkpoint(checkpoint, LOG.public, LOG.sign)
    note += f"— {witness.name} {b64(witness.key_id + signature)}\n".encode()
    proof = TlogProof(2, tuple(tree.inclusion_proof(2)), note, SALT)
    roster = Roster(Root((ROOT.public,)), policy, (RoleKey("desk", DESK.public),))
    nodes = {"0..1": (1, 0), "2..3": (1, 1), "0..3": (2, 0)}
    return {
        "payload": payload_of(statement).decode() + "\n",
        "pae": pae(payload_of(statement))[:60].decode() + "…\n",
        "envelope": envelope.decode() + "\n",
        "keys": "".join(
            f"{name:<8} {key.public.hex()} {keyid(key.public)}\n"
            for name, key in {"root": ROOT, "desk": DESK, "log": LOG, "witness": WITNESS}.items()
        ),
        "commitment": f"salt        {SALT.hex()}\ncommitment  {entries[2].hex()}\n",
        "tree": "".join(
            f"entry {n}      {entry.hex()}\nleaf {n}       {leaf_hash(entry).hex()}\n"
            for n, entry in enumerate(entries)
        )
        + "".join(f"node {name}    {tree.hash_at(*place).hex()}\n" for name, place in nodes.items())
        + f"root         {tree.root().hex()}\n",
        "consistency": f"root of 3    {tree.root(3).hex()}\n"
        + "".join(f"proof        {each.hex()}\n" for each in tree.consistency_proof(3)),
        "tiles": "".join(
            f"{path:<24} {len(data):>4} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}\n"
            for path, data in Log(entries).tiles()
        ),
        "vkeys": f"{log.encode()}\n{witness.encode()}\n",
        "checkpoint": note.decode(),
        "policy": policy_file(policy),
        "proof": proof.encode().decode(),
        "roster": payload_of(roster.statement()).decode() + "\n",
        "fingerprint": roster.root.fingerprint.hex() + "\n",
        "roster-envelope": sign_roster(roster, [(ROOT.public, ROOT.sign)]).decode() + "\n",
    }


def blocks() -> dict[str, str]:
    """The examples as they stand in the document."""
    return dict(re.findall(r"^```text example=(\S+)\n(.*?)^```$", SPEC.read_text("utf-8"), re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("name", examples())
def test_the_worked_bytes_are_right(name: str) -> None:
    assert blocks()[name] == examples()[name]


def test_no_example_goes_unchecked() -> None:
    assert sorted(blocks()) == sorted(examples())


def test_our_own_readers_accept_the_documents_examples() -> None:
    found = blocks()
    roster = Roster.open(found["roster-envelope"].rstrip("\n").encode(), bytes.fromhex(found["fingerprint"]))
    proof = TlogProof.parse(found["proof"].encode())
    checkpoint, witnessed = roster.policy.open(proof.checkpoint)
    assert witnessed == {"witness.example": 1_795_392_000}
    opened = open_envelope(found["envelope"].rstrip("\n").encode(), roster.keys_at("desk", proof.index))
    assert opened.statement.act == "derived"
    earlier, *path = (bytes.fromhex(line.split()[-1]) for line in found["consistency"].splitlines())
    verify_consistency(3, 5, path, earlier, checkpoint.root)


def test_the_document_alone_is_enough() -> None:
    """A second implementation, by section 12, with nothing but SHA-256, Ed25519, base64 and JSON."""
    found = blocks()

    def sha(*parts: bytes) -> bytes:
        return hashlib.sha256(b"".join(parts)).digest()

    def holds(public: bytes, signature: bytes, message: bytes) -> None:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)  # raises

    def opened(envelope: str, public: bytes) -> Any:
        outer = json.loads(envelope)
        payload, kind = base64.b64decode(outer["payload"]), outer["payloadType"].encode()
        message = b" ".join([b"DSSEv1", b"%d" % len(kind), kind, b"%d" % len(payload), payload])
        holds(public, base64.b64decode(outer["signatures"][0]["sig"]), message)
        return json.loads(payload)

    # 1 the roster, from the fingerprint alone
    root_key = json.loads(found["roster"])["predicate"]["root"]["keys"][0]
    roster = opened(found["roster-envelope"], bytes.fromhex(root_key))["predicate"]
    root = json.dumps(roster["root"], separators=(",", ":"), sort_keys=True).encode()
    assert sha(root).hex() == found["fingerprint"].strip()
    # 2 the checkpoint
    head, _, note = found["proof"].partition("\n\n")
    text, _, lines = note.rpartition("\n\n")
    name, key_id, key = roster["log"]["vkey"].split("+", 2)
    public = base64.b64decode(key)[1:]
    assert sha(name.encode(), b"\n\x01", public)[:4].hex() == key_id
    signed = {line.split(" ")[1]: base64.b64decode(line.split(" ")[2]) for line in lines.splitlines()}
    assert signed[name][:4].hex() == key_id
    holds(public, signed[name][4:], (text + "\n").encode())
    origin, size, checkpoint_root = text.split("\n")
    assert origin == name
    # 3 its witness
    witness_name, _, witness_key = roster["witnesses"]["keys"][0].split("+", 2)
    blob = signed[witness_name][4:]
    message = f"cosignature/v1\ntime {int.from_bytes(blob[:8], 'big')}\n{text}\n".encode()
    holds(base64.b64decode(witness_key)[1:], blob[8:], message)
    # 4 the statement
    envelope = found["envelope"].rstrip("\n")
    desk = roster["keys"][0]
    assert opened(envelope, bytes.fromhex(desk["key"]))["predicateType"] == "tag:tamizdat,2026:derived"
    # 5 its place in the ledger: leaf 2 of 5 has a right sibling, a left one, and then a right one
    _, extra, index, *path = head.split("\n")
    assert (extra.split(" ")[0], index, size) == ("extra", "index 2", "5")
    entry = sha(b"tamizdat/commitment/v1\0", base64.b64decode(extra.split(" ")[1]), envelope.encode())
    first, second, third = map(base64.b64decode, path)
    result = sha(b"\1", sha(b"\0", entry), first)
    result = sha(b"\1", sha(b"\1", second, result), third)
    assert base64.b64encode(result).decode() == checkpoint_root


@pytest.mark.skipif(
    shutil.which("base64") is None, reason="coreutils are not installed, so the shell line was not tried"
)
def test_the_shell_line_gives_the_commitment(tmp_path: Path) -> None:
    found = blocks()
    (tmp_path / "statement.json").write_text(found["envelope"].rstrip("\n"), "utf-8")
    (tmp_path / "statement.tlog-proof").write_text(found["proof"], "utf-8")
    line = re.search(r"^```sh commitment\n(.*?)^```$", SPEC.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert line
    done = subprocess.run(["sh", "-c", line[1]], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == found["commitment"].split()[-1]
