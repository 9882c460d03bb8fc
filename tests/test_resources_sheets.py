"""Files of resources: what a spreadsheet, a list or another network wrote is read;
what hides in it does no harm.
"""

import json
from datetime import date

import pytest

from bot.text import UserError
from schedules.resources import parse_csv, parse_rows
from schedules.resources.fields import Line
from schedules.resources.parse_csv import MOST
from schedules.resources.parse_rows import Entry

TODAY = date(2026, 11, 23)
HEAD = "titre;lien;thème;pourquoi\n"


def read(file: str | bytes) -> list[Line]:
    return parse_csv.read(file.encode() if isinstance(file, str) else file)


def plain(error: pytest.ExceptionInfo[UserError]) -> str:
    return error.value.say.text().replace("\u00a0", " ").replace("\u202f", " ")


def refused(file: str | bytes) -> str:
    with pytest.raises(UserError) as error:
        read(file)
    return plain(error)


def one(**cells: str) -> Entry:
    return parse_rows.parse_row(Line(2, {"link": "https://example.org/a", **cells}), TODAY)  # type: ignore[dict-item]


def wrong(**cells: str) -> str:
    with pytest.raises(UserError) as error:
        one(**cells)
    return plain(error)


@pytest.mark.parametrize(
    "file",
    [
        "titre;lien\nÉtude;https://example.org/a\n",
        "\ufeffTitre ;Lien \r\nÉtude;https://example.org/a\r\n",
        'sep=;\r\n"Titre";"Lien"\r\n"Étude";"https://example.org/a"\r\n',
        "TITLE,URL\nÉtude,https://example.org/a",
        "\n\ntitre\tadresse\nÉtude\thttps://example.org/a\n\n\n",
        "id;Liens;colonne inconnue;Titres\r4;https://example.org/a;x;Étude\r",
        "titre;lien\nÉtude;https://example.org/a".encode("cp1252"),
        "titre;lien\nÉtude;https://example.org/a".encode("utf-16"),
        'titre, lien\nÉtude, "https://example.org/a"',
        "ressources:\n  - {titre: Étude, lien: https://example.org/a}",
        "- titre: Étude\n  lien: https://example.org/a\n",
        (
            "# commentaire\n---\nresources:\n- title: 'Étude'\n  link: https://example.org/a\n"
            "  inconnu: [1, {a: b}]\n"
        ),
        json.dumps(
            {"version": 1, "ressources": [{"titre": "Étude", "lien": "https://example.org/a"}]},
            ensure_ascii=False,
        ),
        json.dumps([{"titre": "Étude", "lien": "https://example.org/a"}], indent=1),
    ],
)
def test_every_way_of_writing_a_list_is_read(file: str | bytes) -> None:
    (line,) = read(file)
    assert {"title": "Étude", "link": "https://example.org/a"}.items() <= dict(line.cells).items()


def test_a_line_is_named_by_its_place_in_the_file_even_after_a_text_of_several_lines() -> None:
    lines = read(
        'sep=;\ntitre;lien\n"Deux\nlignes ; et un « ; »";https://example.org/a\n\nB;https://example.org/b\n'
    )
    assert [(line.number, line.cells["title"]) for line in lines] == [
        (3, "Deux\nlignes ; et un « ; »"),
        (6, "B"),
    ]
    assert [line.number for line in read("- lien: a\n\n- lien: b\n")] == [1, 3]


def test_resources_that_share_a_line_are_named_by_their_place() -> None:
    assert [
        (line.number, line.cells["link"]) for line in read('[{"lien": "a"}, {"lien": "b"}, {"lien": "c"}]')
    ] == [(1, "a"), (2, "b"), (3, "c")]


def test_what_yaml_would_take_for_something_else_stays_as_typed() -> None:
    (line,) = read(
        "- {lien: no, titre: 14:00, pourquoi: ~, le: 2026-06-18, durée: 0x10, themes: [santé, emploi]}"
    )
    assert line.cells == {
        "link": "no",
        "title": "14:00",
        "why": "",
        "at": "2026-06-18",
        "minutes": "0x10",
        "theme": "santé, emploi",
    }


def test_a_formula_that_we_made_harmless_comes_back_as_it_was() -> None:
    lines = read("titre;lien\n'=1+1;a\n''=1+1;b\n'la ville';c\n=1+1;d\n")
    assert [line.cells["title"] for line in lines] == ["=1+1", "'=1+1", "'la ville'", "=1+1"]


