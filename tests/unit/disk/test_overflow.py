"""What a run sets aside: it comes back as it was, in a second process too, and nothing of it outlives the run."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tamizdat.disk.overflow import Overflow, OverflowTexts
from tamizdat.errors import StorageFull


def test_values_come_back_by_their_places(tmp_path: Path) -> None:
    aside = Overflow(tmp_path)
    values: list[object] = ["བོད་ཡིག", ("", b""), {"a": [1, None]}, "x" * 100_000]
    places = [aside.put(each) for each in values]
    assert [aside.get(each) for each in reversed(places)] == values[::-1]
    assert [aside.after(each) for each in places[:-1]] == places[1:]
    aside.put("and on")
    assert aside.get(places[0]) == values[0]


def test_after_a_value_that_did_not_fit_the_next_one_comes_back(tmp_path: Path) -> None:
    aside = Overflow(tmp_path)
    first = aside.put("first")
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, room[1]))
    try:
        with pytest.raises(StorageFull):
            aside.put("x" * 2_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, room)
    second = aside.put("second")
    assert (aside.get(first), aside.get(second)) == ("first", "second")


def test_texts_come_back_by_their_names_as_they_were_put_there_last(tmp_path: Path) -> None:
    texts = OverflowTexts(tmp_path)
    texts.update({"one": b"1", "two": b"2", "three": b""})
    texts["one"] = b"another"
    del texts["two"]
    assert dict(texts) == {"one": b"another", "three": b""}
    assert len(texts) == 2
    assert "two" not in texts


def test_a_second_process_reads_what_was_put_there_before(tmp_path: Path) -> None:
    aside = Overflow(tmp_path)
    place = aside.put("said before")
    child = os.fork()
    if not child:
        os._exit(int(aside.get(place) != "said before"))
    assert os.waitpid(child, 0)[1] == 0


def test_words_that_were_set_aside_have_no_name_and_are_gone_when_the_run_is_killed(tmp_path: Path) -> None:
    said = (
        "import sys, pathlib, tamizdat.disk.overflow as o\n"
        "aside = o.Overflow(pathlib.Path(sys.argv[1]))\n"
        "aside.put('a name that is not published')\n"
        "print(flush=True)\n"
        "input()\n"
    )
    command = [sys.executable, "-c", said, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.readline()
        assert [*tmp_path.iterdir()] == []
        run.send_signal(signal.SIGKILL)
    assert [*tmp_path.iterdir()] == []
