"""What a reader who trusts none of us runs: is this site, or this one item, what its desk once vouched for?

Read in this order: :mod:`.report` (what the answer looks like), :mod:`.claims` (what an edition and an item say),
:mod:`.folder` (files, some of them hostile), :mod:`.verify` (the chain itself). The algorithm is in
``docs/spec/verification.md``, for a second implementation; ``publishing/site/static/verify.js`` is one.
"""

from tamizdat.verifying.report import Link, Report, Seen, Verdict
from tamizdat.verifying.verify import verify

__all__ = ["Link", "Report", "Seen", "Verdict", "verify"]
