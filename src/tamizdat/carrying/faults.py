"""What is said of an error that nobody foresaw, where one parcel or consignment must not keep the others from coming.

Bytes from outside reach parsers of ours and of libraries. What those raise beside the errors of
:mod:`tamizdat.errors` is a fault of tamizdat: it is told with its place in the code, never with a value.
"""

import traceback
from pathlib import Path


def describe_fault(error: Exception) -> str:
    """Return one sentence: the kind of the error and the line of our code in which it came up."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "tamizdat" in Path(frame.filename).parts]
    where = [f", {Path(frame.filename).name} line {frame.lineno}" for frame in (ours or list(frames))[-1:]]
    return f"This is a fault in tamizdat itself ({type(error).__name__}{''.join(where)}). Please report it."
