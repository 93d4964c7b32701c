"""The same posts as sources of a site for Hugo and for Pelican: a page a post in each language, tags, days, feeds.

Both get the plainest templates that hold what a reader needs, and do no more work than that.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

HUGO = {
    "hugo.toml": """baseURL = "https://example.org/"
defaultContentLanguage = "en"
[languages.en]
weight = 1
[languages.zh]
weight = 2
[taxonomies]
tag = "tags"
day = "days"
""",
    "layouts/_default/baseof.html": """<!doctype html>
<html lang="{{ .Site.Language.Lang }}"><head><meta charset="utf-8"><title>{{ .Title }}</title>
{{ range .Translations }}<link rel="alternate" hreflang="{{ .Language.Lang }}" href="{{ .RelPermalink }}">{{ end }}
</head><body><main>{{ block "main" . }}{{ end }}</main></body></html>
""",
    "layouts/_default/single.html": """{{ define "main" }}<article><h1>{{ .Title }}</h1>
<time>{{ .Date.Format "2006-01-02" }}</time>{{ .Content }}
<ul>{{ range .GetTerms "tags" }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</ul>
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</article>{{ end }}
""",
    "layouts/_default/list.html": """{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range (.Paginate .Pages 100).Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</ul>{{ end }}
""",
}
PELICAN = """SITENAME = "Posts"
SITEURL = "https://example.org"
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "simple"
DEFAULT_PAGINATION = 100
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = "feeds/all-{lang}.atom.xml"
DAY_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/{date:%d}/index.html"
"""


class Words(NamedTuple):
    """A post and its translation."""

    number: int
    day: str
    chinese: str
    english: str

    def pages(self) -> Iterator[tuple[str, str, str]]:
        """Language, title and body of its pages: both texts, that in the page's language first."""
        yield "en", self.english[:60], f"> {self.english}\n\n> {self.chinese}\n"
        yield "zh", self.chinese[:24], f"> {self.chinese}\n\n> {self.english}\n"


def write_hugo(folder: Path, posts: Iterable[Words]) -> None:
    """Sources for Hugo."""
    for name, content in HUGO.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "content/posts").mkdir(parents=True)
    for post in posts:
        for language, title, body in post.pages():
            front = {"title": title, "date": post.day, "tags": ["list"], "days": [post.day]}
            page = f"{json.dumps(front, ensure_ascii=False)}\n\n{body}"
            (folder / f"content/posts/{post.number}.{language}.md").write_text(page, encoding="utf-8")


def write_pelican(folder: Path, posts: Iterable[Words]) -> None:
    """Sources for Pelican, which fails on slugs that end in a digit."""
    (folder / "content").mkdir(parents=True)
    (folder / "pelicanconf.py").write_text(PELICAN, encoding="utf-8")
    for post in posts:
        for language, title, body in post.pages():
            head = f"Title: {title}\nDate: {post.day}\nSlug: post-{post.number}-x\nLang: {language}\nTags: list\n"
            page = f"{head}\n{body}"
            (folder / f"content/{post.number}.{language}.md").write_text(page, encoding="utf-8")
