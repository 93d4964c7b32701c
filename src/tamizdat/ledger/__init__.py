"""The ledger: an append-only list of commitments that anyone can check and nobody can quietly rewrite.

Pure: bytes in, values out; no file, socket or clock. One page each, to be read in this order:

====================  ==========================================================================
:mod:`.statement`     what somebody vouches for: an in-toto statement, signed, in a DSSE envelope
:mod:`.commitment`    what the public ledger shows of it: a salted hash that tells nothing
:mod:`.tree`          the Merkle tree over the commitments (RFC 6962)
:mod:`.proof`         proofs that a leaf is in the tree, and that the tree has only grown
:mod:`.tiles`         the files in which the tree is published (C2SP tlog-tiles)
:mod:`.note`          signed notes: a text with signatures that fit in an e-mail
:mod:`.checkpoint`    the note that fixes the whole ledger in three lines
:mod:`.cosignature`   witnesses' countersignatures, and how many of them we want
:mod:`.roster`        whose keys count, for which part of the ledger: the root of trust
====================  ==========================================================================

The bytes are specified in ``docs/spec/ledger.md``; others' tools (tlog-tiles, DSSE, in-toto) read them too.
"""
