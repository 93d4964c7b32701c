"""Where bubblewrap does not work, what fails for want of decoded pictures is skipped, and says so.

A desk without a box goes on without pictures, so such a test fails in one of a hundred ways. What counts is that a box
was asked for in its module and there was none, and that there is none on this computer.
"""

from collections.abc import Generator

import pytest

from support.decoding import enter, met, no_box, note_missing

note_missing()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note where we are, and skip what is marked as needing a box."""
    enter(item.nodeid.partition("::")[0])
    if item.get_closest_marker("needs_box") and no_box():
        pytest.skip(no_box())


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
