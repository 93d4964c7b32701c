"""The ledger: an append-only list of commitments that anyone can check and nobody can quietly rewrite.

Pure: bytes in, values out. To be read in this order: ``statement`` (what somebody vouches for), ``commitment`` (what
the public ledger shows of it), ``tree``, ``proof``, ``tiles`` (how it is published), ``note``, ``checkpoint``,
``cosignature`` (who watches it), ``roster`` (whose keys count). The bytes are specified in ``docs/spec/ledger.md``.
"""
