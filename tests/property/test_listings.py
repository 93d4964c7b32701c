"""Whatever a server sends as a listing, it is read or refused, and nothing else happens."""

from hypothesis import given
from hypothesis import strategies as st

from tamizdat.places.listings import BadListing, bucket_page, error_code, webdav_entries

PIECES = [
    b"<?xml version='1.0'?>", b"<multistatus xmlns='DAV:'>", b"</multistatus>", b"<response>", b"</response>",
    b"<href>/a/9/9x</href>", b"<resourcetype><collection/></resourcetype>", b"<getcontentlength>5</getcontentlength>",
    b"<ListBucketResult>", b"</ListBucketResult>", b"<Contents><Key>9/9x</Key></Contents>", b"<IsTruncated>true",
    b"</IsTruncated>", b"<CommonPrefixes><Prefix>9/</Prefix></CommonPrefixes>", b"<!DOCTYPE x>", b"&amp;", b"&x;",
    b"<![CDATA[", b"]]>", b"\xff", b"\0", b"<", b"<Code>AccessDenied</Code>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=30))
def test_a_listing_is_read_or_refused(pieces: list[bytes]) -> None:
    for read in (lambda: [*webdav_entries(pieces)], lambda: bucket_page(pieces)):
        try:
            read()
        except BadListing:
            continue
    assert error_code(b"".join(pieces)) in ("", "AccessDenied")


@given(st.integers(min_value=1, max_value=60))
def test_how_it_is_cut_into_pieces_changes_nothing(size: int) -> None:
    whole = (
        b"<D:multistatus xmlns:D='DAV:'><D:response><D:href>/a/9/9%C3%A9</D:href><D:propstat><D:prop>"
        b"<D:getcontentlength>7</D:getcontentlength></D:prop></D:propstat></D:response>\n<D:response><D:href>/a/</D:href><D:propstat><D:prop>"
        b"<D:resourcetype><D:collection/></D:resourcetype></D:prop></D:propstat></D:response></D:multistatus>"
    )
    entries = [*webdav_entries(whole[at : at + size] for at in range(0, len(whole), size))]
    found = [(entry.path, entry.size, entry.folder) for entry in entries]
    assert found == [("/a/9/9%C3%A9", 7, False), ("/a/", None, True)]
