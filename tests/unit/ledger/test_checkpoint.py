"""Attacks on checkpoints, and on the witnesses under them."""

import pytest

from tamizdat.encoding import b64
from tamizdat.errors import BadNote
from tamizdat.keys import PostQuantumKey, SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy, PostQuantumWitness, Witness, cosigned
from tamizdat.ledger.merkle import EMPTY_ROOT
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.policy_file import policy_file
from tamizdat.ledger.signing import cosign, sign_checkpoint, sign_note

LOG, THIEF = SigningKey.from_seed(bytes([1]) * 32), SigningKey.from_seed(bytes([2]) * 32)
WITNESSES = [SigningKey.from_seed(bytes([n]) * 32) for n in (3, 4, 5)]
ORIGIN = "tamizdat.example/ledger"
CHECKPOINT = Checkpoint(ORIGIN, 256, bytes(range(32)))
NOTE = sign_checkpoint(CHECKPOINT, LOG.public, LOG.sign)
KNOWN = tuple(Witness(f"w{n}.example", key.public) for n, key in enumerate(WITNESSES))
ALONE = Policy(Verifier(ORIGIN, LOG.public))
MOMENT = 1_679_315_147


def witness_line(number: int, moment: int = MOMENT, text: bytes = CHECKPOINT.encode()) -> bytes:
    """What a witness adds under a checkpoint."""
    signature = WITNESSES[number].sign(cosigned(moment, text))
    return f"— {KNOWN[number].name} {b64(KNOWN[number].key_id + moment.to_bytes(8, 'big') + signature)}\n".encode()


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    for checkpoint in (
        CHECKPOINT,
        Checkpoint("go.sum database tree", 0, EMPTY_ROOT),
        Checkpoint("č", 2**62, bytes(32)),
    ):
        assert Checkpoint.parse(checkpoint.encode()) == checkpoint
    assert ALONE.open(NOTE) == (CHECKPOINT, {})


ROOT = b64(bytes(range(32))).encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n\n",
        b"o\n256\n" + ROOT,
        b"o\n256\n" + ROOT + b"\nextension\n",
        b"o\n256\n" + ROOT + b"\n\n",
        b"\n256\n" + ROOT + b"\n",
        b"o\n\n" + ROOT + b"\n",
        b"o\n0256\n" + ROOT + b"\n",
        b"o\n+256\n" + ROOT + b"\n",
        b"o\n-256\n" + ROOT + b"\n",
        b"o\n2_56\n" + ROOT + b"\n",
        b"o\n 256\n" + ROOT + b"\n",
        b"o\n256.0\n" + ROOT + b"\n",
        "o\n٢٥٦\n".encode() + ROOT + b"\n",
        b"o\n99999999999999999999\n" + ROOT + b"\n",
        b"o\n256\n" + ROOT[:-4] + b"\n",
        b"o\n256\n" + ROOT[:-2] + b"9=\n",  # stray bits
        b"o\n256\n" + ROOT[:-1] + b"\n",
        b"o\n256\n" + ROOT.replace(b"A", b"-") + b"\n",
        b"o\n256\n" + ROOT + b" \n",
        b"o\r\n256\r\n" + ROOT + b"\r\n",
        b"\xff\n256\n" + ROOT + b"\n",
        b"o\n0\n" + ROOT + b"\n",  # no entries, but a root of some
    ],
)
def test_a_malformed_checkpoint_is_refused(text: bytes) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_a_checkpoint_signed_by_another_key_is_refused() -> None:
    with pytest.raises(BadNote):
        ALONE.open(sign_checkpoint(CHECKPOINT, THIEF.public, THIEF.sign))


def test_the_log_key_signs_for_no_other_ledger() -> None:
    """The key's name says which ledger it speaks for; the same key under another origin is refused."""
    elsewhere = Checkpoint("elsewhere.example", 256, CHECKPOINT.root)
    with pytest.raises(BadNote):
        ALONE.open(sign_note(elsewhere.encode(), ORIGIN, LOG.public, LOG.sign))


def test_the_log_key_on_a_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(BadNote):
        ALONE.open(sign_note(b"dear friends\n", ORIGIN, LOG.public, LOG.sign))


def test_a_changed_size_or_root_is_refused() -> None:
    for old, new in ((b"\n256\n", b"\n257\n"), (b"AAEC", b"AAED"), (b"ledger\n", b"ledgers\n")):
        assert old in NOTE
        with pytest.raises(BadNote):
            ALONE.open(NOTE.replace(old, new, 1))


