#!/usr/bin/env bash
# An Atom entry may have one alternate link per language (RFC 4287, 4.1.2: same type, different hreflang).
# feedparser's `entry.link` is the last of them, whatever the language of the feed; all are in `entry.links`.
# Readers of a French feed are sent to the English page because the publisher added a translation.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14 feedparser-sgmllib==2.1.0

cat >"$folder/expected" <<'EXPECTED'
feedparser 6.0.14
fr then en: https://example.org/en
en then fr: https://example.org/fr
EXPECTED

"$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
import feedparser

FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
<title>Le quartier</title><id>tag:example.org,2026:feed</id><updated>2026-01-01T00:00:00Z</updated>
<author><name>A. Martin</name></author>
<entry><title>Le pont rouvre</title><id>tag:example.org,2026:1</id><updated>2026-01-01T00:00:00Z</updated>
{links}<summary>Lundi.</summary></entry></feed>"""
LINK = '<link rel="alternate" type="text/html" hreflang="{0}" href="https://example.org/{0}"/>'
print("feedparser", feedparser.__version__)
for order in (["fr", "en"], ["en", "fr"]):
    feed = feedparser.parse(FEED.format(links="".join(map(LINK.format, order))).encode())
    print(" then ".join(order) + ":", feed.entries[0].link)
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
