"""Transcripts at the workbench: the list of clips, the timeline as plain forms and as data, the review, the queue."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.media_samples import loaded_clip, needs_exiftool, needs_ffmpeg
from support.transcribing_desk import CUES, capture
from support.visitor import Room, Visitor
from tamizdat.ledger.shapes import members_of
from tamizdat.statements.transcribed import Cue
from tamizdat.workbench.screens.transcripts import PAGE

LINES = "[00:00:01.000 - 00:00:03.000] 老师: 他们都不在了。\n[00:00:03.200 - 00:00:05.000] 谁知道名单？\n"


@pytest.fixture
def clip(room: Room) -> int:
    number = capture(room.archive, room.bench.key)
    room.visitor("editor").post(f"/items/{number}", release="public")
    return number


def proposed(room: Room, clip: int, by: str = "translator", **more: Any) -> Visitor:
    """A transcript, proposed as a form without scripts sends it."""
    visitor = room.visitor(by)
    visitor.get(f"/clips/{clip}")
    answer = visitor.post(f"/clips/{clip}/propose", plain=LINES, language="zh", revision="0", latest="", **more)
    assert answer.to == f"/clips/{clip}?done=proposed", answer.text
    return visitor


def approved(room: Room, clip: int) -> None:
    proposed(room, clip)
    editor = room.visitor("editor")
    for way, more in (("review", {"verdict": "reviewed"}), ("approve", {})):
        latest = room.archive.index.transcripts.latest(clip)
        assert latest
        assert editor.post(f"/clips/{clip}/{way}", transcribed=str(latest.number), **more).status == 303


def test_a_transcript_is_typed_as_lines_reviewed_and_waits_to_be_translated(room: Room, clip: int) -> None:
    translator = room.visitor("translator")
    assert "nothing is written down yet" in translator.get("/clips").text
    proposed(room, clip)
    assert "2 cues" in translator.get("/clips").text
    told = [room.visitor(each).get("/").text for each in ("translator", "reviewer", "editor")]
    assert ["Proposed by others" in each for each in told] == [False, True, True]
    own = translator.post(f"/clips/{clip}/review", transcribed="0", verdict="reviewed")
    assert own.status == 403
    page = room.visitor("reviewer").get(f"/clips/{clip}").text
    assert "他们都不在了。" in page
    assert "Mark reviewed" in page
    assert "Approve" not in page
    editor, latest = room.visitor("editor"), room.archive.index.transcripts.latest(clip)
    assert latest
    editor.get(f"/clips/{clip}")
    refused = editor.post(f"/clips/{clip}/approve", transcribed=str(latest.number))
    assert (refused.status, "Review it first" in refused.text) == (400, True)
    assert "Write why you return it" in (
        editor.post(f"/clips/{clip}/review", transcribed=str(latest.number), verdict="returned").text
    )
    editor.post(f"/clips/{clip}/review", transcribed=str(latest.number), verdict="reviewed", note="good")
    assert editor.post(f"/clips/{clip}/approve", transcribed=str(latest.number)).to.endswith("transcript-approved")
    queue = translator.get("/translate?language=en").text
    assert f'href="/translate/{clip}/en"' in queue
    assert translator.get("/translate/next?language=en").to == f"/translate/{clip}/en"


SRT = "1\n00:00:01,000 --> 00:00:03,000\n<i>他们都不在了。</i>\n\n2\n00:00:03,200 --> 00:00:05,000\n谁知道名单？\n"
GRID = (
    '"ooTextFile" "TextGrid" 0 5 <exists> 2 "IntervalTier" "sentence" 0 5 1 0 5 "他们走了。"'
    ' "IntervalTier" "word" 0 5 2 0 2 "他们" 2 5 "走了。"'
).encode()


def test_a_file_of_subtitles_becomes_a_draft_and_writes_over_nothing_that_was_typed(room: Room, clip: int) -> None:
    translator, path = room.visitor("translator"), f"/clips/{clip}/subtitles"
    translator.get(f"/clips/{clip}")
    for name, why in (("notes.pdf", "Expected a file of subtitles named"), ("notes.docx", "of a word processor")):
        refused = translator.send(path, name, SRT.encode(), language="zh")
        assert (refused.status, why in refused.text) == (400, True)
    assert translator.send(path, "a.srt", SRT.encode(), language="no language").status == 400
    assert translator.send(path, "a.srt", b"\xff\xfe\x00", language="zh").status == 400
    asked = translator.send(path, "a.TextGrid", GRID, language="zh")
    assert (asked.status, "all would be said twice" in asked.text) == (400, True)
    named = translator.send(path, "a.TextGrid", GRID, language="zh", tiers="sentence ,")
    assert (named.status, "他们走了。" in named.text, "was not read: 2 parts" in named.text) == (200, True, True)
    translator.post(f"/clips/{clip}/drop")
    taken = translator.send(path, "<b>.srt", SRT.encode(), language="zh")
    assert taken.status == 200
    assert "<bdi>&lt;b&gt;.srt</bdi> is your draft now" in taken.text
    assert "谁知道名单？" in taken.text
    again = translator.send(path, "a.srt", SRT.replace("名单", "别的").encode(), language="zh")
    assert (again.status, "You have a draft of this clip" in again.text) == (400, True)
    assert translator.get(f"{path}/file?as=srt").status == 404, "nothing was proposed yet"
    form = {"plain": LINES, "language": "zh", "revision": str(int(room.now.timestamp())), "latest": ""}
    assert translator.post(f"/clips/{clip}/propose", **form).to.endswith("proposed")
    given = translator.get(f"{path}/file?as=srt&to=zh")
    assert "00:00:03,200 --> 00:00:05,000" in given.text
    assert given.headers["content-disposition"] == f'attachment; filename="item-{clip}.zh.srt"'
    assert translator.get(f"{path}/file?as=vtt").text.startswith("WEBVTT")
    for odd in ("as=exe", "as=srt&to=ar", "as=srt&to=../x"):
        assert translator.get(f"{path}/file?{odd}").status == 404


def test_a_transcript_is_translated_and_reviewed_on_the_pages_of_posts_with_its_times(room: Room, clip: int) -> None:
    approved(room, clip)
    translator, where = room.visitor("translator"), f"/translate/{clip}/en"
    page = translator.get(where).text
    assert "00:00:03.200 – 00:00:05.000" in page
    assert f'href="/clips/{clip}"' in page
    assert "/guides/voice/" not in page
    words = {"target-0": "the teacher", "target-1": "They are gone.", "target-2": "Who knows the list?"}
    version = room.archive.index.transcripts.approved(clip)
    assert version
    about = {"version": str(version.number), "latest": ""}
    assert translator.post(f"{where}/draft", **words, **about).to.startswith(where)
    assert "They are gone." in translator.get(where).text
    assert "done=proposed" in translator.post(f"{where}/propose", **words, **about).to
    reviewer = room.visitor("reviewer")
    review = reviewer.get(f"{where}/review").text
    assert "00:00:01.000 – 00:00:03.000" in review
    work = room.archive.index.translations.latest(f"clip/{clip}", "en")
    assert work
    assert reviewer.post(f"{where}/review", translated=str(work.number), verdict="reviewed").status == 303
    assert reviewer.get("/").status == 200  # what happened to it is told there
    assert room.visitor("editor").get(f"/items/{work.number}").to == f"/items/{clip}"
    assert room.visitor("editor").get(f"/items/{version.number}").to == f"/items/{clip}"
    assert translator.post(f"{where}/give-back").status == 303


def send(
    visitor: Visitor, clip: int, cues: list[Cue], revision: int, language: str = "zh"
) -> tuple[int, dict[str, Any]]:
    """What the page's script sends."""
    visitor.get(f"/clips/{clip}")
    typed = json.dumps([members_of(each) for each in cues], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    form = {"form-token": visitor.token, "cues": typed, "language": language, "revision": str(revision)}
    answer = visitor.ask("POST", f"/clips/{clip}/draft", form, {"accept": "application/json"})
    return answer.status, json.loads(answer.body)


def test_what_is_typed_is_kept_and_nothing_of_another_tab_is_written_over(room: Room, clip: int) -> None:
    translator = room.visitor("translator")
    status, first = send(translator, clip, [*CUES[:2], Cue(9_000, 9_000, "", "")], 0)
    assert (status, first["revision"] > 0) == (200, True)
    status, clash = send(translator, clip, [CUES[0]], 0)
    assert (status, len(clash["cues"]), clash["revision"]) == (409, 3, first["revision"])
    status, later = send(translator, clip, [CUES[0]], first["revision"])
    assert (status, later["revision"]) == (200, first["revision"] + 1)
    page = translator.get(f"/clips/{clip}").text
    assert "[00:00:01.000 - 00:00:03.000] 老师: 他们都不在了。" in page
    assert room.visitor("reviewer").get(f"/clips/{clip}").text.count("他们都不在了") == 0  # a draft is its writer's
    room.bench.close()
    room.open()
    assert "他们都不在了" in room.visitor("translator").get(f"/clips/{clip}").text
    assert translator.post(f"/clips/{clip}/drop").to == f"/clips/{clip}?done=draft-gone"
    assert "他们都不在了" not in translator.get(f"/clips/{clip}").text


def test_what_another_tab_saves_while_a_transcript_is_proposed_stays_a_draft(
    room: Room, clip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator, other, append = room.visitor("translator"), room.visitor("translator"), room.archive.append
    _, first = send(translator, clip, [*CUES], 0)
    later = Cue(9_000, 9_900, "", "从另一个窗口")

    def saved_meanwhile(envelopes: Sequence[bytes]) -> list[int]:
        assert send(other, clip, [*CUES, later], first["revision"])[0] == 200
        return append(envelopes)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(room.archive, "append", saved_meanwhile)
        assert translator.post(f"/clips/{clip}/propose", latest="").to == f"/clips/{clip}?done=proposed"
    assert later.text in translator.get(f"/clips/{clip}").text


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"plain": "[00:00:99] x", "language": "zh"}, "Line 1: expected a time"),
    ({"plain": LINES, "language": ""}, "Say which language is spoken"),
    ({"plain": LINES, "language": "<x>"}, "Expected a language tag"),
    ({"plain": "", "language": "zh"}, "Expected at least one cue"),
    ({"plain": "[00:00:05 - 00:00:04] x", "language": "zh"}, "end after the beginning"),
    ({"cues": "[1]", "language": "zh"}, "no cues of a timeline"),
    ({"cues": "[[[", "language": "zh"}, "no cues of a timeline"),
    ({"plain": LINES, "language": "zh", "latest": "77"}, "Somebody else proposed"),
)  # fmt: skip