def test_witnesses_are_counted_and_their_times_told() -> None:
    policy = Policy(ALONE.log, KNOWN, 2)
    checkpoint, times = policy.open(NOTE + witness_line(0) + witness_line(2, MOMENT + 9))
    assert (checkpoint, times) == (CHECKPOINT, {"w0.example": MOMENT, "w2.example": MOMENT + 9})


def test_too_few_witnesses_are_refused() -> None:
    policy = Policy(ALONE.log, KNOWN, 2)
    for lines in (
        b"",
        witness_line(1),
        witness_line(1) + witness_line(1),
        witness_line(1) + witness_line(1, MOMENT + 1),
    ):
        with pytest.raises(BadNote):
            policy.open(NOTE + lines)


def test_witnesses_without_the_log_are_refused() -> None:
    text = CHECKPOINT.encode()
    with pytest.raises(BadNote):
        Policy(ALONE.log, KNOWN, 1).open(text + b"\n" + witness_line(0) + witness_line(1))


def test_a_witness_of_another_checkpoint_rejects_the_note() -> None:
    other = Checkpoint(ORIGIN, 255, CHECKPOINT.root).encode()
    with pytest.raises(BadNote):
        Policy(ALONE.log, KNOWN, 0).open(NOTE + witness_line(0, text=other))


def test_a_witnesss_time_cannot_be_changed() -> None:
    signature = WITNESSES[0].sign(cosigned(MOMENT, CHECKPOINT.encode()))
    line = f"— {KNOWN[0].name} {b64(KNOWN[0].key_id + (MOMENT - 1).to_bytes(8, 'big') + signature)}\n".encode()
    with pytest.raises(BadNote):
        Policy(ALONE.log, KNOWN, 0).open(NOTE + line)


def test_a_time_beyond_63_bits_is_refused() -> None:
    with pytest.raises(BadNote):
        Policy(ALONE.log, KNOWN, 1).open(NOTE + witness_line(0, 1 << 63))


def test_a_cosignature_that_tells_no_time_counts_for_no_quorum() -> None:
    """C2SP: the timestamp 0 says that the signer looked at nothing but the text."""
    assert Policy(ALONE.log, KNOWN, 0).open(NOTE + witness_line(0, 0)) == (CHECKPOINT, {})
    with pytest.raises(BadNote):
        Policy(ALONE.log, KNOWN, 1).open(NOTE + witness_line(0, 0))


def test_the_logs_second_key_has_the_logs_own_name() -> None:
    public = bytes(PostQuantumWitness.SIZE)
    assert Policy(ALONE.log, second=PostQuantumWitness(ORIGIN, public)).second
    with pytest.raises(BadNote):
        Policy(ALONE.log, second=PostQuantumWitness("other.example/ledger", public))


QUANTUM = PostQuantumKey(WITNESSES[0])
SURE = PostQuantumWitness("w0.example", QUANTUM.public)


def test_the_standards_own_post_quantum_cosignature_has_the_right_message() -> None:
    said = SURE.message(MOMENT, CHECKPOINT.encode())
    names = b"\x0aw0.example" + MOMENT.to_bytes(8, "big") + b"\x17tamizdat.example/ledger"
    assert said == b"subtree/v1\n\0" + names + bytes(8) + (256).to_bytes(8, "big") + CHECKPOINT.root
    for name, fits in (("w" * 255, True), ("w" * 256, False)):
        line = f"— {name} {b64(PostQuantumWitness(name, QUANTUM.public).key_id + bytes(2428))}\n".encode()
        with pytest.raises(BadNote, match="altered"):
            Policy(ALONE.log, (PostQuantumWitness(name, QUANTUM.public),), 0).open(NOTE + line)
        if fits:
            assert len(PostQuantumWitness(name, QUANTUM.public).message(0, CHECKPOINT.encode())) > 255


