"""Who is in files of posts is covered as in those of cards, and asked about only if the post was not public."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from support.collecting_desk import tweet
from support.media_samples import needs_ffmpeg, passport
from support.media_samples import run as ffmpeg
from support.published_desk import TODAY, House, status
from tamizdat.archive.acts.redactions import clear, coverable, number_in_post, redact
from tamizdat.archive.acts.releases import consent, state_release
from tamizdat.covering import Cover, Key, Region, Silence
from tamizdat.cutting_room.choice import chosen
from tamizdat.cutting_room.clearance import COVERED_SINCE, covered_since, kept_back
from tamizdat.cutting_room.folder import write_folder
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.publishing.build.renewal import newly_covered
from tamizdat.publishing.derived.clearance import bare_files, shows_what_is_covered
from tamizdat.publishing.derived.uncovered import uncovered
from tamizdat.statements import derived
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.statements.derived import Post
from tamizdat.verifying import Verdict, verify
from tamizdat.verifying.item_file import read as read_proof
from tamizdat.verifying.untrusted_folder import Folder

LIN, WEI, DAY = "0a" * 16, "0b" * 16, "2026-11-23"
FACE: Final = Region("solid", "rectangle", 0, 0, (Key(0, 4_500, 4_000, 1_500, 600),))


def spoken(path: Path, face: str, voice: int) -> bytes:
    """Half a second of a face of one colour, and of a voice."""
    box = f"color=c={face}:s=16x16:r=25:d=0.5[face]"
    graph = f"testsrc2=s=64x48:r=25:d=0.5[ground];{box};[ground][face]overlay=x=24:y=16"
    sound = f"aevalsrc='0.2*sin(2*PI*200*t)+if(lt(t,0.2),0.3*sin(2*PI*{voice}*t))':s=44100:d=0.5"
    given = ("-f", "lavfi", "-i", graph, "-f", "lavfi", "-i", sound)
    ffmpeg("ffmpeg", "-v", "error", *given, "-c:v", "libx264", "-qp", "0", "-c:a", "flac", "-strict", "-2", path)
    return path.read_bytes()


def post(house: House, number: int, name: str, data: bytes, **more: Any) -> int:
    """Take in a released post with one file; the number of its file."""
    about: dict[str, Any] = {"type": "photo", "media_url_https": f"https://pbs.x/{name}"}
    if name.endswith(".mp4"):
        variant = {"content_type": "video/mp4", "bitrate": 1, "url": f"https://video.x/{name}"}
        about |= {"type": "video", "video_info": {"variants": [variant]}}
    entities = {"extended_entities": {"media": [about]}}
    house.take(tweet(number, "Look", **entities, **more), files={f"tweets_media/{number}-{name}": data})
    if not more:
        house.release(number)
    return number_in_post(house.archive, house.number(status(number)), 1)


def covered(house: House, number: int, cover: Cover) -> None:
    """Lin says what is to be covered, Wei approves it."""
    index = redact(house.archive, house.desk, LIN, number, cover, DAY)
    assert index is not None
    clear(house.archive, house.desk, WEI, index, "approved", DAY)


def shown(house: House) -> dict[str, bytes]:
    """What the site shows and lets be heard."""
    inside = {path: data for path, data in house.files().items() if path.startswith("items/")}
    return {path: data for path, data in inside.items() if path.endswith((".jpg", ".mp4", ".svg"))}


def raw_of(house: House, number: int = 1) -> bytes | None:
    """The captured bytes that the site shows of a post."""
    [proof] = [path for path in house.files() if path.endswith(f"/{house.number(status(number))}/proof.js")]
    return read_proof(Folder(house.site), proof.removesuffix("proof.js")).openings.raw


@pytest.mark.needs_box
@needs_ffmpeg
def test_the_same_clip_of_a_post_with_another_face_and_voice_under_a_cover_makes_the_same_files(tmp_path: Path) -> None:
    face = Region("solid", "rectangle", 0, 600, (Key(0, 3_000, 2_500, 4_000, 5_000),))
    sites = []
    for colour, voice in (("red", 500), ("white", 900)):
        house = House(tmp_path / colour)
        number = post(house, 1, "T.mp4", spoken(tmp_path / f"{colour}.mkv", colour, voice))
        covered(house, number, Cover((face,), (Silence(0, 250),)))
        done = house.publish()
        assert (len(done.added), done.partial) == (1, ())
        sites.append({path.partition("/")[2].partition("/")[2]: data for path, data in shown(house).items()})
        report, number = verify(house.site), house.number(status(1))
        assert report.holds
        [shot], cut = chosen(house.archive, house.site, [str(number)], DAY).shots, tmp_path / f"cut-{colour}"
        write_folder(house.archive, [shot], cut, lambda _: None)
        sites[-1] |= {path.name: path.read_bytes() for path in cut.iterdir()}
        assert shot.file in sites[-1]
        assert {each.name: each.verdict for each in report.links}[f"item {number} cover"] is Verdict.VOUCHED
        page = house.files()[f"zh/items/{number}/index.html"].decode().replace("<bdi>", "").replace("</bdi>", "")
        assert all(each in page for each in ("画面的一部分被遮盖。", "0:00 至 0:01 的声音已去除。"))
    assert {"clip-1.mp4", "small-1.mp4", "sheet-1.jpg", "wave-1.svg", "poster-1.jpg", "small-1.jpg"} <= sites[0].keys()
    assert sites[0] == sites[1]


def test_a_cover_over_what_a_post_shows_already_replaces_it_and_the_editions_before_are_told(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = post(house, 1, "A.jpg", passport("E 1234"))
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="public", bytes_shown=True))
    house.publish()
    bare = shown(house)
    assert b"/A.jpg" in (raw_of(house) or b""), "the captured bytes were shown"
    item, kind = coverable(house.archive, number)
    assert (kind, item.release) == ("picture", "public")
    covered(house, number, Cover((FACE,)))
    assert [each.edition for each in uncovered(house.archive, item)] == [1]
    [first] = [derived.read(house.archive.statement(each)) for each in house.archive.index.by_act(derived.ACT)]
    assert isinstance(first, Post)
    assert shows_what_is_covered(house.archive, first)
    assert covered_since(house.archive, {first.number: first}) == [first.number]
    assert kept_back(house.archive, {first.number: first}, DAY) == [(first.number, COVERED_SINCE)]
    later = TODAY + timedelta(days=1)
    assert house.publish(later).changed == (first.number,)
    assert set(bare.values()).isdisjoint(shown(house).values())
    assert raw_of(house) is None, "they name where the bare picture lies"
    latest = derived.read(house.archive.statement(house.archive.index.by_act(derived.ACT)[-1]))
    assert isinstance(latest, Post)
    assert "regions covered: 1, stretches silenced: 0 (recipe cover/1" in latest.how
    assert not shows_what_is_covered(house.archive, latest)
    assert kept_back(house.archive, {latest.number: latest}, DAY) == []
    again = house.publish(later, dry_run=True)
    assert (again.encoded, again.changed) == (0, ()), "what lies over it is not drawn again"
    covered(house, number, Cover())
    house.publish(later + timedelta(days=2))
    assert shown(house) == bare, "two accounts lift it, for it was public before"
    assert b"/A.jpg" in (raw_of(house) or b"")


def test_while_a_cover_is_proposed_what_is_not_shown_yet_waits_and_what_was_shown_stays(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = post(house, 1, "A.jpg", passport("E 1234"))
    index = redact(house.archive, house.desk, LIN, number, Cover((FACE,)), DAY)
    assert index is not None
    [(_, why)] = house.publish(dry_run=True).partial
    assert f"or with 'tamizdat redact {number}'" in why
    bare_one = sha256_hex(passport("E 1234"))
    assert bare_files(house.archive).keys() == {bare_one}, "a captured page that holds it is not given out unseen"
    clear(house.archive, house.desk, WEI, index, "returned", DAY)
    assert bare_files(house.archive) == {}
    assert house.publish(TODAY + timedelta(days=1)).partial == ()
    bare = shown(house)
    assert bare
    assert newly_covered(house.archive) == set()
    redact(house.archive, house.desk, LIN, number, Cover((FACE,)), DAY)
    at_once = "of an edition that was cut off it is not put out"
    assert newly_covered(house.archive) == {number, house.number(status(1))}, at_once
    done = house.publish(TODAY, dry_run=True)
    assert (done.partial, done.changed, done.unsaid) == ((), (), ())
    later = redact(house.archive, house.desk, LIN, number, Cover((FACE, FACE)), DAY)
    assert later is not None
    clear(house.archive, house.desk, WEI, later, "approved", DAY)
    house.publish(TODAY + timedelta(days=3))
    under = shown(house)
    assert bare_files(house.archive).keys() == {bare_one}
    covered(house, number, Cover())
    assert bare_files(house.archive) == {}, "the cover was lifted"
    redact(house.archive, house.desk, LIN, number, Cover((FACE,)), DAY)
    [(_, why)] = house.publish(TODAY + timedelta(days=4)).partial
    assert "found it proposed" in why
    assert not set(bare.values()) & set(shown(house).values()), "what was covered is not bared while it is talked about"
    assert under != bare


def test_captured_bytes_name_no_picture_that_waits_for_its_cover_nor_one_that_is_covered_in_a_quoted_post(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    number = post(house, 1, "A.jpg", passport("E 1234"))
    house.release(1, bytes_shown=True)
    quoted: dict[str, Any] = {"id_str": "1", "full_text": "Look", "created_at": "Sun May 12 06:28:00 +0000 2013"}
    quoted |= {"extended_entities": {"media": [{"type": "photo", "media_url_https": "https://pbs.x/A.jpg"}]}}
    house.take(tweet(2, "He says it", quoted_status=quoted, quoted_status_id_str="1"))
    house.release(2, bytes_shown=True)
    index = redact(house.archive, house.desk, LIN, number, Cover((FACE,)), DAY)
    assert index is not None
    house.publish()
    assert shown(house) == {}
    assert [raw_of(house, each) for each in (1, 2)] == [None, None], "who reads them would find what is not shown yet"
    clear(house.archive, house.desk, WEI, index, "returned", DAY)
    house.publish(TODAY + timedelta(days=1))
    assert [b"/A.jpg" in (raw_of(house, each) or b"") for each in (1, 2)] == [True, True]
    covered(house, number, Cover((FACE,)))
    done = house.publish(TODAY + timedelta(days=2))
    assert [raw_of(house, each) for each in (1, 2)] == [None, None]
    assert (
        f"hold post {house.number(status(1))}, in which something is, or is to be, covered"
        in dict(done.partial)[house.number(status(2))]
    )


def test_bytes_that_are_covered_on_a_card_are_covered_in_every_post_and_the_other_way_round(tmp_path: Path) -> None:
    house, data = House(tmp_path), passport("E 1234")
    card = house.capture("A.PNG", data, title="A passport")
    first, second = post(house, 1, "A.jpg", data), post(house, 2, "B.jpg", data)
    assert first == second, "one number for the same bytes"
    house.publish()
    covered(house, card, Cover((FACE,)))
    item, _ = coverable(house.archive, card)
    assert [each.edition for each in uncovered(house.archive, item)] == [1]
    house.publish(TODAY + timedelta(days=1))
    assert {len(shown(house)), len(set(shown(house).values()))} == {6, 2}, "two pictures, three times"
    latest = house.archive.index.redactions.latest(first)
    assert latest
    with pytest.raises(UsageError, match="another account"):
        clear(house.archive, house.desk, LIN, latest.number, "approved", DAY)
    covered(house, first, Cover((FACE, Region("solid", "ellipse", 0, 0, (Key(0, 0, 0, 500, 500),)))))
    assert house.archive.index.redactions.cover(card) == house.archive.index.redactions.cover(second)


def test_who_is_in_the_pictures_of_a_post_that_was_written_for_few_is_asked_before_they_are_shown(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    post(house, 1, "A.jpg", passport("E 1234"), user={"protected": True})
    said = consent(house.archive, status(1), "2026-11-20", True, TODAY.isoformat())
    state_release(house.archive, house.desk, said)
    house.release(1)
    number = house.number(status(1))
    [(about, why)] = house.publish(dry_run=True).partial
    assert (about, f"or with 'tamizdat redact {number}'" in why) == (number, True)
    state_release(house.archive, house.desk, CataloguedPost(status(1), covering="nobody"))
    done = house.publish(TODAY + timedelta(days=1))
    assert (done.added, done.partial, done.unsaid, len(shown(house))) == ((number,), (), (), 2)
    assert not any(b"covering" in data for path, data in house.files().items() if path.startswith("items/"))
    state_release(house.archive, house.desk, CataloguedPost(status(1), covering="undecided"))
    done = house.publish(TODAY, dry_run=True)
    assert (done.partial, done.unsaid, done.changed) == ((), (number,), ()), "it stays, and is told"


def test_nobody_is_covered_in_what_is_no_file_of_a_post(tmp_path: Path) -> None:
    house = House(tmp_path)
    post(house, 1, "A.jpg", passport("E 1234"))
    number = house.number(status(1))
    for of, place, message in ((number, 2, "one of the 1 files"), (number, 0, "found no. 0"), (9_999, 1, "is none")):
        with pytest.raises(UsageError, match=message):
            number_in_post(house.archive, of, place)
    with pytest.raises(UsageError, match="which is none"):
        redact(house.archive, house.desk, LIN, number, Cover((FACE,)), DAY)
