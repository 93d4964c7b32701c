"""Time stamps of others on a checkpoint: authorities by RFC 3161, and OpenTimestamps with its calendars.

::

    der          DER, as far as tokens need it
    token        the answer of an authority: what it says, and whether its signer signed that
    chain        whether its signer is an authority that a reader trusts, at the token's own time, and was not revoked
    ots          OpenTimestamps proofs: from a digest to what a block or a calendar holds
    authority    asking an authority; calendar: asking a calendar; defaults: whom, if nobody else is named

The first four are pure, and are read by whoever reads the verifier; nothing in them opens a file or a connection.
"""
