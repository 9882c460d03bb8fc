"""Run by path as a process of its own:
what to typeset on its standard input (JSON), the file on its standard output.

Templates are files of this folder, what people typed is data to them. Typst reads nothing but this folder,
and no network. Nothing of the project is imported.
"""

import json
import resource
import sys
from importlib.util import find_spec
from pathlib import Path

SECONDS = 8  # of processor
MEMORY = 2_000_000_000  # bytes of addresses, most of them the library itself, mapped
FOLDER = Path(__file__).parent
DENSITY = 144.0  # points an inch: two pixels a point


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import typst  # here, so that nothing else pays for it

    wanted = json.load(sys.stdin.buffer)
    try:
        made = typst.compile(
            str(FOLDER / f"{wanted['template']}.typ"),
            root=str(FOLDER),
            font_paths=_fonts(),
            ignore_system_fonts=True,  # the same on every machine
            format=wanted["format"],
            ppi=DENSITY,
            sys_inputs={"data": json.dumps(wanted["data"])},
            pdf_standards="ua-1" if wanted["format"] == "pdf" else [],
            timestamp=wanted["timestamp"] or None,
        )
    except typst.TypstError as error:
        sys.stderr.write(f"{error.message if hasattr(error, 'message') else type(error).__name__}\n")
        return 1
    sys.stdout.buffer.write(made)
    return 0


def _fonts() -> list[str]:
    spec = find_spec("font_source_sans_pro")
    return [str(Path(spec.origin).parent / "files")] if spec and spec.origin else []


if __name__ == "__main__":
    sys.exit(main())
