#!/usr/bin/env bash
# chrono-node in French takes the day for an hour where no month follows: « mercredi 9 à 14h » is nine in the
# morning, of another Wednesday. « 14 h 30 », the spelling of French typography, loses its minutes; « 14h30 » keeps
# them. « la réunion de 18h » is 18 hours from now. No error, and no sign that a part of the text was left out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" chrono-node@2.10.3

cat >"$folder/expected" <<'EXPECTED'
chrono-node 2.10.3, on samedi 28 novembre 2026 at 10:00
mercredi 9 décembre à 14h: mer. 09/12 14:00
mercredi 9 à 14h: mer. 25/11 09:00
lundi 7 à 20h: lun. 30/11 07:00
9 décembre à 14h30: mer. 09/12 14:30
9 décembre à 14 h 30: mer. 09/12 14:00
la réunion à 18h: sam. 28/11 18:00
la réunion de 18h: dim. 29/11 04:00
EXPECTED

cat >"$folder/read.cjs" <<'NODE'
const { readFileSync } = require('fs');
const chrono = require('chrono-node');
const { version } = JSON.parse(readFileSync(`${__dirname}/node_modules/chrono-node/package.json`, 'utf8'));
const options = { weekday: 'short', day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit' };
const texts = `mercredi 9 décembre à 14h,mercredi 9 à 14h,lundi 7 à 20h,9 décembre à 14h30,9 décembre à 14 h 30,
la réunion à 18h,la réunion de 18h`.split(/,\s*/);
console.log(`chrono-node ${version}, on samedi 28 novembre 2026 at 10:00`);
for (const text of texts) {
  const day = chrono.fr.parseDate(text, new Date(2026, 10, 28, 10));
  console.log(`${text}: ${day.toLocaleString('fr-FR', options).replace(',', '')}`);
}
NODE
TZ=Europe/Paris node "$folder/read.cjs" >"$folder/output"

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
