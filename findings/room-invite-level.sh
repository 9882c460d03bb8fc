#!/usr/bin/env bash
# Where m.room.power_levels names no level for inviting, every member may invite: the level is 0 (Matrix 1.3, which
# put right an earlier text; Synapse never had another). matrix-nio and mautrix still count 50, and nio writes its 50
# into the event's own `source`: a bot that sends these levels back with one change takes invitations from everybody.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
  matrix-nio==0.26.0 mautrix==0.21.1 matrix-synapse==1.163.2

cat >"$folder/expected" <<'EXPECTED'
matrix-synapse 1.163.2: may invite True
mautrix 0.21.1: level 50
matrix-nio 0.26.0: may invite False, source 50
EXPECTED

"$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from importlib.metadata import version

from mautrix.types import PowerLevelStateEventContent
from nio import Event, MatrixRoom
from synapse.api.errors import AuthError
from synapse.api.room_versions import RoomVersions
from synapse.event_auth import check_state_dependent_auth_rules
from synapse.events import make_event_from_dict

ALEX, LOU = "@alex:example.org", "@lou:example.org"


def event(kind, key, content, sender="@camille:example.org"):
    common = {"room_id": "!r:example.org", "origin_server_ts": 1, "depth": 1, "hashes": {}, "signatures": {}}
    return common | {"type": kind, "state_key": key, "content": content, "sender": sender}


def levels():
    return event("m.room.power_levels", "", {"users": {"@camille:example.org": 100}})


def on_server(fields):
    return make_event_from_dict(fields | {"auth_events": [], "prev_events": []}, room_version=RoomVersions.V10)


joined = event("m.room.member", ALEX, {"membership": "join"}, ALEX)
try:
    state = map(on_server, [event("m.room.create", "", {}), levels(), joined])
    check_state_dependent_auth_rules(on_server(event("m.room.member", LOU, {"membership": "invite"}, ALEX)), state)
    print(f"matrix-synapse {version('matrix-synapse')}: may invite True")
except AuthError:
    print(f"matrix-synapse {version('matrix-synapse')}: may invite False")
print(f"mautrix {version('mautrix')}: level", PowerLevelStateEventContent.deserialize(levels()["content"]).invite)
room, parsed = MatrixRoom("!r:example.org", ALEX), Event.parse_event(levels() | {"event_id": "$1"})
room.handle_event(parsed)
print(f"matrix-nio {version('matrix-nio')}: may invite", room.power_levels.can_user_invite(ALEX), end=", ")
print("source", parsed.source["content"].get("invite"))
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
