"""Numbers of bytes are said as people say them, at the command line and at the workbench."""

import pytest

from tamizdat.text.quantities import amount
from tamizdat.workbench.templating import environment


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_949_999, "9.9 MB"),
        (9_950_000, "10 MB"),
        (10**24, "1000000000 PB"),
    ],
)
def test_amounts_are_said_as_people_say_them(size: int, said: str) -> None:
    assert amount(size) == environment().from_string("{{ size|bytes }}").render(size=size) == said