def test_what_cannot_be_proposed_is_said_and_what_was_typed_stays(room: Room, clip: int) -> None:
    translator = room.visitor("translator")
    translator.get(f"/clips/{clip}")
    for form, said in REFUSED:
        answer = translator.post(f"/clips/{clip}/propose", **{"revision": "0", "latest": "", **form})
        assert (answer.status, said in answer.text) == (400, True), (form, answer.text[:2000])
        if "plain" in form:
            assert form["plain"].split("\n")[0] in answer.text.replace("&lt;", "<")
        assert room.archive.index.transcripts.latest(clip) is None
        translator.post(f"/clips/{clip}/drop")


def test_nobody_sees_what_is_said_in_a_clip_that_is_not_released_but_editors(room: Room, clip: int) -> None:
    approved(room, clip)
    for who in ("translator", "editor"):
        found = room.visitor(who).get("/search?q=谁知道").text
        assert f'href="/clips/{clip}#t=3.2"' in found
        assert '<bdi dir="ltr">00:00:03.200</bdi>' in found
    room.visitor("editor").post(f"/items/{clip}", release="restricted")
    found = room.visitor("translator").get("/search?q=谁知道").text
    assert ("0 found" in found, "#t=3.2" in found) == (True, False)
    for path in (f"/clips/{clip}", f"/clips/{clip}/levels", f"/translate/{clip}/en", f"/translate/{clip}/en/review"):
        assert room.visitor("translator").get(path).status == 404, path
    assert "他们" not in room.visitor("translator").get("/").text
    assert f"/clips/{clip}" not in room.visitor("translator").get("/clips").text
    assert room.visitor("editor").get(f"/clips/{clip}").status == 200
    assert room.visitor("editor").get("/clips/999999").status == 404
    assert room.visitor("editor").get(f"/clips/{room.number(1)}").status == 404