@pytest.mark.parametrize(
    "file",
    [
        "",
        "   \n\n",
        "bonjour",
        "nom;ville\nA;B",
        "<html><body>Erreur 404</body></html>",
        "[]",
        "ressources: []",
        "ressources: rien",
        "- a\n- b",
        '{"a": 1}',
        "%PDF-1.7",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\xff\xfe\x00",
        HEAD,
        "lien: !!python/object/apply:os.system ['true']",
        "\x07\x08",
    ],
)
def test_what_is_no_list_of_resources_is_refused_in_words(file: str | bytes) -> None:
    assert refused(file).startswith(
        (
            "Je ne trouve pas de ressources",
            "Ce fichier ne contient aucune",
            "Ce fichier n’est pas un texte",
            "Je ne peux pas lire",
        )
    )


def test_a_workbook_is_told_what_to_do() -> None:
    assert "au format CSV" in refused(b"PK\x03\x04rest of a workbook")


def test_a_quote_that_never_closes_is_told_where_it_is() -> None:
    assert "à partir de la ligne 3 :" in refused(
        f'{HEAD}A;https://example.org/a\n"B;https://example.org/b\nC;https://example.org/c\n'
    )


def test_a_mistake_in_a_list_is_told_where_it_is() -> None:
    assert "à partir de la ligne 2." in refused("- titre: a\n\tlien: b\n")


@pytest.mark.parametrize(
    "file",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nressources: [*b, *b]",
        "- &a {lien: https://example.org/}\n- {<<: *a, titre: b}",
        "[" * 900_000,
        "{a: " * 200_000,
        "- " * 400_000,
        "? " * 400_000,
    ],
    ids=["aliases", "merge keys", "brackets", "braces", "dashes", "questions"],
)
def test_a_list_that_would_swell_or_sink_is_refused(file: str) -> None:
    assert refused(file)


def test_too_many_lines_are_too_many() -> None:
    line = "A;https://example.org/{n};;\n"
    assert len(read(HEAD + "".join(line.format(n=n) for n in range(MOST)))) == MOST
    assert "5000 lignes au plus" in refused(HEAD + "".join(line.format(n=n) for n in range(MOST + 1)))
    assert "5000 lignes au plus" in refused("- {lien: a}\n" * (MOST + 1))


def test_a_line_is_judged_for_what_it_says() -> None:
    cells = {
        "title": " Trame  de\nquestions ",
        "link": "example.org/a?b=c",
        "theme": "Évaluation, métier",
        "kind": "Outils",
        "why": "Utile\u202e !",
    }
    more = {"minutes": "1 h 30", "access": "Accès libre", "by": "Charlie, Beaurevoir", "at": "6/10/2026"}
    found = one(**cells, **more)
    assert (found.title, found.link, found.theme, found.kind) == (
        "Trame de questions",
        "https://example.org/a?b=c",
        "evaluation",
        "outil",
    )
    assert (found.why, found.minutes, found.access, found.name, found.town) == (
        "Utile !",
        90,
        "free",
        "Charlie",
        "Beaurevoir",
    )
    assert found.at == date(2026, 10, 6)
    assert one() == Entry(2, "https://example.org/a", "", "", "", False, "", None, "", "", "", None)


@pytest.mark.parametrize("by", ["Maxime [Bruaville]", "Maxime, Bruaville", "Maxime , Bruaville"])
def test_who_recommended_it_is_signed_with_a_town(by: str) -> None:
    found = one(by=by)
    assert (found.name, found.town) == ("Maxime", "Bruaville")
    found = one(by="Maxime", town="Bruaville")
    assert (found.name, found.town) == ("Maxime", "Bruaville")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"link": ""}, "il manque le lien"),
        ({"link": "rien"}, "ce n’est pas une adresse web : « rien »"),
        ({"link": "javascript:alert(1)"}, "ce n’est pas une adresse web : « javascript:alert(1) »"),
        ({"link": "https://u:p@example.org/"}, "ce n’est pas une adresse web : « https://u:p@example.org/ »"),
        (
            {"link": "https://example.org/a et https://example.org/b"},
            "ce n’est pas une adresse web : « https://example.org/a et https://example.org/b »",
        ),
        ({"theme": "jardinage"}, "je ne connais pas le thème « jardinage »"),
        ({"kind": "machin"}, "je ne connais pas le type « machin »"),
        ({"at": "hier"}, "je ne lis pas la date « hier » ; par exemple 2026-06-18"),
        ({"at": "2026-02-30"}, "je ne lis pas la date « 2026-02-30 » ; par exemple 2026-06-18"),
        ({"at": "2026-11-24"}, "la date « 2026-11-24 » n’est pas encore passée"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(cells: dict[str, str], said: str) -> None:
    assert wrong(**cells) == said


def test_a_cell_too_many_is_wrong() -> None:
    (line,) = read("lien;pourquoi\nhttps://example.org/a;utile ; vraiment\n")
    with pytest.raises(UserError, match="plus de cases que de colonnes"):
        parse_rows.parse_row(line, TODAY)
