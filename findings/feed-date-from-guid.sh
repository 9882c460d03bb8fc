#!/usr/bin/env bash
# fastfeedparser reads the `guid` of an RSS item that has no `pubDate` as a date, unless it is a web address: item
# number 12 is published on the 12th of this month. RSS 2.0 calls a guid a string and nothing more.
# An undated old page passes for this month's news; feedparser gives no date where the publisher gave none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  fastfeedparser==0.6.5 feedparser==6.0.14 feedparser-sgmllib==2.1.0

cat >"$folder/expected" <<'EXPECTED'
fastfeedparser 0.6.5, feedparser 6.0.14
guid 12: day 12 of this month, none
guid 7: day 07 of this month, none
guid 2019-4: month 2019-04, none
guid page-12: none, none
EXPECTED

TZ=UTC "$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from datetime import UTC, datetime
from importlib.metadata import version

import fastfeedparser
import feedparser

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Ville</title><link>https://example.org/</link><description>Pages</description>
<item><title>Le pont</title><link>https://example.org/pont</link><guid isPermaLink="false">{0}</guid></item>
</channel></rss>"""
print(f"fastfeedparser {version('fastfeedparser')}, feedparser {version('feedparser')}")
for guid in ("12", "7", "2019-4", "page-12"):
    text = FEED.format(guid)
    seen = fastfeedparser.parse(text).entries[0].get("published")
    if seen and seen[:7] == f"{datetime.now(UTC):%Y-%m}":
        seen = f"day {seen[8:10]} of this month"
    elif seen:
        seen = f"month {seen[:7]}"
    print(f"guid {guid}: {seen or 'none'}, {feedparser.parse(text.encode()).entries[0].get('published', 'none')}")
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
