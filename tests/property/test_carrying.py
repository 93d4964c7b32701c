"""Whatever is on a card, however it is cut and whatever is lost within what was promised: what comes out went in."""

import io
import os
import random
import tempfile
from pathlib import Path

from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from support.field_and_desk import GroupList, World, written
from support.kinds import examples
from tamizdat.carrying.reassembly import Incoming
from tamizdat.encoding import canonical, safe_path
from tamizdat.errors import BadConsignment, DamagedInput
from tamizdat.footage.card import carried_name, list_card, preview_name
from tamizdat.footage.kinds import kind_of
from tamizdat.keys import SigningKey
from tamizdat.sealing import erasure
from tamizdat.sealing.consignment import Cutter, padme
from tamizdat.sealing.inventory import Inventory, Manifest
from tamizdat.sealing.parcel import PAYLOAD, PLAINTEXT, Header, open_parcel
from tamizdat.sealing.pax import END_OF_ARCHIVE, member, members

TIME = "2011-04-03T02:11:09Z"
KEY = SigningKey.from_seed(bytes(32))
FEW = settings(max_examples=examples(12), deadline=None)
SOME = settings(max_examples=examples(60), deadline=None)
MANY = settings(max_examples=examples(400), deadline=None)

raw_names = st.binary(min_size=1, max_size=255).filter(
    lambda name: not set(name) & set(b"/\0") and name not in (b".", b"..")
)
good_names = st.text(min_size=1, max_size=40).filter(
    lambda name: carried_name(os.fsencode(name)) == name if encodable(name) else False
)


def encodable(name: str) -> bool:
    try:
        return bool(os.fsencode(name)) and "\0" not in name and "/" not in name
    except UnicodeEncodeError:
        return False


@MANY
@given(raw_names)
def test_every_name_a_card_can_have_is_carried_under_one_that_every_system_takes(name: bytes) -> None:
    carried = carried_name(name)
    assert safe_path(carried) == carried
    assert safe_path(preview_name(carried)) == preview_name(carried)
    assert carried_name(os.fsencode(carried)) == carried
    assert kind_of(preview_name(carried)) == "picture"


@SOME
@given(st.lists(raw_names, max_size=6, unique=True))
def test_no_two_files_of_a_card_are_carried_under_one_name(names: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            Path(folder, os.fsdecode(name)).write_bytes(name)
        files = list_card(Path(folder)).files
        assert len({file.path for file in files}) == len(files) == len(names)
        assert {file.where.read_bytes() for file in files} == set(names)


@SOME
@given(
    st.dictionaries(good_names, st.binary(max_size=3000), max_size=5),
    st.integers(1, 5),
    st.lists(st.integers(0, 3 * PAYLOAD), max_size=2),
)
def test_what_is_cut_is_what_is_listed_again(files: dict[str, bytes], k: int, large: list[int]) -> None:
    given = {f"card/{name}": data for name, data in files.items()}
    given |= {f"previews/{number}.bin": bytes([number + 1]) * size for number, size in enumerate(large)}
    groups = GroupList()
    cutter = Cutter(k, groups)
    for name, data in given.items():
        cutter.write(member(name, data, TIME))
        cutter.end_stage("originals")
    cutter.close()
    stream = groups.stream
    assert all(1 <= len(group.buffers) <= k for group in groups)
    assert [group.first for group in groups] == [sum(len(g.buffers) for g in groups[:n]) for n in range(len(groups))]
    found = {
        each.name: stream[each.offset : each.offset + each.size] for each in members(io.BytesIO(stream), len(stream))
    }
    assert found == given


@FEW
@given(st.integers(1, 5), st.integers(0, 4), st.integers(0, 2**32))
def test_any_k_shares_in_any_order_with_repetitions_and_restarts_give_the_stream(k: int, m: int, seed: int) -> None:
    dice = random.Random(seed)
    data = [bytes([number + 1]) * PAYLOAD for number in range(k)]
    shares = [*data, *(erasure.parity(data, m) if m else [])]
    kept = dice.sample(range(k + m), k)
    order = [*kept, *dice.choices(kept, k=2)]
    dice.shuffle(order)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, KEY.public.hex())
        incoming = Incoming(path)
        for index in order:
            header = Header(
                KEY.public, bytes(16), 0, k, k + m, index, "originals", blake3(shares[index]).digest(), bytes(32)
            )
            if incoming.needs(header):
                incoming.take(header, written(incoming, shares[index]))
                if dice.random() < 0.5:
                    incoming.settle()
            if dice.random() < 0.4:
                if dice.random() < 0.5:
                    incoming.close()
                else:
                    incoming.flush()  # and killed
                incoming = Incoming(path)
        incoming.settle()
        assert incoming.contiguous == k
        assert incoming.stream().read(k * PAYLOAD) == b"".join(data)
        incoming.close()


