#!/usr/bin/env bash
# dateparser in French reads an hour without minutes as a length of time, or as a year: « 14h » is fourteen hours
# ago, « demain 9h » tomorrow at the present hour plus nine, « 15 décembre 14h » the year 2014. With « à » or with
# minutes (« 14h00 ») it is the hour. Announcements of meetings mostly have neither.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0

cat >"$folder/expected" <<'EXPECTED'
dateparser 1.5.0, on 2026-11-28 at 10:00
14h: 2026-11-27 20:00
14h00: 2026-11-28 14:00
demain 9h: 2026-11-29 19:00
demain à 9h: 2026-11-29 09:00
15 décembre 14h: 2014-12-15 00:00
15 décembre à 14h: 2026-12-15 14:00
EXPECTED

PYTHONUTF8=1 "$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from datetime import datetime
from importlib.metadata import version

import dateparser

NOW = datetime(2026, 11, 28, 10)
print("dateparser", version("dateparser") + ", on", f"{NOW:%Y-%m-%d at %H:%M}")
for text in ("14h", "14h00", "demain 9h", "demain à 9h", "15 décembre 14h", "15 décembre à 14h"):
    read = dateparser.parse(text, languages=["fr"], settings={"RELATIVE_BASE": NOW})
    print(f"{text}: {read:%Y-%m-%d %H:%M}")
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
