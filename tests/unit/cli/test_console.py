"""What a verb says: to people on a terminal, in a pipe, and to programs."""

import io
import json
import re

import pytest

from support.terminal import Terminal
from tamizdat.cli.console import Out
from tamizdat.cli.progress import Progress, line
from tamizdat.encoding import Json
from tamizdat.errors import BadParcel, StorageFull
from tamizdat.text.excerpt import columns


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _out(as_json: bool, clock: Clock | None = None) -> tuple[Out, io.StringIO, io.StringIO]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return Out(as_json, stdout, stderr, clock or Clock()), stdout, stderr


def _everything(out: Out, clock: Clock) -> None:
    out.say("Words. " * 20)
    out.show("a\ttable")
    out.record({"sealed": 3, "name": "གངས་རི\udcff\x1b[2J"})
    out.warn("Something.")
    with out.progress(1000, "sealing") as progress:
        for _ in range(10):
            clock.now += 1
            progress.advance(100)
    out.fail(BadParcel("Expected this, found that."))


def test_json_output_is_json_lines_and_nothing_else() -> None:
    clock = Clock()
    out, stdout, _ = _out(True, clock)
    _everything(out, clock)
    assert stdout.getvalue().isascii()
    found = [json.loads(text) for text in stdout.getvalue().splitlines()]
    assert all(isinstance(value, dict) for value in found)
    assert found[0] == {"sealed": 3, "name": "གངས་རི\udcff\x1b[2J"}
    assert found[1] == {"warning": "Something."}
    assert found[-2] == {"progress": "sealing", "done": 1000, "total": 1000, "seconds": 10}
    assert found[-1] == {"error": "BadParcel", "message": "Expected this, found that.", "exit": 3}


@pytest.mark.parametrize("names", [[], ["one"], ["one", "没有\udcff", "three"]])
def test_what_is_written_one_value_after_the_other_is_the_same_line(names: list[str]) -> None:
    many: list[Json] = [{"name": each} for each in names]
    out, stdout, _ = _out(True)
    out.record({"holds": True}, links=iter(many), others=iter(many))
    assert stdout.getvalue() == json.dumps({"holds": True, "links": many, "others": many}) + "\n"
    out, stdout, _ = _out(False)
    out.record({"holds": True}, links=iter(many))
    assert stdout.getvalue() == ""


