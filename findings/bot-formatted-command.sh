#!/usr/bin/env bash
# simplematrixbotlib reads a command from `formatted_body`, as HTML, as soon as the message has one. Arguments come
# with their tags and entities; and where the client writes paragraphs, as Element does for a text with an empty
# line, the message begins with <p> and is no command any more. Who put one word in bold gets no answer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check simplematrixbotlib==2.13.1

cat >"$folder/expected" <<'EXPECTED'
simplematrixbotlib 2.13.1
plain: prefix True, command note, arguments ['R&D', '**urgent**']
bold: prefix True, command note, arguments ['R&amp;D', '<strong>urgent</strong>']
two paragraphs: prefix False, command p>!note, arguments ['R&amp;D</p>', '<p>urgent</p>']
EXPECTED

"$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from importlib.metadata import version
from types import SimpleNamespace

import simplematrixbotlib
from nio import Event

MESSAGES = {
    "plain": ("!note R&D **urgent**", None),
    "bold": ("!note R&D **urgent**", "!note R&amp;D <strong>urgent</strong>"),
    "two paragraphs": ("!note R&D\n\nurgent", "<p>!note R&amp;D</p>\n<p>urgent</p>\n"),
}
print("simplematrixbotlib", version("simplematrixbotlib"))
for name, (body, html) in MESSAGES.items():
    content = {"msgtype": "m.text", "body": body}
    if html:
        content |= {"format": "org.matrix.custom.html", "formatted_body": html}
    event = {"type": "m.room.message", "event_id": "$1", "sender": "@camille:example.org", "content": content}
    parsed = Event.parse_event(event | {"origin_server_ts": 1})
    match = simplematrixbotlib.MessageMatch(SimpleNamespace(), parsed, SimpleNamespace(), "!")
    print(f"{name}: prefix {match.prefix()}, command {match.command()}, arguments {match.args()}")
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
