"""Lists of feeds as files: what goes out comes back in, and what others made can do no harm."""

import pytest

from bot.text import UserError
from schedules.news import opml
from schedules.news.opml import MOST, Outline

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def read(text: str | bytes) -> list[Outline]:
    return opml.parse(text if isinstance(text, bytes) else text.encode())


def refused(file: str | bytes) -> str:
    with pytest.raises(UserError) as error:
        read(file)
    return error.value.say.text().replace("\u00a0", " ").replace("\u202f", " ")


def outlines(*lines: str) -> str:
    return f"{HEAD}<opml version='2.0'><head/><body>{''.join(lines)}</body></opml>"


def test_what_goes_out_comes_back_in() -> None:
    list_ = [
        Outline("https://example.org/rss.xml?a=1&b=2", "L’Écho « des quartiers » & <Cie>", "emploi"),
        Outline("http://[2001:db8::1]:8080/veille", "Veille", ""),
    ]
    file = opml.write("Réseau des chefs de projet", list_)
    assert file.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert opml.parse(file) == list_


def test_a_list_with_odd_names_in_it_is_still_a_list() -> None:
    file = opml.write(
        "Ré\x0bseau\ud800", [Outline("https://example.org/a", "Titre\x00 \x1b[2J\u202e fin", "")]
    )
    assert opml.parse(file) == [Outline("https://example.org/a", "Titre [2J fin", "")]


def test_a_feed_is_under_the_theme_of_its_category_or_of_its_folder() -> None:
    file = outlines(
        '<outline text="Santé"><outline text="A" xmlUrl="https://a.example.org/"/>',
        '<outline text="B" xmlUrl="https://b.example.org/" category="/Presse/Emploi et '
        'insertion,autre"/></outline>',
        '<outline text="C" XMLURL=" https://c.example.org/ "/>',
        '<outline text="Dossier"><outline title="D" text="d" xmlUrl="https://d.example.org/" '
        'category="inconnu"/></outline>',
    )
    assert [(each.title, each.given, each.theme) for each in read(file)] == [
        ("A", "https://a.example.org/", "sante"),
        ("B", "https://b.example.org/", "emploi"),
        ("C", "https://c.example.org/", ""),
        ("D", "https://d.example.org/", ""),
    ]


def test_what_another_reader_has_commented_out_is_not_followed() -> None:
    file = outlines(
        '<outline text="A" isComment="true" xmlUrl="https://a.example.org/"/>',
        '<outline text="Dossier" isComment="true"><outline text="B" xmlUrl="https://b.example.org/"/></outline>',
        '<outline text="C" isComment="false" xmlUrl="https://c.example.org/"/>',
    )
    assert [each.title for each in read(file)] == ["C"]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "https://a:b@example.org/",
        "rien",
        "//x",
    ],
)
def test_what_is_no_web_address_is_kept_as_given_and_leads_nowhere(address: str) -> None:
    (line,) = read(outlines(f'<outline text="A" xmlUrl="{address}"/>'))
    assert (line.given, line.url) == (address, None)


BOMB = (
    '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c '
    '"&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    '<opml version="2.0"><body><outline text="&c;" xmlUrl="https://example.org/"/></body></opml>'
)


@pytest.mark.parametrize(
    "file",
    [
        HEAD + BOMB,
        BOMB.encode("utf-16"),
        HEAD + '<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml><body/></opml>',
        HEAD + '<!doctype html><html lang="fr"><body>Bonjour</body></html>',
    ],
    ids=["entities", "in another encoding", "elsewhere", "a page"],
)
def test_a_document_type_is_refused_before_it_means_anything(file: str | bytes) -> None:
    assert refused(file)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"bonjour",
        b"\xff\xfe\x00",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        HEAD + '<opml><body><outline text="A" xmlUrl="https://example.org/"/>',
        '<?xml version="1.0" encoding="klingon"?><opml><body/></opml>',
        '<?xml version="1.0" encoding="utf-7"?><opml><body/></opml>',
        HEAD + "<opml><body/></opml>",
        HEAD + '<opml><body><outline text="&unknown;" xmlUrl="https://example.org/"/></body></opml>',
    ],
)
def test_what_is_no_list_is_refused_in_words(file: str | bytes) -> None:
    assert refused(file).startswith(("Ce n’est pas une liste", "Cette liste ne contient aucune source"))


def test_a_feed_instead_of_a_list_is_told_what_to_do() -> None:
    said = refused(
        HEAD
        + (
            '<rss version="2.0"><channel><title>A</title><outline '
            'xmlUrl="https://example.org/"/></channel></rss>'
        )
    )
    assert said.endswith("Pour une seule source : `!flux ajouter` suivi du lien.")


def test_too_many_feeds_are_too_many() -> None:
    line = '<outline text="A" xmlUrl="https://example.org/{n}"/>'
    assert len(read(outlines(*(line.format(n=n) for n in range(MOST))))) == MOST
    assert f"{MOST} sources au plus" in refused(outlines(*(line.format(n=n) for n in range(MOST + 1))))


@pytest.mark.parametrize(
    "filling",
    [
        '<outline text="A"/>' * 100_000,
        '<outline text="A">' * 50_000 + "</outline>" * 50_000,
        '<outline text="' + "x/" * 1_000_000 + '"/>',
        "<outline " + " ".join(f"a{n}=''" for n in range(200_000)) + "/>",
    ],
    ids=["elements", "folders", "a name", "attributes"],
)
def test_two_megabytes_of_anything_come_to_an_end(filling: str) -> None:
    assert refused(outlines(filling)) == "Cette liste ne contient aucune source."
