#!/usr/bin/env bash
# Babel's format_interval, asked for hours (`Hm`) of something that lasts several days, drops the days: from Monday
# 14:00 to Wednesday 12:00 reads « 14:00 – 12:00 ». CLDR puts the day in where the two ends differ by it
# (TR35, interval formats), as Node does from the same data. A two-day seminar looks like a slip of the pen.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0

cat >"$folder/expected" <<'EXPECTED'
babel 2.19.0, same day: 14:00 – 16:00
babel 2.19.0, two days on: 14:00 – 12:00
Node, two days on: names the days true
EXPECTED

PYTHONUTF8=1 "$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from datetime import datetime
from importlib.metadata import version

from babel.dates import format_interval

START = datetime(2026, 12, 7, 14)
for name, end in {"same day": datetime(2026, 12, 7, 16), "two days on": datetime(2026, 12, 9, 12)}.items():
    text = format_interval(START, end, "Hm", locale="fr")
    print(f"babel {version('babel')}, {name}:", " ".join(text.split()))
PYTHON
node --eval "
const hours = new Intl.DateTimeFormat('fr', { hour: '2-digit', minute: '2-digit' });
const text = hours.formatRange(new Date(2026, 11, 7, 14), new Date(2026, 11, 9, 12));
console.log('Node, two days on: names the days', /07.12.*14:00.*09.12.*12:00/.test(text));" >>"$folder/output"

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
