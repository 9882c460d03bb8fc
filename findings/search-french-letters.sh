#!/usr/bin/env bash
# Orama's French tokenizer makes « o » of « œ »: « Le cœur de ville » is found by « cour » (a courtyard), not by
# « coeur ». Its French alphabet has neither « ÿ » nor « æ »: they end a word, so « L’Haÿ » is « ha », a town that
# « hay » does not find, and « Lætitia » is « l » and « titia ».
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" @orama/orama@3.1.18 @orama/stemmers@3.1.18

cat >"$folder/expected" <<'EXPECTED'
@orama/orama 3.1.18
coeur: none
cour: Le cœur de ville | La cour de l’école
ecole: La cour de l’école
hay: none
ha: La mairie de L’Haÿ
titia: Le bureau de Lætitia
EXPECTED

cat >"$folder/read.mjs" <<'NODE'
import { readFileSync } from 'fs';
import { create, insert, search } from '@orama/orama';
import { stemmer } from '@orama/stemmers/french';
const { version } = JSON.parse(readFileSync(new URL('node_modules/@orama/orama/package.json', import.meta.url)));
const tokenizer = { language: 'french', stemming: true, stemmer };
const cards = create({ schema: { title: 'string' }, components: { tokenizer } });
for (const title of ['Le cœur de ville', 'La cour de l’école', 'La mairie de L’Haÿ', 'Le bureau de Lætitia']) {
  insert(cards, { title });
}
console.log('@orama/orama', version);
for (const term of ['coeur', 'cour', 'ecole', 'hay', 'ha', 'titia']) {
  const { hits } = await search(cards, { term });
  console.log(`${term}: ${hits.map((hit) => hit.document.title).join(' | ') || 'none'}`);
}
NODE
node "$folder/read.mjs" >"$folder/output"

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
