#!/usr/bin/env bash
# « The first Monday of the month » is `mon#1` in cronsim and croniter. APScheduler's from_crontab takes it, drops
# « #1 » and fires every Monday; so with `mon-fri/2`, which fires every working day. Numbers are checked to the end
# (`1#1` is refused), names only at their beginning. A monthly reminder is sent four times a month, without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check APScheduler==3.11.3 cronsim==2.8

cat >"$folder/expected" <<'EXPECTED'
APScheduler 3.11.3, cronsim 2.8
0 9 * * mon#1: 07/12 14/12 21/12 28/12, 07/12 04/01 01/02 01/03
0 9 * * 1#1: refused (ValueError), 07/12 04/01 01/02 01/03
0 9 * * mon-fri/2: 01/12 02/12 03/12 04/12, 02/12 04/12 07/12 09/12
EXPECTED

"$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from apscheduler.triggers.cron import CronTrigger
from cronsim import CronSim

START = datetime(2026, 12, 1, tzinfo=UTC)


def apscheduler_days(expression):
    trigger, day = CronTrigger.from_crontab(expression, timezone=UTC), START
    for _ in range(4):
        fires = trigger.get_next_fire_time(None, day)
        day = fires + timedelta(minutes=1)
        yield fires


def first_four(days):
    try:
        return " ".join(f"{next(days):%d/%m}" for _ in range(4))
    except Exception as error:
        return f"refused ({type(error).__name__})"


print(f"APScheduler {version('APScheduler')}, cronsim {version('cronsim')}")
for expression in ("0 9 * * mon#1", "0 9 * * 1#1", "0 9 * * mon-fri/2"):
    print(f"{expression}: {first_four(apscheduler_days(expression))}, {first_four(CronSim(expression, START))}")
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
