"""The archive against a model, under any sequence of what people and crashes do to it."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from support.kinds import examples
from tamizdat.archive import Archive
from tamizdat.archive.log.record import HEADER, holds, pack, record_size, unpack
from tamizdat.encoding import sha256_hex
from tamizdat.errors import Forgotten, TamizdatError, UsageError
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.statement import MAX_ENVELOPE
from tamizdat.ledger.tree import Tree

ENVELOPES = st.binary(max_size=300).map(lambda data: b"{" + data + b"}")


@given(
    number=st.integers(0, 2**64 - 1),
    more=st.integers(0, 2**32 - 1),
    salt=st.binary(min_size=32, max_size=32),
    envelope=st.binary(max_size=400),
)
def test_a_record_is_read_as_it_was_written(number: int, more: int, salt: bytes, envelope: bytes) -> None:
    record, leaf = pack(number, more, salt, envelope)
    header = unpack(record)
    assert header is not None
    assert header == (False, number, len(envelope), more, leaf, salt)
    assert len(record) == header.size == record_size(len(envelope))
    assert len(record) % 8 == 0
    assert holds(header, record[HEADER.size : HEADER.size + len(envelope)])


@given(data=st.binary(min_size=HEADER.size, max_size=HEADER.size))
def test_no_88_bytes_make_the_reader_stumble(data: bytes) -> None:
    header = unpack(data)
    assert header is None or header.length <= MAX_ENVELOPE


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=400), keep=st.integers(0, 500))
def test_any_end_of_the_log_gives_a_prefix_or_a_typed_error(tmp_path: Path, junk: bytes, keep: int) -> None:
    folder = tmp_path / "archive"
    shutil.rmtree(folder, ignore_errors=True)
    envelopes = [b'{"n":%d}' % number for number in range(4)]
    with Archive.create(folder, "example.org/ledger") as archive:
        for envelope in envelopes:
            archive.append([envelope])
    log = folder / "entries.log"
    log.write_bytes(log.read_bytes()[: 64 + keep] + junk)
    try:
        with Archive.open(folder) as again:
            found = [envelope for _, envelope in again.statements()]
    except TamizdatError:
        return
    assert found == envelopes[: len(found)]
    assert len(found) >= min(4, keep // 104)  # a finished record is never lost: each has 88 + 7 bytes, filled up


class ArchiveLife(RuleBasedStateMachine):
    """Two processes' worth of open archives on one folder, and a model in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp()) / "archive"
        self.open = [Archive.create(self.folder, "example.org/ledger"), Archive.open(self.folder)]
        self.leaves: list[bytes] = []
        self.model: list[bytes | None] = []  # envelope, b"" for padding, None for forgotten
        self.objects: set[str] = set()

    def teardown(self) -> None:
        for archive in self.open:
            archive.close()
        shutil.rmtree(self.folder.parent)

    @rule(which=st.integers(0, 1), envelopes=st.lists(ENVELOPES, max_size=5))
    def append(self, which: int, envelopes: list[bytes]) -> None:
        start = len(self.model)
        assert self.open[which].append(envelopes) == list(range(start, start + len(envelopes)))
        self.model += envelopes

    @rule(which=st.integers(0, 1), multiple=st.integers(1, 9))
    def pad(self, which: int, multiple: int) -> None:
        added = self.open[which].pad(multiple)
        self.model += [b""] * len(added)
        assert len(self.model) % multiple == 0

    @rule(which=st.integers(0, 1), at=st.integers(0, 1 << 20))
    def forget(self, which: int, at: int) -> None:
        index = at % (len(self.model) + 1)
        if index == len(self.model) or self.model[index] == b"":
            with pytest.raises(UsageError):
                self.open[which].forget(index)
        else:
            self.open[which].forget(index)
            self.model[index] = None

    @rule(which=st.integers(0, 1), pieces=st.lists(st.binary(max_size=50), max_size=4))
    def add(self, which: int, pieces: list[bytes]) -> None:
        digest = self.open[which].objects.add(pieces)
        assert digest == sha256_hex(b"".join(pieces))
        self.objects.add(digest)

    @rule(which=st.integers(0, 1))
    def reopen(self, which: int) -> None:
        self.open[which].close()
        self.open[which] = Archive.open(self.folder)

    @rule(which=st.integers(0, 1), envelopes=st.lists(ENVELOPES, min_size=1, max_size=3), cut=st.integers(1, 1 << 20))
    def die_while_appending(self, which: int, envelopes: list[bytes], cut: int) -> None:
        log = self.folder / "entries.log"
        for archive in self.open:
            archive.close()
        before = log.stat().st_size
        with Archive.open(self.folder) as dying:
            dying.append(envelopes)
        with log.open("r+b") as file:
            file.truncate(before + cut % (log.stat().st_size - before))
        self.open = [Archive.open(self.folder), Archive.open(self.folder)]

    @precondition(lambda self: self.model)
    @rule(which=st.integers(0, 1))
    def lose_the_index(self, which: int) -> None:
        (self.folder / "index.sqlite").unlink(missing_ok=True)
        self.reopen(which)

    @invariant()
    def both_show_the_model(self) -> None:
        expected = {index: envelope for index, envelope in enumerate(self.model) if envelope}
        for archive in self.open:
            assert archive.size == len(self.model)
            assert dict(archive.statements()) == expected
            assert set(archive.objects) == self.objects
            leaves = archive.commitments()[:]
            assert leaves[: len(self.leaves)] == self.leaves
            assert archive.tree().root() == Tree(map(leaf_hash, leaves)).root()
        self.leaves = leaves
        for index in [index for index, envelope in enumerate(self.model) if envelope is None][:3]:
            with pytest.raises(Forgotten):
                self.open[0].disclosure(index)


ArchiveLife.TestCase.settings = settings(max_examples=examples(25), stateful_step_count=20, deadline=None)
TestArchiveLife = ArchiveLife.TestCase
