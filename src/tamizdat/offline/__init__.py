"""Copies of a published edition to be taken along: one file for Kiwix (ZIM), and the torrent of that.

It is made of the site's folder after our verifier accepted it, holds its files byte for byte and nothing else, and is
the same bytes whenever it is made of the same files. ``tamizdat verify FILE`` reads them again, offline.
"""
