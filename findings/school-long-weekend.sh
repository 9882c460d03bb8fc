#!/usr/bin/env bash
# French schools are closed on the Friday and Saturday after Ascension Day, by the order that fixes the school
# calendar. vacances-scolaires-france has them for 2027, not for 2025 nor 2026, years that it covers otherwise;
# the package holidays has all three. A meeting is proposed to parents on a day without school.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  vacances-scolaires-france==0.12.0 holidays==0.109

cat >"$folder/expected" <<'EXPECTED'
vacances-scolaires-france 0.12.0, holidays 0.109
2025-05-30, zones A B C: False False False, True True True
2026-05-15, zones A B C: False False False, True True True
2027-05-07, zones A B C: True True True, True True True
EXPECTED

"$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from datetime import date
from importlib.metadata import version

import holidays
from vacances_scolaires_france import SchoolHolidayDates

dates = SchoolHolidayDates()
print(", ".join(f"{name} {version(name)}" for name in ("vacances-scolaires-france", "holidays")))
for friday in (date(2025, 5, 30), date(2026, 5, 15), date(2027, 5, 7)):
    first = [dates.is_holiday_for_zone(friday, zone) for zone in "ABC"]
    second = [friday in holidays.FR(subdiv=f"Zone {zone}", categories=("school",)) for zone in "ABC"]
    print(f"{friday}, zones A B C:", *first[:2], f"{first[2]},", *second)
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