@MANY
@given(st.integers(0, 1 << 40))
def test_padme_never_shrinks_never_adds_an_eighth_and_is_stable(count: int) -> None:
    rounded = padme(count)
    assert count <= rounded <= count + count // 8 + 1
    assert padme(rounded) == rounded


@MANY
@given(
    st.binary(max_size=600)
    | st.builds(lambda head, tail: head + tail, st.just(b"tamizdat parcel v1\n"), st.binary(max_size=500))
)
def test_no_bytes_make_a_parcels_reader_raise_anything_but_its_own_errors(start: bytes) -> None:
    plain = bytearray(PLAINTEXT)
    plain[: len(start)] = start
    try:
        open_parcel(plain)
    except DamagedInput:
        return
    raise AssertionError("nobody signed this")


@MANY
@given(st.binary(max_size=2000) | st.builds(lambda data: member("card/a", b"x", TIME) + data, st.binary(max_size=1500)))
def test_no_bytes_make_the_tar_reader_raise_anything_but_its_own_error(data: bytes) -> None:
    try:
        for each in members(io.BytesIO(data + END_OF_ARCHIVE), len(data) + 1024):
            assert safe_path(each.name) == each.name
            assert 0 <= each.offset <= each.offset + each.size <= len(data) + 1024
    except BadConsignment:
        return


@MANY
@given(st.integers(0, 1535), st.binary(min_size=1, max_size=8))
def test_a_tar_stream_altered_anywhere_is_read_or_refused(at: int, change: bytes) -> None:
    data = bytearray(member("card/采访", b"x", TIME) + member("card/b", b"y" * 600, TIME) + END_OF_ARCHIVE)
    data[at : at + len(change)] = change
    try:
        for each in members(io.BytesIO(bytes(data)), len(data)):
            assert safe_path(each.name) == each.name
    except BadConsignment:
        return


@MANY
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 2**60) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=12,
    )
)
def test_no_document_makes_the_readers_raise_anything_but_their_own_errors(document: object) -> None:
    for kind in (Inventory, Manifest):
        try:
            data = canonical(document)  # type: ignore[arg-type]
            kind.parse(data)
        except DamagedInput:
            continue
        raise AssertionError("no such document is an inventory")


@FEW
@given(
    st.dictionaries(good_names, st.binary(max_size=2000), min_size=1, max_size=4),
    st.integers(0, 9_000_000),
    st.integers(0, 2**32),
)
def test_a_whole_card_comes_through_whichever_two_of_five_places_are_lost(
    files: dict[str, bytes], size: int, seed: int
) -> None:
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        for name, data in files.items():
            world.write(name, data, seconds=dice.randrange(2**31))
        world.write("footage/long.bin", dice.randbytes(size))
        world.seal()
        world.send()
        for place in dice.sample(world.places, 2):
            for name in list(place.list()):
                place.delete(name)
        world.receive()
        assert world.archived() == world.on_card()
