"""What devices said of their own files: whole proofs, proofs of other files, broken ones, and what none of it shows."""

import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from support.device_proofs import OWNER, PLACE, Telephone, camera_signed, jpeg, needs_gpg, zipped
from support.evidence_packages import DAY
from support.published_desk import House
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.device_told import sentences
from tamizdat.evidence.device_words import DeviceWords, Judged
from tamizdat.evidence.package import write
from tamizdat.evidence.selection import choose
from tamizdat.footage.decode.signatures import BAD, GOOD, NO_KEY, UNREADABLE

pytestmark = [pytest.mark.needs_box, needs_gpg]


@pytest.fixture(scope="module")
def telephone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telephone]:
    made = Telephone(tmp_path_factory.mktemp("t") / "g")
    yield made
    made.end()


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telephone]:
    made = Telephone(tmp_path_factory.mktemp("s") / "g")
    yield made
    made.end()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house")


def put(house: House, folder: str, files: dict[str, bytes]) -> dict[str, int]:
    return {name: house.capture(f"{folder}/{name}", data) for name, data in files.items()}


def judged(house: House, number: int) -> list[Judged]:
    item = house.archive.index.item(number)
    assert item is not None
    words = DeviceWords(house.archive, item)
    return [words.judge(item, each) for each in words.about(item)]


def test_a_whole_proof_of_proofmode_is_told_with_its_key(house: House, telephone: Telephone) -> None:
    clip, name = b"a clip" * 400, "གངས་ 雪.mp4"
    number = house.capture(f"DCIM/{name}", clip)
    put(house, "ProofMode", telephone.proof(clip, name))
    [word] = judged(house, number)
    assert (word.fits, word.file, word.words, word.key) == (True, GOOD, GOOD, telephone.fingerprint)
    assert word.holds
    assert word.why == ""
    assert dict(word.facts)["Location.Latitude"] == PLACE
    assert dict(word.facts)["File Path"].endswith(name)
    assert telephone.fingerprint in " ".join(sentences(word, lambda text, **values: text % values if values else text))


def test_a_proof_in_a_zip_is_as_good_as_one_in_a_folder(house: House, telephone: Telephone) -> None:
    clip = b"another clip" * 400
    number = house.capture("DCIM/1.mp4", clip)
    house.capture("proofs/shared.zip", zipped({"1.mp4": clip, **telephone.proof(clip, "1.mp4")}))
    [word] = judged(house, number)
    assert (word.fits, word.file, word.words, word.key) == (True, GOOD, GOOD, telephone.fingerprint)


def test_two_proofs_of_one_file_are_two_words(house: House, telephone: Telephone, stranger: Telephone) -> None:
    clip = b"a third clip"
    number = house.capture("a/1.mp4", clip)
    put(house, "one", telephone.proof(clip, "1.mp4"))
    put(house, "two", stranger.proof(clip, "1.mp4"))
    assert {each.key for each in judged(house, number)} == {telephone.fingerprint, stranger.fingerprint}


def test_a_file_that_was_altered_beside_its_proof_is_said_not_to_fit(house: House, telephone: Telephone) -> None:
    number = house.capture("DCIM/1.mp4", b"what was made of it")
    put(house, "DCIM", telephone.proof(b"what the telephone filmed", "1.mp4"))
    other = house.capture("DCIM/2.mp4", b"what has no proof")
    [word] = judged(house, number)
    assert (word.fits, word.file, word.holds) == (False, BAD, False)
    assert judged(house, other) == []


def test_words_that_were_altered_behind_their_signature_do_not_hold(house: House, telephone: Telephone) -> None:
    clip = b"filmed elsewhere"
    number = house.capture("1.mp4", clip)
    files = telephone.proof(clip, "1.mp4")
    words = f"{sha256_hex(clip)}.proof.json"
    put(house, "p", {**files, words: files[words].replace(PLACE.encode(), b"48.85661")})
    [word] = judged(house, number)
    assert (word.fits, word.file, word.words, word.holds) == (True, GOOD, BAD, False)


def test_a_key_that_was_exchanged_is_noticed(house: House, telephone: Telephone, stranger: Telephone) -> None:
    clip = b"whose is it"
    number = house.capture("1.mp4", clip)
    put(house, "p", {**telephone.proof(clip, "1.mp4"), "pubkey.asc": stranger.key})
    [word] = judged(house, number)
    assert (word.file, word.words, word.key, word.holds) == (NO_KEY, NO_KEY, "", False)


