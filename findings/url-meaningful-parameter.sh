#!/usr/bin/env bash
# courlan's `normalize_url` takes `source`, `ref` and `medium` for trackers, even with strict=False and whatever
# their value; `strict=True` goes on to keep only a short list of names, and drops `topic` too.
# Pages told apart by such a parameter become one: the second is lost as a duplicate, its link leads elsewhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check courlan==1.4.0

cat >"$folder/expected" <<'EXPECTED'
courlan 1.4.0
?source=42 default: https://example.org/show strict: https://example.org/show
?source=43 default: https://example.org/show strict: https://example.org/show
?ref=42 default: https://example.org/show strict: https://example.org/show
?medium=book default: https://example.org/show strict: https://example.org/show
?topic=42 default: https://example.org/show?topic=42 strict: https://example.org/show
?id=42 default: https://example.org/show?id=42 strict: https://example.org/show?id=42
EXPECTED

"$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from importlib.metadata import version

from courlan import normalize_url

print("courlan", version("courlan"))
for query in ("source=42", "source=43", "ref=42", "medium=book", "topic=42", "id=42"):
    page = f"https://example.org/show?{query}"
    print(f"?{query} default: {normalize_url(page)} strict: {normalize_url(page, strict=True)}")
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."
