"""config.yaml: read as the operator means it, and when it is wrong, everything wrong is said at once."""

import json
import textwrap
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import make_url

from bot.config import Config, ConfigError, load

ROOT = Path(__file__).parents[1]
GOOD = """
network: {name: "Réseau"}
matrix: {homeserver: "https://matrix.example.org/", user_id: "@bot:example.org", password: "très secret"}
rooms:
  - {room: "#reseau:example.org", kind: network}
  - {room: "!abcdef", kind: team, language: en}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def mistakes(path: Path, text: str, **environ: str) -> list[str]:
    """The lines an operator reads, with plain spaces."""
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environ)
    head, *lines = str(caught.value).replace("\u00a0", " ").replace("\u202f", " ").splitlines()
    assert str(path) in head
    return [line.removeprefix("  ✘ ") for line in lines]


def the_only(path: Path, text: str, **environ: str) -> str:
    (line,) = mistakes(path, text, **environ)
    return line


def good(file: Path, more: str = "", **environ: str) -> Config:
    file.write_text(GOOD + textwrap.dedent(more), encoding="utf-8")
    return load(file, environ)


def test_the_example_loads_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/matrix").write_text("secret\n")
    example = tmp_path / "config.yaml"
    example.write_text((ROOT / "config.example.yaml").read_text("utf-8"), encoding="utf-8")

    config = load(example, {})

    assert config.matrix.password == "secret"
    assert [room.kind for room in config.rooms] == ["network", "help", "open", "team"]
    assert config.network.contact
    assert config.network.contact.user == "@referent:reseau.example.org"


def test_what_is_left_out_has_its_default(file: Path) -> None:
    config = good(file)
    assert (config.language, config.zone) == ("fr", ZoneInfo("Europe/Paris"))
    assert config.data_dir == file.parent / "data"
    assert config.storage.url == f"sqlite:///{file.parent}/data/animatrice.sqlite"
    assert (config.office_hours.start, config.office_hours.end, config.office_hours.days) == (
        time(8, 30),
        time(18),
        (0, 1, 2, 3, 4),
    )
    assert (config.budget.announcements, config.digest.at, config.operators, config.feeds) == (
        2,
        "mon 09:15",
        (),
        (),
    )
    assert config.matrix.homeserver == "https://matrix.example.org"


def test_paths_are_relative_to_the_file_wherever_the_bot_is_started(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    config = good(
        file, 'data_dir: here\nstorage: {url: "sqlite+aiosqlite:///there/db.sqlite"}'
    )  # its old name
    assert config.data_dir == file.parent / "here"
    assert config.storage.url == f"sqlite:///{file.parent}/there/db.sqlite"


def test_the_database_is_in_the_data_directory_that_was_chosen(file: Path) -> None:
    assert (
        good(file, "data_dir: /srv/animatrice").storage.url == "sqlite:////srv/animatrice/animatrice.sqlite"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("14:00", time(14)),
        ('"14:00"', time(14)),
        ("9:05", time(9, 5)),
        ("14h30", time(14, 30)),
        ("9 h", time(9)),
    ],
)
def test_an_hour_is_understood_with_or_without_quotes(file: Path, written: str, meant: time) -> None:
    assert good(file, f"office_hours: {{from: {written}}}").office_hours.start == meant


def test_days_are_a_range_or_a_list(file: Path) -> None:
    for written in ("'mon-wed,fri'", "[mon, tue, wed, fri]", "[mon-wed, Fri]"):
        assert good(file, f"office_hours: {{days: {written}}}").office_hours.days == (0, 1, 2, 4)
    assert "`mon-fri`" in the_only(file, GOOD + "office_hours: {days: []}")


def test_office_hours_become_a_calendar(file: Path) -> None:
    hours = good(
        file,
        "office_hours: {days: mon, from: 10:00, to: 11:00, holidays: usual}",
        ANIMATRICE_NETWORK__SCHOOL_ZONE="B",
    ).hours()
    zone = ZoneInfo("Europe/Paris")
    assert hours.open(datetime(2026, 11, 23, 10, 30, tzinfo=zone))
    assert not hours.open(datetime(2026, 11, 24, 10, 30, tzinfo=zone))
    assert (hours.holidays_policy, hours.school_zone) == ("usual", "B")


def test_a_contact_is_an_identifier_or_a_whole_card(file: Path) -> None:
    whole = 'name: "Réseau", contact: {user: "@gwen:example.org", name: Gwen, phone: "0300000000"}'
    file.write_text(GOOD.replace('name: "Réseau"', whole), encoding="utf-8")
    contact = load(file, {}).network.contact
    assert contact
    assert (contact.user, contact.name, contact.phone, contact.role) == (
        "@gwen:example.org",
        "Gwen",
        "0300000000",
        None,
    )


def test_the_environment_goes_over_the_file(file: Path) -> None:
    config = good(
        file,
        ANIMATRICE_MATRIX__PASSWORD="0123",
        ANIMATRICE_NETWORK__SCHOOL_ZONE="B",
        ANIMATRICE_BUDGET__ANNOUNCEMENTS="5",
        ANIMATRICE_OPERATORS='["@op:example.org"]',
        ANIMATRICE_WEB__ALLOW_PRIVATE="true",
        ANIMATRICE_DATA_DIR="",
        OTHER="x",
    )
    assert config.matrix.password == "0123"
    assert (config.network.school_zone, config.budget.announcements) == ("B", 5)
    assert (config.operators, config.web.allow_private) == (("@op:example.org",), True)
    assert config.data_dir == file.parent / "data", "an empty variable says nothing"


def test_a_way_to_log_in_from_the_environment_replaces_the_one_of_the_file(file: Path) -> None:
    config = good(file, ANIMATRICE_MATRIX__ACCESS_TOKEN="token", ANIMATRICE_MATRIX__DEVICE_ID="D")
    assert (config.matrix.password, config.matrix.access_token, config.matrix.device_id) == (
        None,
        "token",
        "D",
    )


def test_a_mistake_of_the_environment_names_the_variable(file: Path) -> None:
    assert (
        the_only(file, GOOD, ANIMATRICE_MATRX__PASSWORD="x")
        == "`ANIMATRICE_MATRX__PASSWORD` : Je ne connais pas cette clé. Vouliez-vous dire `matrix` ?"
    )
    assert the_only(file, GOOD, ANIMATRICE_BUDGET__ANNOUNCEMENTS="deux").startswith(
        "`ANIMATRICE_BUDGET__ANNOUNCEMENTS` : "
    )


def test_a_secret_comes_from_a_file_without_its_last_line_break(file: Path) -> None:
    (file.parent / "word").write_text("pâss\n", encoding="utf-8")
    text = GOOD.replace('password: "très secret"', "password_file: word")
    file.write_text(text, encoding="utf-8")
    assert load(file, {}).matrix.password == "pâss"

    (file.parent / "word").write_text("\n")
    assert (
        the_only(file, text)
        == f"`matrix.password_file` (ligne 3) : Le fichier `{file.parent}/word` est vide."
    )
    (file.parent / "word").unlink()
    assert (
        the_only(file, text)
        == f"`matrix.password_file` (ligne 3) : Le fichier `{file.parent}/word` n’existe pas."
    )


def test_every_mistake_is_named_at_once_in_the_order_of_the_file(file: Path) -> None:
    lines = mistakes(
        file,
        """\
        langage: fr
        time_zone: Europe/Pari
        network: {name: "Réseau", school_zone: b}
        matrix:
          homeserver: matrix.example.org
          user_id: animatrice
        password: hop
        rooms:
          - {room: "#a:x", kind: network}
          - {room: "reseau", kind: teem}
        office_hours: {from: 14:00, to: 9:00}
        office_hours: {from: 8:00}
        budget: {announcements: 0}
        digest: {at: mardi}
        """,
    )
    assert lines == [
        "`langage` (ligne 1) : Je ne connais pas cette clé. Vouliez-vous dire `language` ?",
        (
            "`time_zone` (ligne 2) : Je ne connais pas le fuseau « Europe/Pari ». Vouliez-vous dire "
            "`Europe/Paris` ?"
        ),
        "`network.school_zone` (ligne 3) : « b » n’est pas possible ici (A, B, C). Vouliez-vous dire `B` ?",
        (
            "`matrix` (ligne 4) : Il manque le moyen de se connecter : `password_file`, ou `access_token` "
            "avec `device_id`."
        ),
        (
            "`matrix.homeserver` (ligne 5) : Ce n’est pas une adresse web complète. Vouliez-vous dire "
            "`https://matrix.example.org` ?"
        ),
        (
            "`matrix.user_id` (ligne 6) : Ce n’est pas un identifiant Matrix. Exemple : "
            '`"@prenom:reseau.example.org"`.'
        ),
        "`password` (ligne 7) : Cette clé n’est pas à sa place : elle va sous `matrix`.",
        (
            "`rooms[1].room` (ligne 10) : Ce n’est ni une adresse ni un identifiant de salon. Exemples : "
            '`"#reseau:reseau.example.org"`, `"!AbCd…"`.'
        ),
        (
            "`rooms[1].kind` (ligne 10) : « teem » n’est pas possible ici (network, local, help, open, "
            "team). Vouliez-vous dire `team` ?"
        ),
        "`office_hours` (ligne 12) : Cette clé est déjà donnée à la ligne 11.",
        "`budget.announcements` (ligne 13) : Il faut au moins 1.",
        (
            '`digest.at` (ligne 14) : Je ne comprends pas ce rythme. Exemples : `"mon 09:15"`, `"mon-fri '
            '08:30"`, `"daily 02:30"`.'
        ),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("language: no", "Sans guillemets, YAML lit ici vrai ou faux"),
        ("time_zone: Paris", "Vouliez-vous dire `Europe/Paris` ?"),
        ("time_zone: Marquemont", "Exemple : `Europe/Paris`."),
        ("operators: '@op:x'", "Il faut ici une liste, et non « @op:x »."),
        ("operators:", "Rien n’est écrit ici (ce qui commence par `#` ou `@` se met entre guillemets)."),
        ("web: {allow_private: peut-être}", "Il faut ici `true` ou `false`, et non « peut-être »."),
        ("budget: {announcements: deux}", "Il faut ici un nombre entier, et non « deux »."),
        ("budget: 2", "Il faut ici une suite de clés, comme `clé: valeur`, et non « 2 »."),
        ("digest: {items: 50}", "Il faut au plus 20."),
        (
            "digest: {at: 'mon,thu 09:15'}",
            'Le panorama paraît une fois par semaine. Exemple : `"mon 09:15"`.',
        ),
        ("digest: {zzz: 50}", "Possibles ici : at, items, draft."),
        ("office_hours: {from: 18:00, to: 8:00}", "L’heure de fin doit venir après l’heure de début"),
        ("office_hours: {from: midi}", 'Ce n’est pas une heure. Exemple : `"08:30"`.'),
        ("office_hours: {days: lun-ven}", "Exemples : `mon-fri`"),
        ("office_hours: {holidays: light}", "Vouliez-vous dire `lighter` ?"),
        ("feeds: [{theme: x}]", "Cette clé manque. Exemple : `url: https://example.org/rss.xml`."),
        ("feeds: [{url: 'ftp://x/y'}]", "Vouliez-vous dire `https://x/y` ?"),
        ("storage: {url: 'mysql://x/y'}", "Bases possibles : "),
        ("storage: {url: 'postgresql://x/y'}", "Écrivez `postgresql+asyncpg://` au début de l’adresse."),
        ("1: 2", "Je ne connais pas cette clé."),
    ],
)
def test_a_mistake_says_what_to_write_instead(file: Path, line: str, said: str) -> None:
    assert said in the_only(file, GOOD + line)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('password: "a", password_file: /etc/hostname', "`password` est déjà donné"),
        ("access_token: t", "ajoutez `device_id`"),
        ("device_id: D", "Il manque le moyen de se connecter"),
        ("password: 0123", "YAML lit ici un nombre : mettez la valeur entre guillemets."),
    ],
)
def test_there_is_one_way_to_log_in(file: Path, given: str, said: str) -> None:
    assert said in the_only(file, GOOD.replace('password: "très secret"', given))


def test_a_room_is_named_once_and_there_is_one_team(file: Path) -> None:
    assert mistakes(file, GOOD + '  - {room: "!abcdef", kind: team}\n') == [
        "`rooms[2].room` (ligne 7) : Ce salon est déjà dans la liste.",
        "`rooms[2].kind` (ligne 7) : Il y a déjà un salon d’équipe : un seul est possible.",
    ]
    assert "Il en faut au moins un." in the_only(file, GOOD.partition("rooms:")[0] + "rooms: []")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Le fichier est vide."),
        ("# rien\n", "Le fichier est vide."),
        ("- a\n", "Le fichier doit être une suite de clés"),
        ("language: fr\nrooms: [a\n", "Ligne 3, colonne 1 : le YAML ne se lit pas"),
        ("a: 1\nuser_id: @bot:example.org", "Ligne 2, colonne 10 : un identifiant se met entre guillemets"),
        ("matrix:\n\thomeserver: x", "Ligne 2, colonne 1 : le décalage se fait avec des espaces"),
        ("a: &a [*a]", "ne se lit pas comme du YAML"),
        ("day: 2026-99-99", "ne se lit pas comme du YAML"),
        ("\0", "ne se lit pas comme du YAML"),
    ],
)
def test_what_is_not_a_configuration_is_said_so(file: Path, text: str, said: str) -> None:
    assert said in the_only(file, text)


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: é".encode("latin-1"))
    for path, said in (
        (tmp_path / "none.yaml", "n’existe pas"),
        (tmp_path, "Je ne peux pas lire"),
        (latin, "UTF-8"),
    ):
        with pytest.raises(ConfigError, match=said):
            load(path, {})


def test_no_secret_is_ever_shown(file: Path) -> None:
    config = good(file, 'storage: {url: "postgresql+asyncpg://bot:hush@db/x"}')
    assert "très" not in repr(config)
    assert "hush" not in repr(config)
    wrong = GOOD.replace('"très secret"', "[hush]") + 'storage: {url: "mysql://bot:hush@db/x"}\n'
    assert "hush" not in "\n".join(mistakes(file, wrong))


def test_mistakes_are_told_in_english_when_the_file_asks_for_it(file: Path) -> None:
    assert "quotes" in the_only(file, "language: en\nuser_id: @bot:example.org")
    assert "Did you mean `rooms`?" in mistakes(file, "language: en\nroms: []")[-1]


@pytest.mark.parametrize("name", ["r%41p", "q?x", "a b", "d#é"])
def test_the_database_is_in_the_data_directory_whatever_its_name(file: Path, name: str) -> None:
    config = good(file, f"data_dir: {json.dumps(name)}")
    assert make_url(config.storage.url).database == str(file.parent / name / "animatrice.sqlite")
