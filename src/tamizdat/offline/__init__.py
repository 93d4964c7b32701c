"""Copies of a published edition to be taken along: one file for Kiwix (ZIM), and a torrent. The same proofs inside.

Both are made of the site's folder after our verifier accepted it, hold its files byte for byte and nothing else, and
are the same bytes whenever they are made of the same files. ``tamizdat verify FILE`` reads them again, offline.
"""
