r"""A path as people paste it: files that are dragged into a terminal, or copied in a file manager, come in many ways.

>>> pasted_path(" '/media/anna/blue stick' "), pasted_path(r"/media/anna/blue\ stick ")
('/media/anna/blue stick', '/media/anna/blue stick')
>>> pasted_path("file:///media/anna/blue%20stick"), pasted_path("s3://bucket/in")
('/media/anna/blue stick', 's3://bucket/in')
"""

import os
import shlex
from contextlib import suppress
from urllib.parse import unquote


def pasted_path(text: str) -> str:
    """Return the path that was typed or pasted, without quotes, backslashes and ``file://``; what is none as it is.

    A name that is on the disk as it was typed is meant so, whatever characters it has.
    """
    text = text.strip()
    with suppress(ValueError):  # a zero byte: no name
        if os.path.lexists(text):
            return text
    with suppress(ValueError):  # a quote that nothing closes is part of a name
        words = shlex.split(text)
        if len(words) == 1 and words[0].startswith(("/", "~", "file://")):
            text = words[0]
    if text.startswith("file://"):
        text = unquote(text.removeprefix("file://").removeprefix("localhost"))
    return os.path.expanduser(text)  # noqa: PTH111  which leaves "~anna" as it is, where nobody is called so
