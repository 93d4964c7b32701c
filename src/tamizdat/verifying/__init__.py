"""Whether a site, or one item, is what its desk once vouched for: what a reader who trusts none of us runs.

Read in this order, each importing only those above it:

* :mod:`.links`: the links of an answer, each with a verdict and the reason for it; :mod:`.report`: the answer
* :mod:`.untrusted_folder`: files, some of them hostile
* :mod:`.edition`: the lists of an edition
* :mod:`.openings`: what is opened beside a post, and the text in captured bytes
* :mod:`.page_text`: the words that a page shows; :mod:`.item_file`: what lies beside it
* :mod:`.generated_files`: the files that are made after the list of files
* :mod:`.evidence`: what was read so far, and whether a statement counts by it
* :mod:`.site_links`: the links of a whole site; :mod:`.listed_files`: that every file of it is listed
* :mod:`.post_links`: those of a post
* :mod:`.item_page`: the pages of one item by itself, against the list of files
* :mod:`.item_links`: those of one item
* :mod:`.verify`: which links are judged, of a site or of one item

What statements say is read by :mod:`tamizdat.statements`. The algorithm is in ``docs/spec/verification.md``, for a
second implementation; ``publishing/site/static/verify.js`` is one.
"""

from tamizdat.verifying.report import Link, Report, Seen, Verdict
from tamizdat.verifying.verify import verify

__all__ = ["Link", "Report", "Seen", "Verdict", "verify"]
