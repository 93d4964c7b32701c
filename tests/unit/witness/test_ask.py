"""Whatever a witness answers, the edition is out; and what it answers is believed as far as it verifies."""

import http.server
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from support.published_desk import key
from support.web_server import Reply, WebServer
from tamizdat.errors import BadEncoding, BadNote, UsageError
from tamizdat.keys import PostQuantumKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import PostQuantumWitness, Witness
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.signing import cosign, sign_checkpoint
from tamizdat.ledger.tree import Tree, leaf_hash
from tamizdat.network.proxy import Proxy, use_proxy
from tamizdat.witness.add_checkpoint import AddCheckpoint, with_only
from tamizdat.witness.ask import Outcome, ask, checked_url

TREE = Tree(leaf_hash(b"%d" % number) for number in range(9))
HEAD = Checkpoint("desk.example/ledger", 9, TREE.root())
NOTE = sign_checkpoint(HEAD, key(2).public, key(2).sign)
OURS, OTHER = Witness("w.example", key(5).public), Witness("w.example", key(6).public)
QUANTUM = PostQuantumWitness("w.example", PostQuantumKey(key(5)).public)
LINE = cosign(HEAD.encode(), OURS, 1_790_000_000, key(5).sign)

Told = tuple[int, bytes]


@contextmanager
def answering(*answers: Told) -> Iterator[tuple[str, list[AddCheckpoint]]]:
    """A server that gives these answers, one after another, and what it was asked."""
    asked: list[AddCheckpoint] = []
    left = list(answers)

    def answer(request: http.server.BaseHTTPRequestHandler) -> Reply:
        asked.append(AddCheckpoint.parse(request.rfile.read(int(request.headers["Content-Length"]))))
        status, body = left.pop(0) if left else (500, b"")
        return status, {}, body

    with WebServer(answer) as server:
        yield f"{server.site}/witness", asked


def test_an_older_size_is_answered_with_the_proof_from_there() -> None:
    with answering((409, b"4\n"), (200, LINE)) as (url, asked):
        answer = ask("w.example", [OURS], url, NOTE, TREE, old=6)
    assert (answer.outcome, answer.lines) == (Outcome.SIGNED, (LINE,))
    assert [each.old for each in asked] == [6, 4]
    assert list(asked[1].hashes) == TREE.consistency_proof(4)


def test_lines_of_other_keys_are_left_behind_and_those_of_both_kinds_kept() -> None:
    quantum = cosign(HEAD.encode(), QUANTUM, 1_790_000_000, PostQuantumKey(key(5)).sign)
    stranger = cosign(HEAD.encode(), OTHER, 1_790_000_000, key(6).sign)
    with answering((200, stranger + LINE + quantum)) as (url, _):
        assert ask("w.example", [OURS, QUANTUM], url, NOTE, TREE).lines == (LINE, quantum)


@pytest.mark.parametrize(
    ("answers", "outcome", "words"),
    [
        ([(409, b"12\n")], Outcome.FORKED, "12 entries"),
        ([(409, b"4\n"), (422, b"")], Outcome.FORKED, "it was forked"),
        ([(409, b"0\n")], Outcome.REFUSED, "409"),
        ([(409, b"5\n"), (409, b"6\n"), (409, b"7\n")], Outcome.REFUSED, "another size each time"),
        ([(409, b"nine\n")], Outcome.REFUSED, "does not hold"),
        ([(200, b"")], Outcome.REFUSED, "does not hold"),
        ([(200, cosign(HEAD.encode(), OTHER, 1, key(6).sign))], Outcome.REFUSED, "a key we know"),
        ([(200, LINE[:-9] + b"AAAAAAA=\n")], Outcome.REFUSED, "does not hold"),
        ([(200, cosign(HEAD.encode(), OURS, 0, key(5).sign))], Outcome.REFUSED, "time"),
        ([(200, b"\xff" * 80)], Outcome.REFUSED, "does not hold"),
        ([(200, b"x" * 99_999)], Outcome.REFUSED, "at most"),
        ([(403, b"")], Outcome.REFUSED, "does not know the key"),
        ([(404, b"")], Outcome.REFUSED, "does not know this ledger"),
        ([(307, b"")], Outcome.REFUSED, "307"),
        ([(500, b"secret words of the server")], Outcome.REFUSED, "500"),
    ],
)  # fmt: skip
def test_every_other_answer_has_a_meaning(answers: Sequence[Told], outcome: Outcome, words: str) -> None:
    with answering(*answers) as (url, _):
        answer = ask("w.example", [OURS], url, NOTE, TREE)
    assert (answer.outcome, answer.lines) == (outcome, ())
    assert words in answer.detail
    assert "secret words" not in answer.detail


def test_nobody_there_is_unreachable_and_nothing_goes_round_a_proxy() -> None:
    with answering() as (url, _):
        pass
    assert ask("w.example", [OURS], url, NOTE, TREE).outcome is Outcome.UNREACHABLE
    onion = "http://" + "a" * 56 + ".onion/witness"
    assert "onion" in ask("w.example", [OURS], onion, NOTE, TREE).detail
    dead = url.removeprefix("http://").partition("/")[0]
    use_proxy(Proxy.parse(f"socks5h://{dead}"))
    try:
        for address in (onion, "https://witness.invalid/"):
            answer = ask("w.example", [OURS], address, NOTE, TREE)
            assert answer.outcome is Outcome.UNREACHABLE
            assert "nothing went any other way" in answer.detail
    finally:
        use_proxy(None)


@pytest.mark.parametrize(
    "text",
    ["", "witness.example", "http://witness.example/", "ftp://witness.example", "https://", "https://u:p@w.example/",
     "https://w.example/?a", "https://[", "https://w.example/#x", "https://w.example:99999/"],
)  # fmt: skip
def test_an_address_that_could_tell_or_be_listened_to_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        checked_url(text)


def test_addresses_are_kept_without_their_last_slash() -> None:
    assert checked_url(" https://w.example/prefix/ ") == "https://w.example/prefix"
    assert checked_url("http://127.0.0.1:8481/witness") == "http://127.0.0.1:8481/witness"


def test_a_checkpoint_without_the_line_of_its_log_is_refused() -> None:
    log = Verifier(HEAD.origin, key(2).public)
    assert with_only(NOTE + LINE, log) == NOTE
    with pytest.raises(BadNote, match="without its line"):
        with_only(HEAD.encode() + b"\n" + LINE, log)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"old\n\n", b"old -1\n\n" + NOTE, b"old 01\n\n" + NOTE, b"old 9\n" + NOTE, b"old 9\nAAAA\n\n" + NOTE,
        b"old 9\n" + b"A" * 43 + b"\n\n" + NOTE, AddCheckpoint(9, (bytes(32),) * 64, NOTE).encode(),
        AddCheckpoint(9, (), NOTE + b"x" * (1 << 18)).encode(),
    ],
)  # fmt: skip
def test_a_request_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(BadEncoding):
        AddCheckpoint.parse(body)


def test_a_request_is_read_as_it_was_written() -> None:
    for asked in (AddCheckpoint(0, (), NOTE), AddCheckpoint(3, (bytes(32),) * 63, NOTE)):
        assert AddCheckpoint.parse(asked.encode()) == asked
