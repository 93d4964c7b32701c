"""What a later version may have stated is broken for this one, which says what to do: it may be the older one."""

from dataclasses import replace

import pytest

from support.attacks.statements import STATEMENTS
from tamizdat.encoding import Json
from tamizdat.errors import BadStatement
from tamizdat.statements import derived

NEWER = "Check it with a newer version of this program."


@pytest.mark.parametrize(
    ("changes", "newer"),
    [
        ({"more": "told"}, True),
        ({"voice": {"id": "", "handle": "", "name": "", "more": ""}}, True),
        ({"kind": "painting"}, True),
        ({"kind": None}, False),
        ({"voice": {"id": "", "handle": ""}}, False),
        ({"text": 1}, False),
    ],
    ids=str,
)
def test_only_of_what_is_all_that_is_known_and_more_it_is_said_to_look_with_a_newer_version(
    changes: dict[str, Json], newer: bool
) -> None:
    sound = STATEMENTS["post"]
    with pytest.raises(BadStatement) as refused:
        derived.read(replace(sound, predicate={**sound.predicate, **changes}))
    assert str(refused.value).endswith(NEWER) is newer
