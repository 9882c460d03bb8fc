#!/usr/bin/env bash
# The French stemmer takes a final -it or -ait for a verb ending, only where nothing follows it: `crédit` becomes
# `cred` and `crédits` `crédit`, `petit` becomes `pet` and `petite` `petit` (`produit`, `gratuit` are spared).
# A search that stems both sides misses the plural of the very word asked for; `travaux` never meets `travail`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check snowballstemmer==3.1.1

cat >"$folder/expected" <<'EXPECTED'
snowballstemmer 3.1.1
crédit cred | crédits crédit
débit deb | débits débit
profit prof | profits profit
portrait portr | portraits portrait
petit pet | petite petit
interdit interd | interdite interdit
produit produit | produits produit
gratuit gratuit | gratuite gratuit
travail travail | travaux traval
cheval cheval | chevaux cheval
EXPECTED

PYTHONUTF8=1 "$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from importlib.metadata import version

import snowballstemmer

PAIRS = """crédit crédits, débit débits, profit profits, portrait portraits, petit petite, interdit interdite,
produit produits, gratuit gratuite, travail travaux, cheval chevaux"""
stem = snowballstemmer.stemmer("french").stemWord
print("snowballstemmer", version("snowballstemmer"))
for pair in PAIRS.split(","):
    print(" | ".join(f"{word} {stem(word)}" for word in pair.split()))
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
