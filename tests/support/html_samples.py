"""Texts that a page must show as they are, and pages that could be read in two ways, for Python and browsers."""

TEXTS = (
    "",
    "\n",
    " ",
    "\r\n\r",
    "a & b &amp; &lt; <b> \"q\" 'q' ]]> --> &#13; &nbsp;",
    "没有了 RT @wang: 谁？//@li:五年了",
    "སྤྱི་ལོ",
    "\u202eعربي\u202c",
    "😀\u200d\ufe0f",
    "\ufeff\u2028\x85",
    '<div data-said="text">',
    "  two  spaces\t",
)


WORDS = '<div data-said="text">x</div>'  #: what would be read if nothing were odd
#: whole pages in whose last tag a value begins that never ends
UNENDED = [
    f'{WORDS[:-1]}">'.encode(),
    f'{WORDS}<img alt"=src="a" onerror=x>'.encode(),
    f'{WORDS}<img x" onload=x>'.encode(),
]
ODD = [
    f"<!-- -->{WORDS}",
    f"<!--><div>-->{WORDS}",
    f"<![CDATA[{WORDS}]]>",
    f"<?x?>{WORDS}",
    f"</ >{WORDS}",
    f"a < b{WORDS}",
    f"<p>{WORDS}</p>",
    *(
        f"<div {each}>{WORDS}</div>"
        for each in ("hidden", 'style="opacity:0"', 'aria-hidden="true"', "popover", "inert")
    ),
    *(
        f'<div {each} data-said="text">x</div>'
        for each in ("hidden", 'style=""', 'aria-hidden="true"', "popover", "inert")
    ),
    '<div data-said="text">x<span hidden>y</span></div>',
    '<div data-said="text" onclick="x">x</div>',
    f"<dialog>{WORDS}</dialog>",
    f"<table>{WORDS}</table>",
    f"<textarea>{WORDS}</textarea>",
    f"<title>{WORDS}</title>",
    f"<script>{WORDS}</script>",
    f"<select>{WORDS}</select>",
    f"<noscript>{WORDS}</noscript>",
    f"<svg>{WORDS}</svg>",
    f"<template>{WORDS}</template>",
    f"<template></template>{WORDS}",
    f"<plaintext></plaintext>{WORDS}",
    f"<frameset></frameset>{WORDS}",
    f"<div>{WORDS}",
    f"{WORDS}</div>",
    f"<b><i></b></i>{WORDS}",
    f"<dialog><textarea></dialog></textarea>{WORDS}",
    f"<DIV>{WORDS}</DIV>",
    "<div data-said='text'>x</div>",
    "<div data-said=text>x</div>",
    '<div data-said="text"/>x</div>',
    '<div data-said="text" data-said="y">x</div>',
    '<p data-said="text">x</p>',
    '<img data-said="text">',
    '<div data-said="text">x<p>y</p></div>',
    '<div data-said="text">x<img src="y"></div>',
    '<div data-said="text">x<script>y</script></div>',
    '<div data-said="text">x<b data-said="text">y</b></div>',
    '<div data-said="text">x&nbsp;y</div>',
    '<div data-said="text">x&amp y</div>',
    '<div data-said="text">x & y</div>',
    '<div data-said="text">&#x41;</div>',
    '<div data-said="text">&#0;</div>',
    '<div data-said="text">&copy</div>',
    '<div\x0bdata-said="text">x</div>',
    f'<div title="<">{WORDS}</div>',
]


def page(inner: str, around: str = "{}") -> bytes:
    return f'<!doctype html>\n<html lang="en"><body class="x">{around.format(inner)}</body></html>\n'.encode()