def test_a_post_quantum_cosignature_holds_for_its_checkpoint_its_time_and_its_key_alone() -> None:
    line = cosign(CHECKPOINT.encode(), SURE, MOMENT, QUANTUM.sign)
    assert Policy(ALONE.log, (SURE,), 1).open(NOTE + line) == (CHECKPOINT, {"w0.example": MOMENT})
    signature = QUANTUM.sign(SURE.message(MOMENT, CHECKPOINT.encode()))
    other = Checkpoint(ORIGIN, 255, CHECKPOINT.root).encode()
    forged = [
        MOMENT.to_bytes(8, "big") + QUANTUM.sign(SURE.message(MOMENT, other)),
        (MOMENT - 1).to_bytes(8, "big") + signature,
        MOMENT.to_bytes(8, "big") + PostQuantumKey(THIEF).sign(SURE.message(MOMENT, CHECKPOINT.encode())),
        MOMENT.to_bytes(8, "big") + signature[:-1],
        MOMENT.to_bytes(8, "big"),
    ]
    for each in forged:
        with pytest.raises(BadNote):
            Policy(ALONE.log, (SURE,), 0).open(NOTE + f"— w0.example {b64(SURE.key_id + each)}\n".encode())


def test_the_logs_second_signature_holds_where_it_stands_and_is_no_witness() -> None:
    second = PostQuantumWitness(ORIGIN, QUANTUM.public)
    policy = Policy(ALONE.log, second=second)
    assert policy.open(NOTE) == policy.open(NOTE + cosign(CHECKPOINT.encode(), second, 0, QUANTUM.sign))
    assert policy.open(NOTE) == (CHECKPOINT, {})
    forged = bytes(8) + PostQuantumKey(THIEF).sign(second.message(0, CHECKPOINT.encode()))
    with pytest.raises(BadNote):
        policy.open(NOTE + f"— {ORIGIN} {b64(second.key_id + forged)}\n".encode())
    with pytest.raises(BadNote, match="found one twice"):
        Policy(ALONE.log, (SURE,), 0, second)


def test_a_witness_whose_key_does_not_fit_is_noticed_before_its_line_is_handed_out() -> None:
    for witness, sign in ((SURE, PostQuantumKey(THIEF).sign), (KNOWN[0], THIEF.sign)):
        with pytest.raises(BadNote):
            cosign(CHECKPOINT.encode(), witness, MOMENT, sign)


def test_a_plain_signature_is_no_cosignature() -> None:
    """The witness's key on the bare checkpoint, as a log would sign: without the time it means nothing."""
    bare = WITNESSES[0].sign(CHECKPOINT.encode())
    for blob in (bare, bytes(8) + bare):
        line = f"— {KNOWN[0].name} {b64(KNOWN[0].key_id + blob)}\n".encode()
        with pytest.raises(BadNote):
            Policy(ALONE.log, KNOWN, 0).open(NOTE + line)


def test_the_logs_own_key_does_not_count_as_a_witness() -> None:
    with pytest.raises(BadNote):
        Policy(ALONE.log, (Witness("w.example", LOG.public),), 1)
    with pytest.raises(BadNote):
        Policy(ALONE.log, (KNOWN[0], Witness("same-key.example", KNOWN[0].public)), 2)


@pytest.mark.parametrize("quorum", [-1, 4])
def test_a_quorum_that_cannot_be_met_is_refused(quorum: int) -> None:
    with pytest.raises(BadNote):
        Policy(ALONE.log, KNOWN, quorum)


def test_a_log_key_and_a_witness_key_are_not_taken_for_each_other() -> None:
    with pytest.raises(BadNote):
        Witness.parse(ALONE.log.encode())
    with pytest.raises(BadNote):
        Verifier.parse(KNOWN[0].encode())


def test_the_standards_own_cosignature_has_the_right_message() -> None:
    body = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert cosigned(1679315147, body) == b"cosignature/v1\ntime 1679315147\n" + body


def test_the_policy_is_written_for_others_tools() -> None:
    assert policy_file(ALONE) == f"log {ALONE.log.encode()}\nquorum none\n"
    lines = policy_file(Policy(ALONE.log, KNOWN, 2)).splitlines()
    assert lines[1:4] == [f"witness w{n + 1} {each.encode()}" for n, each in enumerate(KNOWN)]
    assert lines[4:] == ["group witnesses 2 w1 w2 w3", "quorum witnesses"]
    two = (KNOWN[0], Witness(KNOWN[0].name, WITNESSES[1].public), KNOWN[2])  # the first signs with either of two keys
    lines = policy_file(Policy(ALONE.log, two, 2)).splitlines()
    assert lines[4:] == ["group either1 any w1 w2", "group witnesses 2 either1 w3", "quorum witnesses"]
