"""AWS's own published examples of Signature Version 4 for S3 ("Examples: Signature Calculations")."""

from datetime import UTC, datetime

import pytest

from tamizdat.places.s3_signature import Login, signed_headers

LOGIN = Login("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
WHEN = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "examplebucket.s3.amazonaws.com"


@pytest.mark.parametrize(
    ("method", "path", "query", "more", "body", "signature"),
    [
        ("GET", "/test.txt", {}, {"range": "bytes=0-9"}, b"",
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("PUT", "/test%24file.text", {},
         {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
         b"Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        ("GET", "/", {"lifecycle": ""}, {}, b"", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("GET", "/", {"max-keys": "2", "prefix": "J"}, {}, b"",
         "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)  # fmt: skip
def test_a_request_is_signed_as_in_the_published_example(
    method: str, path: str, query: dict[str, str], more: dict[str, str], body: bytes, signature: str
) -> None:
    signed = signed_headers(LOGIN, method, path, query, {"host": HOST, **more}, body, WHEN)
    assert signed["authorization"].endswith(f"Signature={signature}")


def test_a_login_is_not_shown() -> None:
    assert "EXAMPLE" not in repr(LOGIN)