@pytest.mark.parametrize("signature", [b"", b"\x89" * 99, b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n"])
def test_a_signature_that_is_none_does_not_hold(house: House, telephone: Telephone, signature: bytes) -> None:
    clip = b"clip and noise"
    number = house.capture("1.mp4", clip)
    put(house, "p", {**telephone.proof(clip, "1.mp4"), f"{sha256_hex(clip)}.asc": signature})
    [word] = judged(house, number)
    assert word.file in ("", UNREADABLE)
    assert word.file == UNREADABLE or "0" in word.why


def test_a_message_that_holds_what_it_signs_is_no_signature_of_a_file(house: House, telephone: Telephone) -> None:
    clip = b"never signed by anybody"
    number = house.capture("1.mp4", clip)
    inside = telephone.sign_inside(b"something else that this key signed")
    put(house, "p", {**telephone.proof(clip, "1.mp4"), f"{sha256_hex(clip)}.asc": inside})
    [word] = judged(house, number)
    assert word.file == UNREADABLE


def test_a_proof_without_its_key_is_not_checked_and_says_so(house: House, telephone: Telephone) -> None:
    clip = b"no key"
    number = house.capture("1.mp4", clip)
    put(house, "p", {name: data for name, data in telephone.proof(clip, "1.mp4").items() if name != "pubkey.asc"})
    [word] = judged(house, number)
    assert (word.file, word.words, word.fits) == ("", "", True)
    assert "no key" in word.why


def test_a_table_of_tella_beside_its_file_is_told_as_unsigned(house: House) -> None:
    clip = b"filmed with Tella"
    number = house.capture("v/a.mp4", clip)
    table = f"File hash,File path,File name,Location latitude\n{sha256_hex(clip)},/v,a.mp4,{PLACE}\n"
    house.capture("v/a.csv", table.encode())
    [word] = judged(house, number)
    assert (word.found.kind, word.fits, word.file, word.words) == ("Tella", True, "", "")


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 9999, b"PK\x03\x04", b"a,b\n1,2\n", b'{"File Hash SHA256": 1}'])
def test_what_is_no_proof_is_none(house: House, data: bytes) -> None:
    number = house.capture("p/1.mp4", b"clip")
    for name in ("1.proof.json", "1.mp4.proof.csv", "1.csv", "1.zip"):
        house.capture(f"p/{name}", data)
    assert judged(house, number) == []


def test_a_picture_that_a_camera_signed_is_told_with_its_certificate(house: House) -> None:
    signed = camera_signed()
    whole, altered = house.capture("a.jpg", signed), house.capture("b.jpg", signed[:-9] + bytes(7) + signed[-2:])
    [word] = judged(house, whole)
    assert (word.fits, word.words, word.key) == (True, GOOD, "Camera 4711, A maker of cameras")
    assert PLACE in dict(word.facts).values()
    [word] = judged(house, altered)
    assert (word.fits, word.holds) == (False, False)
    cut = house.capture("c.jpg", signed[:3000])
    assert [each.fits for each in judged(house, cut)] in ([None], [False])
    assert judged(house, house.capture("d.jpg", jpeg())) == []


def test_nothing_is_believed_where_the_reader_of_manifests_is_missing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = house.capture("a.jpg", camera_signed())
    monkeypatch.setitem(sys.modules, "c2pa", None)
    monkeypatch.setattr("tamizdat.footage.decode.BOXES.decode", _outside)
    [word] = judged(house, number)
    assert (word.fits, word.words) == (None, "")
    assert "tamizdat[credentials]" in word.why


def _outside(job: dict[str, object], file: int, given: list[int], seconds: float) -> list[bytes]:
    from tamizdat.footage.decode import jobs

    return jobs.do(job, file, *given)


# In a package, and never on a site -----------------------------------------------------------------------------------


def test_a_package_has_what_devices_said_only_if_it_is_asked_for(
    house: House, telephone: Telephone, tmp_path: Path
) -> None:
    clip = jpeg()
    number = house.capture("DCIM/it's 雪.jpg", clip)
    house.archive.append([house.roster])
    put(house, "ProofMode", telephone.proof(clip, "it's 雪.jpg"))
    house.publish()

    def package(*asked: str) -> Path:
        exhibits = choose(house.archive, [str(number)], said="said" in asked)
        contents = Contents(house.archive, exhibits, frozenset(asked), house.site, DAY)
        assert ("said", 0) in contents.left_out() or "said" in asked
        assert any("what devices said" in each for each in contents.tells()) == ("said" in asked)
        write(contents, tmp_path / "-".join(("p", *asked)), with_pdf=False)
        return tmp_path / "-".join(("p", *asked)) / "data"

    plain = package()
    assert not list(plain.glob("originals/*/ProofMode/*"))
    for path in plain.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert PLACE.encode() not in data
            assert telephone.fingerprint.encode() not in data
    told = package("said")
    assert len(list(told.glob("originals/*/ProofMode/*"))) == 6
    page = (told / "chronology.en.html").read_text()
    assert telephone.fingerprint in page
    assert PLACE in page
    assert "can be made to lie" in page
    commands = unescape(page.partition("<pre>")[2].partition("</pre>")[0])
    before = sorted(told.rglob("*"))
    done = subprocess.run(["sh", "-ec", commands], cwd=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Good signature") == 2
    assert sha256_hex(clip) in done.stdout
    assert sorted(told.rglob("*")) == before, "a package that was checked holds what it held"


def test_what_an_application_noted_of_a_file_cannot_be_released_as_a_text(house: House, telephone: Telephone) -> None:
    clip = b"clip"
    files = put(house, "p", telephone.proof(clip, "1.mp4"))
    table = next(number for name, number in files.items() if name.endswith(".csv"))
    with pytest.raises(UsageError, match="ProofMode"):
        house.release_item(table)


def test_a_signed_picture_is_published_without_its_manifest_and_its_proof(house: House, telephone: Telephone) -> None:
    signed = camera_signed()
    house.capture("a.jpg", signed, title="The gate")
    put(house, "p", telephone.proof(signed, "a.jpg"))
    house.archive.append([house.roster])
    house.publish()
    files = house.files()
    assert any(path.endswith(".jpg") for path in files)
    for data in files.values():
        for told in (b"jumb", b"c2pa", b"Camera 4711", PLACE.encode(), OWNER.encode(), telephone.fingerprint.encode()):
            assert told not in data