def test_on_a_narrower_terminal_no_word_is_cut_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    clock = Clock()
    out, stdout, stderr = _out(False, clock)
    for stream in (stdout, stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    _everything(out, clock)
    out.fail(StorageFull("Words. " * 20))
    lines = re.split(r"\n|\r\x1b\[K", stdout.getvalue() + stderr.getvalue())
    assert max(map(columns, lines)) <= 50
    assert "Words. " * 6 + "Words.\n" in stdout.getvalue()


def test_words_fit_80_columns_and_no_json_is_among_them() -> None:
    clock = Clock()
    out, stdout, stderr = _out(False, clock)
    _everything(out, clock)
    assert "{" not in stdout.getvalue() + stderr.getvalue()
    assert all(columns(text) <= 80 for text in (stdout.getvalue() + stderr.getvalue()).splitlines())


def test_a_hostile_name_in_an_error_does_not_reach_the_terminal() -> None:
    out, _, stderr = _out(False)
    out.fail(StorageFull("Expected room for \x1b]0;owned\x07.mp4"))
    assert "\x1b" not in stderr.getvalue()


def test_a_terminal_is_told_what_is_being_done_before_any_of_it_is_and_a_pipe_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, stdout, _ = _out(True)
    with out.progress(None, "opening the keys"):
        pass
    assert stdout.getvalue() == "", "a program is told amounts"
    out, _, stderr = _out(False)
    out.progress(None, "backing up to blue")
    assert stderr.getvalue() == ""
    monkeypatch.setattr(stderr, "isatty", lambda: True)
    with out.progress(None, "backing up to blue"):
        assert stderr.getvalue() == "\r\x1b[Kbacking up to blue …"
    assert stderr.getvalue().endswith("\r\x1b[K"), "nothing of it stays"


def test_progress_in_a_pipe_is_a_plain_line_every_five_seconds_and_one_at_the_end() -> None:
    clock = Clock()
    out, stdout, stderr = _out(False, clock)
    with out.progress(1_000_000_000, "sealing") as progress:
        for _ in range(120):
            clock.now += 0.1
            progress.advance(1_000_000)
    found = stderr.getvalue().splitlines()
    assert stdout.getvalue() == ""
    assert found[0] == "sealing: 51 MB of 1.0 GB, 10 MB/s, 1 min 35 s left"
    assert found[-1] == "sealing: 120 MB of 1.0 GB in 12 s, 10 MB/s"
    assert len(found) == 3
    assert "\r" not in stderr.getvalue()


def test_what_makes_no_step_for_a_while_is_not_said_to_stand_still() -> None:
    clock = Clock()
    out, _, stderr = _out(False, clock)
    with out.progress(None, "making") as progress:
        for size in (0, 1_000_000, 0, 0, 0):
            clock.now += 20
            progress.advance(size)
    first, *more = stderr.getvalue().splitlines()
    assert first == "making: 1.0 MB, 50 kB/s"
    assert "0 bytes" not in "".join(more)


def test_time_left_follows_the_present_speed_not_the_mean() -> None:
    clock = Clock()
    progress = Progress(10_000, "sending", lambda *_: None, clock, every=1.0)
    for _ in range(40):
        clock.now += 1
        progress.advance(200)
    for _ in range(20):
        clock.now += 1
        progress.advance(1)
    assert progress.rate == pytest.approx(1.0, rel=0.3)


@pytest.mark.parametrize("label", ["sealing", "正在密封正在密封正在密封正在密封正在密封", "a label " * 20])
@pytest.mark.parametrize("total", [None, 0, 1, 10**6, 10**14])
@pytest.mark.parametrize("width", [40, 80])
def test_a_progress_line_never_fills_the_line_of_the_terminal(label: str, total: int | None, width: int) -> None:
    clock = Clock()
    progress = Progress(total, label, lambda *_: None, clock, every=0.0)
    for size in (0, 1, 10**5, 10**12):
        clock.now += 3
        progress.advance(size)
        assert columns(line(progress, width)) < width


def test_more_than_was_announced_is_not_more_than_all() -> None:
    clock = Clock()
    progress = Progress(100, "sealing", lambda *_: None, clock, every=0.0)
    clock.now += 1
    progress.advance(250)
    assert "100%" in line(progress)
    assert progress.left == 0


def test_no_time_left_is_told_while_nothing_moves_or_somebody_is_waited_for() -> None:
    clock = Clock()
    progress = Progress(10_000_000, "sending", lambda *_: None, clock, every=0.0)
    clock.now += 1
    progress.advance(1_000_000)
    assert "9 s left" in line(progress)
    progress.waits_for = ("blue",)
    assert "left" not in line(progress)
    assert "waits for blue" in line(progress)
    progress.waits_for = ()
    clock.now += 6
    progress.advance(0)
    assert "left" not in line(progress)
    progress.advance(1_000_000)
    assert "left" in line(progress)


def test_from_next_to_nothing_no_time_left_is_reckoned() -> None:
    clock = Clock()
    progress = Progress(20_000_000, "sealing", lambda *_: None, clock, every=0.0)
    clock.now += 2
    progress.advance(5)  # a note of five bytes, before the previews
    assert "left" not in line(progress)


TERMINAL_RUN = """
import time
from tamizdat.cli.console import Out
out = Out()
with out.progress(5_000_000, "sealing the card") as progress:
    for step in range(5):
        time.sleep(0.12)
        progress.advance(1_000_000)
        if step == 2:
            out.say("A word in between.")
out.say("Done.")
"""


def test_on_a_terminal_one_line_overwrites_itself_and_words_in_between_stand_alone() -> None:
    terminal = Terminal(TERMINAL_RUN)
    assert terminal.finish() == 0
    screen = _screen(terminal.seen)
    assert screen[0] == "A word in between."
    assert re.fullmatch(r"sealing the card: 5.0 MB in \d s, .* MB/s", screen[1])
    assert screen[2] == "Done."
    assert "━" in terminal.seen


def _screen(written: str) -> list[str]:
    """What stands on the screen, with carriage returns and erasures carried out."""
    shown = []
    for text in written.replace("\r\n", "\n").split("\n"):
        shown.append(re.split(r"\r\x1b\[K|\r", text)[-1])
    return shown
