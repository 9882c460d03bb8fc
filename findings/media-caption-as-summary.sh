#!/usr/bin/env bash
# feedparser reads `media:description`, the caption of a picture, as one more `description` of the item: the first
# of the two becomes `summary`, the other `content`. The order of an item's elements has no meaning in RSS.
# Readers get the caption where the summary should be, as soon as a publisher writes the picture first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14 feedparser-sgmllib==2.1.0

cat >"$folder/expected" <<'EXPECTED'
feedparser 6.0.14
description first: summary=The bridge reopens on Monday. content=The bridge by night
media first: summary=The bridge by night content=The bridge reopens on Monday.
EXPECTED

"$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
import feedparser

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>News</title><link>https://example.org/</link><description>Local news</description>
<item><title>The bridge</title><link>https://example.org/1</link>{body}</item></channel></rss>"""
MEDIA = """<media:content url="https://example.org/bridge.jpg" medium="image">
<media:description>The bridge by night</media:description></media:content>"""
TEXT = "<description>The bridge reopens on Monday.</description>"
print("feedparser", feedparser.__version__)
for name, body in {"description first": TEXT + MEDIA, "media first": MEDIA + TEXT}.items():
    entry = feedparser.parse(FEED.format(body=body).encode()).entries[0]
    print(f"{name}: summary={entry.summary} content={entry.content[0].value}")
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
