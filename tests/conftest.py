"""Where bubblewrap does not work, what fails for want of decoded pictures is skipped, and says so.

A desk without a box goes on without pictures, so such a test fails in one of a hundred ways. What counts is that a box
was asked for in its module and there was none, and that there is none on this computer.

What hypothesis tries is the same in every run, so that a change is judged by what it changed. Search on with other
examples, three times as many and as often as you like: ``scripts/test --hypothesis-profile=search tests/property``.

The end of the whole suite names the files that took longest, for that is where to begin when it has become slow.

Compiled code is kept under ``build``, whatever the surroundings say of it: without it each of some thousand processes
compiles the whole program, its templates and its catalogues anew.
"""

import contextlib
import gc
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

COMPILED = Path(__file__).parents[1] / "build/compiled"  # beside no source: a tree of sources stays one
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(COMPILED)
sys.dont_write_bytecode = False

import pytest  # noqa: E402  # what is imported from here on is compiled once: pytest rewrites hypothesis too
from hypothesis import settings  # noqa: E402

import support.cheap_keys  # noqa: E402, F401
from support.decoding import enter, met, no_box, note_missing  # noqa: E402

note_missing()

# Whoever starts the tests in the background may have Ctrl-C ignored, and so would every command that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# the machine may be shared: a slow example is no failure
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("suite")

MANY = 500  #: descriptors


def pytest_collection_finish() -> None:
    """Look for garbage no more among the tests and modules that stay till the end: it was a tenth of all time."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note where we are, and skip what is marked as needing a box."""
    enter(item.nodeid.partition("::")[0])
    if item.get_closest_marker("needs_box") and no_box():
        pytest.skip(no_box())


def pytest_runtest_teardown() -> None:
    """Close what tests left open, before a process has so many descriptors that others cannot take theirs."""
    with contextlib.suppress(OSError):
        if len(os.listdir("/proc/self/fd")) > MANY:  # noqa: PTH208 -- a hundred times as fast, for each test
            gc.collect()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a failure for want of a box into a skip with the reason."""
    report = yield
    if report.failed and item.nodeid.partition("::")[0] in met and no_box():
        path, line, _ = item.location
        report.outcome = "skipped"
        report.longrepr = (path, line or 0, f"Skipped: {no_box()}")
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the files that took longest, if many tests were run: their share of all, with what was made for them."""
    reports = [
        each for found in terminalreporter.stats.values() for each in found if isinstance(each, pytest.TestReport)
    ]
    if len(reports) < 5_000:
        return
    seconds: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        seconds[report.nodeid.partition("::")[0]] += report.duration
    terminalreporter.section("the slowest files")
    for path in sorted(seconds, key=seconds.__getitem__, reverse=True)[:10]:
        terminalreporter.line(f"{seconds[path]:6.1f} s  {seconds[path] / sum(seconds.values()):5.1%}  {path}")
