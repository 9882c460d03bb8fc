"""Classification, which themes a resource is likely about:
by the words of its address and of whoever recommends it, and by what the same site was filed under.
"""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.themes import Theme, all_themes
from storage.resources import library
from storage.resources.words import stems
from storage.tables import Resource

PROPOSED = 3
# a theme's whole name is there; a word of it; all that the site's other cards weigh together
NAMED, TOUCHED, SAME_SITE = 4.0, 1.0, 2.0


async def likely_themes(db: AsyncSession, row: Resource) -> list[Theme]:
    """Three, the likeliest first; without any sign, those under which most is filed, then those of
    priority.
    """
    path = urlsplit(row.link)
    stems_found = set(stems(unquote(f"{path.path} {path.query}").replace("-", " "))) | set(
        stems(f"{row.title} {row.why} {row.description}")
    )
    here, everywhere = await library.themes(db, f"{path.scheme}://{path.netloc}/"), await library.themes(db)

    def worth(theme: Theme) -> float:
        return _mentions(theme, stems_found) + SAME_SITE * _share(here, theme) + _share(everywhere, theme) / 2

    # of equals, the order of themes.yaml
    return sorted(all_themes(), key=lambda theme: -worth(theme))[:PROPOSED]


def mentioned_themes(text: str) -> list[Theme]:
    """Those that a text names or touches, the likeliest first; of equals, the order of themes.yaml."""
    found = set(stems(text))
    worth = {theme.id: _mentions(theme, found) for theme in all_themes()}
    return sorted((each for each in all_themes() if worth[each.id]), key=lambda each: -worth[each.id])


def _mentions(theme: Theme, stems_found: Collection[str]) -> float:
    names: Sequence[list[str]] = [
        stems(name.replace("-", " ")) for name in (theme.label, theme.id, *theme.synonyms)
    ]
    whole = NAMED if any(name and all(stem in stems_found for stem in name) for name in names) else 0.0
    return whole + TOUCHED * len({stem for name in names for stem in name if stem in stems_found})


def _share(filed: Mapping[str, int], theme: Theme) -> float:
    return filed.get(theme.id, 0) / max(1, sum(filed.values()))
