"""Transcripts: written down, reviewed, and translated in the queue that posts stand in."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.published_desk import House, status
from support.transcribing_desk import CUES, DAY, LIN, WEI, approve, capture, transcribe
from support.translating_desk import MAY, Bureau
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.acts.state import state
from tamizdat.archive.views.transcripts import Transcript
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, Release
from tamizdat.statements.reference import Reference
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.transcribed import Cue
from tamizdat.translation.memory import Memory
from tamizdat.translation.packets import proposals, take
from tamizdat.translation.proposals import propose, review, tag
from tamizdat.translation.queue import counts, going_out, waiting
from tamizdat.translation.statistics import statistics
from tamizdat.translation.transcripts import name_of, subtitles
from tamizdat.translation.xliff import export_xliff, import_xliff

TARGETS = ("the teacher", "They are all gone.", "Who knows the list?", "Five years,\nand no answer.")


class ClipDesk(Bureau):
    """A desk with a post and a clip."""

    clip: int

    def release(self, release: Release = Release.PUBLIC) -> None:
        catalogue(self.archive, self.key, CataloguedItem(self.clip, release=release))

    def transcribed(self, *cues: Cue) -> int:
        """An approved transcript of the clip."""
        return approve(self.archive, self.key, transcribe(self.archive, self.key, self.clip, cues or CUES))

    def translate(self, *targets: str, by: bytes = LIN) -> int:
        version = going_out(self.archive, name_of(self.clip))
        assert version
        whose = tag(by, version.post, "en")
        return propose(self.archive, self.key, whose, version, "en", targets or TARGETS, (), DAY)


@pytest.fixture
def desk(tmp_path: Path) -> ClipDesk:
    desk = ClipDesk.of(tmp_path, "没有回音。")
    assert isinstance(desk, ClipDesk)
    desk.clip = capture(desk.archive, desk.key)
    return desk


def test_a_transcript_goes_from_proposed_to_approved_and_nobody_reviews_their_own(desk: ClipDesk) -> None:
    number = transcribe(desk.archive, desk.key, desk.clip)
    [said] = desk.said("transcribed")
    words = "老师\n\n他们都不在了。\n\n谁知道名单？\n\n…\n\n五年了，\n没有回音。"
    assert said.subjects[0].sha256 == sha256_hex(words.encode())
    assert said.predicate["cues"] == [
        {"from": each.start, "to": each.end, "speaker": each.speaker, "text": each.text} for each in CUES
    ]
    transcript = desk.archive.index.transcripts.latest(desk.clip)
    assert transcript
    assert (transcript.state, desk.archive.index.transcripts.approved(desk.clip)) == ("proposed", None)
    with pytest.raises(UsageError, match="nobody reviews"):
        review(desk.archive, desk.key, tag(LIN, name_of(desk.clip), "zh"), number, "reviewed", DAY)
    with pytest.raises(UsageError, match="Review it first"):
        review(desk.archive, desk.key, tag(WEI, name_of(desk.clip), "zh"), number, "approved", DAY)
    approve(desk.archive, desk.key, number)
    assert desk.archive.index.transcripts.approved(desk.clip) == desk.archive.index.transcripts.transcript(number)
    assert transcribe(desk.archive, desk.key, desk.clip) == number  # the same again is no new version


def test_a_review_of_oneself_of_other_words_or_of_another_statement_adds_nothing_to_a_transcript(
    desk: ClipDesk,
) -> None:
    """As a later program or a mistake might state it: our own acts refuse each."""
    number, clip = transcribe(desk.archive, desk.key, desk.clip), name_of(desk.clip)

    def standing() -> Transcript:
        found = desk.archive.index.transcripts.transcript(number)
        assert found
        return found

    transcript = standing()
    language, named = transcript.language, desk.archive.reference(number)
    true = Reviewed(clip, language, named, "reviewed", tag(WEI, clip, language), DAY, transcript.subject)
    for wrong in (
        replace(true, by=transcript.by),
        replace(true, words="22" * 32),
        replace(true, language="bo"),
        replace(true, post="https://x.com/i/status/57"),
        replace(true, translated=Reference(number, bytes(32))),
    ):
        state(desk.archive, desk.key, [wrong.to_statement()])
        assert standing().state == "proposed", wrong
    state(desk.archive, desk.key, [true.to_statement()])
    assert standing().state == "reviewed"


def test_only_an_approved_transcript_of_a_released_clip_waits_for_translators(desk: ClipDesk) -> None:
    def waits() -> list[str]:
        return [each.post for each in waiting(desk.archive, "en", "translator")]

    assert waits() == [desk.post(1)]
    number = transcribe(desk.archive, desk.key, desk.clip)
    desk.release()
    assert waits() == [desk.post(1)]
    approve(desk.archive, desk.key, number)
    assert waits() == ["clip/" + str(desk.clip), desk.post(1)]
    assert statistics(desk.archive, "en").waiting == 2
    assert [each.post for each in waiting(desk.archive, "zh-Hant", "translator")] == []
    desk.release(Release.RESTRICTED)
    assert waits() == [desk.post(1)]
    assert going_out(desk.archive, name_of(desk.clip)) is None


def test_its_translation_is_reviewed_remembered_and_made_into_subtitles(desk: ClipDesk) -> None:
    desk.release()
    number = desk.transcribed()
    translated = desk.translate()
    assert counts(desk.archive, ["en"])["en"] == {"translator": 1, "reviewer": 1, "editor": 0}
    approve(desk.archive, desk.key, translated, MAY)
    work = desk.archive.index.translations.translation(translated)
    assert work
    assert work.state == "approved"
    assert work.target == "the teacher\n\nThey are all gone.\n\nWho knows the list?\n\n…\n\nFive years,\nand no answer."
    transcript = desk.archive.index.transcripts.transcript(number)
    assert transcript
    assert subtitles(transcript, work) == (
        Cue(1_000, 3_000, "the teacher", "They are all gone."),
        Cue(3_200, 5_000, "", "Who knows the list?"),
        Cue(5_100, 6_000, "", "…"),
        Cue(6_000, 9_000, "the teacher", "Five years,\nand no answer."),
    )
    [known] = Memory(desk.archive).suggest("谁知道名单？", "zh", "en")
    assert (known.score, known.target) == (100, "Who knows the list?")


def test_a_cue_that_is_moved_makes_no_translation_stale_and_one_that_says_something_else_does(desk: ClipDesk) -> None:
    desk.release()
    desk.transcribed()
    translated = approve(desk.archive, desk.key, desk.translate())
    later = desk.transcribed(*(replace(each, start=each.start + 500, end=each.end + 500) for each in CUES))
    assert counts(desk.archive, ["en"])["en"] == {"translator": 1, "reviewer": 0, "editor": 0}  # the post
    transcript, work = desk.archive.index.transcripts.transcript(later), desk.archive.index.translations
    assert transcript
    assert subtitles(transcript, work.translation(translated))[0].start == 1_500
    desk.transcribed(replace(CUES[0], text="他们走了。"), *CUES[1:])
    assert counts(desk.archive, ["en"])["en"]["translator"] == 2
    [stale] = [each for each in waiting(desk.archive, "en", "translator") if each.post == name_of(desk.clip)]
    assert stale.why == "stale"
    with pytest.raises(UsageError, match="edited after"):
        review(desk.archive, desk.key, tag(WEI, name_of(desk.clip), "en"), translated, "reviewed", DAY)


def test_a_translation_of_a_version_that_is_none_counts_for_nothing(desk: ClipDesk) -> None:
    desk.release()
    number = transcribe(desk.archive, desk.key, desk.clip)
    assert desk.archive.index.texts.version(number) is None
    assert going_out(desk.archive, name_of(desk.clip)) is None


def test_a_packet_takes_cues_along_with_their_times_and_brings_them_back(desk: ClipDesk) -> None:
    desk.release()
    desk.transcribed()
    packet = export_xliff(desk.archive, [name_of(desk.clip)], "en")
    assert f'original="clip/{desk.clip}"'.encode() in packet
    assert "00:00:06.000 - 00:00:09.000, 老师".encode() in packet
    for source, target in zip(("老师", "他们都不在了。", "谁知道名单？", "五年了，\n没有回音。"), TARGETS, strict=True):
        packet = packet.replace(
            f'<target state="needs-translation">{source}</target>'.encode(), f"<target>{target}</target>".encode()
        )
    read = import_xliff(packet)
    judged = proposals(desk.archive, read)
    assert judged.wrong == ()
    [number], refused = take(desk.archive, desk.key, lambda post, language: tag(LIN, post, language), read, judged, DAY)
    assert refused == []
    work = desk.archive.index.translations.translation(number)
    assert work
    assert work.post == name_of(desk.clip)


def test_an_empty_line_in_a_translation_is_no_end_of_its_cue(desk: ClipDesk) -> None:
    desk.release()
    transcript = desk.archive.index.transcripts.transcript(desk.transcribed())
    assert transcript
    translated = desk.translate(*TARGETS[:3], "Five years,\n\n and no answer.")
    work = desk.archive.index.translations.translation(translated)
    assert subtitles(transcript, work)[-1].text == "Five years,\nand no answer."


@pytest.mark.parametrize(("cues", "wrong"), [
    ((), "at least one cue"),
    ((Cue(5, 5, "", "a"),), "end after the beginning"),
    ((Cue(0, 90_000_000, "", "a"),), "within a day"),
    ((Cue(0, 5, "", " \n "),), "expected words"),
    ((Cue(0, 5, "", "a\u202eb"),), "direction"),
    ((Cue(0, 5, "a\nb", "c"),), "one line"),
])  # fmt: skip
def test_what_no_cue_can_be_is_refused_with_its_number(desk: ClipDesk, cues: tuple[Cue, ...], wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        transcribe(desk.archive, desk.key, desk.clip, cues)


def test_nobody_writes_down_what_is_said_in_a_picture_or_in_nothing(desk: ClipDesk) -> None:
    picture = capture(desk.archive, desk.key, b"\xff\xd8\xff\xe0" + bytes(64), "DCIM/1.JPG")
    with pytest.raises(UsageError, match="nobody can be heard"):
        transcribe(desk.archive, desk.key, picture)
    with pytest.raises(UsageError, match="which is none"):
        transcribe(desk.archive, desk.key, 9_999)


def test_what_is_said_in_a_clip_of_several_posts_is_for_translators_while_one_of_them_is_released(
    tmp_path: Path,
) -> None:
    video = {"video_info": {"variants": [{"content_type": "video/mp4", "bitrate": 1, "url": "https://video.x/T.mp4"}]}}
    media = [{"type": "video", "media_url_https": "https://pbs.x/T.jpg", **video}]
    house, data = House(tmp_path), b"\0\0\0\x18ftypmp42" + bytes(64)
    house.take(
        *(tweet(number, "Look", extended_entities={"media": media}) for number in (1, 2)),
        files={f"tweets_media/{number}-T.mp4": data for number in (1, 2)},
    )
    said = house.archive, house.desk
    house.release(1)
    [clip] = house.archive.index.transcripts.in_posts()
    approve(*said, transcribe(*said, clip.number))
    assert (clip.post, [each.audience for each in house.archive.index.transcripts.every()]) == (status(1), ["public"])
    for number, release, shown in ((2, "public", 2), (1, "withdrawn", 2), (2, "withdrawn", None)):
        before = house.archive.index.transcripts.stamp()
        state_release(*said, CataloguedPost(status(number), release=release))
        transcripts = house.archive.index.transcripts
        assert transcripts.stamp() != before, "the board of what waits is made anew"
        audiences = [each.audience for each in transcripts.every()]
        assert audiences == ["public" if shown else "unknown"]
        assert not shown or [each.post for each in transcripts.in_posts()] == [status(shown)]
