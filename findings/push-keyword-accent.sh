#!/usr/bin/env bash
# A keyword rule, read by the server for the phone and by the client for the screen. The specification says that any
# character but A-Z, a-z, 0-9 and _ ends a word; matrix-js-sdk does so: « mission » is in « émission », « projet » in
# « projeté ». Synapse goes by the letters of Unicode and finds neither. The screen lights up, the phone keeps still.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check matrix-synapse==1.163.2
npm install --silent --no-audit --no-fund --prefix "$folder" matrix-js-sdk@43.0.0

cat >"$folder/expected" <<'EXPECTED'
matrix-js-sdk 43.0.0
mission in « une émission »: true
projet in « c’est projeté »: true
mission in « une mission »: true
matrix-synapse 1.163.2
mission in « une émission »: false
projet in « c’est projeté »: false
mission in « une mission »: true
EXPECTED
printf '%s\n' 'mission|une émission' 'projet|c’est projeté' 'mission|une mission' >"$folder/pairs"

cat >"$folder/read.mjs" <<'NODE'
import { readFileSync } from 'fs';
import { MatrixEvent } from 'matrix-js-sdk/lib/models/event.js';
import { PushProcessor } from 'matrix-js-sdk/lib/pushprocessor.js';
const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const processor = new PushProcessor({ supportsIntentionalMentions: () => true });
console.log('matrix-js-sdk', JSON.parse(read('node_modules/matrix-js-sdk/package.json')).version);
for (const [pattern, body] of read('pairs').trim().split('\n').map((line) => line.split('|'))) {
  const event = new MatrixEvent({ type: 'm.room.message', content: { msgtype: 'm.text', body } });
  const rule = { conditions: [{ kind: 'event_match', key: 'content.body', pattern }] };
  console.log(`${pattern} in « ${body} »: ${processor.ruleMatchesEvent(rule, event)}`);
}
NODE
node "$folder/read.mjs" >"$folder/output"

PYTHONUTF8=1 "$folder/venv/bin/python" - "$folder/pairs" >>"$folder/output" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

from synapse.synapse_rust.push import PushRuleEvaluator

print("matrix-synapse", version("matrix-synapse"))
for pattern, body in (line.split("|") for line in Path(sys.argv[1]).read_text().splitlines()):
    evaluator = PushRuleEvaluator({"content.body": body}, False, 2, 0, {}, {}, False, [], False, False, False)
    condition = {"kind": "event_match", "key": "content.body", "pattern": pattern}
    print(f"{pattern} in « {body} »: {str(evaluator.matches(condition, None, None)).lower()}")
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
