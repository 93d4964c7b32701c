#!/bin/sh
# What: Babel 2.19.0, Werkzeug 3.1.9 (PyPI), with langcodes 3.5.1 to compare
# Guess: a reader whose browser asks for zh-HK or zh-TW gets the traditional Chinese of a site that has zh-Hans and
#   zh-Hant.
# Does: Babel's negotiate_locale gives nothing, Werkzeug's best_match gives English, which the reader named last, or
#   nothing: neither knows which script a region writes. langcodes does.
# Seen: 'zh-HK,zh;q=0.9,en;q=0.5': None and 'en'; langcodes: zh-Hant.
# Source: CLDR, likelySubtags: zh_HK is zh_Hant_HK; RFC 4647, 3.4 'lookup' knows nothing of that, BCP 47 tags do.
# Instead: offer zh-TW, zh-HK and zh-MO beside zh-Hant, and zh-CN and zh-SG beside zh-Hans, or choose with langcodes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq babel==2.19.0 werkzeug==3.1.9 langcodes==3.5.1 || exit 2

venv/bin/python - <<'END'
import sys
import langcodes
from babel import negotiate_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

HERE = ["en", "zh-Hans", "zh-Hant"]
accept = parse_accept_header("zh-HK,zh;q=0.9,en;q=0.5", LanguageAccept)
babel, werkzeug = negotiate_locale(["zh-HK", "zh"], HERE, sep="-"), accept.best_match(HERE)
right = langcodes.closest_match("zh-HK", HERE)[0]
print(babel, werkzeug, right)
if right != "zh-Hant":
    sys.exit(f"changed: langcodes gives {right}")
if (babel, werkzeug) != (None, "en"):
    sys.exit(f"changed: Babel gives {babel}, Werkzeug {werkzeug}")
END
