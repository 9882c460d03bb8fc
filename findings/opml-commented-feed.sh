#!/usr/bin/env bash
# In OPML 2.0 `isComment="true"` takes an outline out, with all that it holds: a feed put aside is kept in the list,
# not followed. listparser lists it as any other feed, with nothing that tells them apart.
# A bot that takes a colleague's list in follows the sources that the colleague had silenced.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check listparser==0.20

cat >"$folder/expected" <<'EXPECTED'
listparser 0.20
Nord: url, title, categories, tags
Sud (commented out): url, title, categories, tags
Est (in a folder commented out): url, title, categories, tags
EXPECTED

"$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from importlib.metadata import version

import listparser

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Veille</title></head><body>
<outline text="Nord" type="rss" xmlUrl="https://nord.example.org/rss"/>
<outline text="Sud (commented out)" type="rss" xmlUrl="https://sud.example.org/rss" isComment="true"/>
<outline text="Archives" isComment="true">
<outline text="Est (in a folder commented out)" type="rss" xmlUrl="https://est.example.org/rss"/>
</outline></body></opml>"""
print("listparser", version("listparser"))
for feed in listparser.parse(LIST).feeds:
    print(f"{feed.title}:", ", ".join(feed))
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