@pytest.mark.needs_box
@needs_ffmpeg
@needs_exiftool
def test_who_is_no_editor_finds_what_was_approved_and_not_what_was_proposed_since(room: Room, clip: int) -> None:
    approved(room, clip)
    translator = room.visitor("translator")
    assert f"/clips/{clip}" in translator.get("/search?q=谁知道").text
    newer = LINES.replace("谁知道名单", "北门没有灯")
    latest = room.archive.index.transcripts.latest(clip)
    assert latest
    translator.get(f"/clips/{clip}")
    form = {"plain": newer, "language": "zh", "revision": "0", "latest": str(latest.number)}
    assert translator.post(f"/clips/{clip}/propose", **form).to.endswith("done=proposed")
    assert f"/clips/{clip}" in translator.get("/search?q=谁知道").text, "this was approved"
    assert f'href="/clips/{clip}' not in translator.get("/search?q=北门没有灯").text
    assert f"/clips/{clip}" in room.visitor("editor").get("/search?q=北门没有灯").text
    room.visitor("editor").post(f"/items/{clip}", release="restricted")
    assert f'href="/clips/{clip}' not in translator.get("/search?q=谁知道").text


def test_the_list_of_clips_has_pages_those_without_a_transcript_first(room: Room, clip: int) -> None:
    approved(room, clip)
    numbers = [
        capture(room.archive, room.bench.key, b"\0\0\0\x18ftypmp42" + bytes([at]) * 64, f"DCIM/{at:04}.MP4")
        for at in range(PAGE)
    ]
    editor = room.visitor("editor")
    first, second = editor.get("/clips").text, editor.get(f"/clips?from={PAGE}").text
    assert f"1–{PAGE} of {PAGE + 1}" in first
    assert [f'href="/clips/{each}"' in first for each in (numbers[0], numbers[-1], clip)] == [True, True, False]
    assert f'href="/clips/{clip}"' in second
    assert "2 cues" in second


def test_the_timeline_plays_what_the_clips_page_plays_and_draws_how_loud_it_is(room: Room, tmp_path: Path) -> None:
    number = capture(room.archive, room.bench.key, loaded_clip(tmp_path / "clip.mp4").read_bytes())
    room.visitor("editor").post(f"/items/{number}", release="public")
    translator = room.visitor("translator")
    assert "A copy without metadata is being made" in translator.get(f"/clips/{number}").text
    room.bench.jobs.wait()
    page = translator.get(f"/clips/{number}").text
    assert "The picture is covered" in page
    assert "<video" not in page
    levels = translator.get(f"/clips/{number}/levels")
    assert (levels.status, levels.headers["content-type"]) == (200, "application/octet-stream")
    assert 40 < len(levels.body) < 400
    assert max(levels.body) > 10
    assert translator.get(f"/clips/{number}/levels").body == levels.body
