"""Replay: of a hostile page nothing is left that could go anywhere; what a page shows is inside the document."""

import base64
import io
import re

import pytest

from support.web_samples import URL, answer, page, record
from tamizdat.captures.replay import MAX_DEPTH, POLICY, replay
from tamizdat.captures.warc import BadWebArchive
from tamizdat.captures.web_archive import WebArchive

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def replayed(html: str, *more: bytes) -> str:
    with WebArchive(io.BytesIO(page(html=html) + b"".join(more))) as web:
        contents = web.contents()
        return replay(web, contents, contents.by_uri[URL][0])


@pytest.mark.parametrize(
    "hostile",
    [
        '<script>fetch("https://evil.example/")</script>',
        '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
        '<link rel="preconnect dns-prefetch prefetch" href="https://evil.example/">',
        '<link rel=stylesheet href="https://evil.example/a.css">',
        '<form action="https://evil.example/"><input name=a></form>',
        '<a href="https://evil.example/" ping="https://evil.example/">x</a>',
        '<img src="https://evil.example/a.png" onerror="alert(1)">',
        '<img srcset="https://evil.example/a.png 2x">',
        '<iframe src="https://evil.example/"></iframe>',
        '<iframe srcdoc="<script>1</script>"></iframe>',
        '<object data="https://evil.example/"></object><embed src="https://evil.example/">',
        '<svg><script>fetch("https://evil.example/")</script><image href="https://evil.example/"/></svg>',
        '<base href="https://evil.example/"><img src="a.png">',
        '<base href="https://[evil.example/"><img src="a.png"><link rel=stylesheet href="b.css">',
        '<div style="background: url(https://evil.example/a.png)">x</div>',
        '<style>@import "https://evil.example/a.css"; p { background: url("https://evil.example/b.png") }</style>',
        '<style></style><script>1</script>',
        '<p title="&quot;><script>1</script>">x</p>',
        '<video src="https://evil.example/a.mp4" poster="https://evil.example/b.png"></video>',
        '<noscript><img src="https://evil.example/"></noscript>',
        '<!--><img src=x onerror=1>-->',
        '<body onload="1" background="https://evil.example/">',
        '<math><mtext><style><img src=x onerror=1></style></mtext></math>',
        '<template><script>1</script></template>',
        '<plaintext><script>1</script>',
    ],
)  # fmt: skip
def test_nothing_is_left_that_could_go_anywhere(hostile: str) -> None:
    made = replayed(f"<p>before</p>{hostile}<p>after</p>")
    told = re.sub(r' title="[^"]*"', "", made)
    assert "evil.example" not in told
    tags = re.findall(r"<([a-z][a-z0-9]*)([^>]*)>", told)
    assert not {"script", "meta", "link", "base", "form", "input", "iframe", "object", "embed", "svg"} & {
        name for name, inside in tags if inside.strip() != 'charset="utf-8"'
    }
    assert not re.search(r"\s(on\w+|href|srcset|srcdoc|ping|action|background)=", " ".join(each for _, each in tags))
    assert "before" in made


def test_what_the_archive_has_is_put_inside() -> None:
    css = b'@import "more.css"; body { background: url(bg.png) }'
    made = replayed(
        '<link rel=stylesheet href="/s/a.css"><img src="p.png" alt="&lt;gate&gt;">',
        record("response", "https://school.example/s/a.css", answer(css, "text/css")),
        record("response", "https://school.example/s/more.css", answer(b"p { color: red }", "text/css")),
        record("response", "https://school.example/s/bg.png", answer(PNG, "image/png")),
        record("response", "https://school.example/p.png", answer(PNG, "image/png")),
    )
    data = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert f'src="{data}"' in made
    assert f'url("{data}")' in made
    assert "p { color: red }" in made
    assert 'alt="&lt;gate&gt;"' in made


def test_a_style_sheet_cannot_end_its_element() -> None:
    css = b"p { content: '</style><script>1</script>' }"
    sheet = record("response", "https://school.example/a.css", answer(css, "text/css"))
    assert "<script" not in replayed('<link rel=stylesheet href="a.css">', sheet)


def test_words_without_a_body_are_shown_and_entities_stay_words() -> None:
    made = replayed("<head><title>t</title><p>a &lt;script&gt; b &#0000000065;&#99999999999999999999; < 5")
    assert (
        "<p>a &lt;script&gt; b A\ufffd; &lt; 5" in made.replace("\ufffd", "\ufffd", 1) or "a &lt;script&gt; b A" in made
    )
    assert "<title" not in made


def test_a_frame_may_load_nothing_and_run_nothing() -> None:
    assert POLICY.startswith("sandbox; default-src 'none';")
    assert "allow-" not in POLICY
    assert "http" not in POLICY


def test_elements_within_one_another_are_bounded() -> None:
    made = replayed("<b>" * 5_000 + "deep" + "</i>" * 5_000)
    assert made.count("<b>") == made.count("</b>") == MAX_DEPTH
    assert "deep" in made


def test_what_is_no_page_is_refused_with_the_reason() -> None:
    with WebArchive(io.BytesIO(record("response", URL, answer(b"x", "text/html", Content_Encoding="zstd")))) as web:
        contents = web.contents()
        with pytest.raises(BadWebArchive, match="packed by zstd"):
            replay(web, contents, contents.by_uri[URL][0])
