"""A page that somebody recommends gives its card a title, a type, a reading time;
a hostile one gives nothing, breaks nothing, and acts on nobody.
"""

import io
import logging
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from bot.readers import pdf
from bot.readers.soft_errors import no_page
from bot.text import Say
from bot.web import Outcome, Page
from schedules.resources.parse_page import EMPTY, Sheet, read, sheet
from tests.support.formatted_body import FormattedBody

URL = "https://methodes.example.org/page"
WORDS = "Le diagnostic en marchant se prépare avec les habitants. " * 100  # 900 words


def page(
    body: str | bytes, kind: str | None = "text/html", charset: str | None = None, outcome: Outcome = "ok"
) -> Page:
    body = body.encode() if isinstance(body, str) else body
    return Page(outcome=outcome, url=URL, final_url=URL, body=body, content_type=kind, charset=charset)


def html(head: str = "", body: str = "") -> str:
    return f"<!DOCTYPE html><html lang=fr><head>{head}</head><body>{body}</body></html>"


def titled(title: str, site: str = "") -> str:
    named = f'<meta property="og:site_name" content="{site}">' if site else ""
    return sheet(page(html(f"<title>{title}</title>{named}"))).title


def document(**metadata: str) -> bytes:
    """A PDF of two pages."""
    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(2):
        writer.add_blank_page(100, 100)
    writer.add_metadata({f"/{name}": value for name, value in metadata.items()})
    writer.write(file)
    return file.getvalue()


# Pages as they are.


def test_a_page_tells_its_title_its_description_its_type_and_how_long_it_takes() -> None:
    head = (
        "<title>Guide du diagnostic en marchant | Méthodes</title><meta name=description content='Le "
        "déroulé et la grille.'>"
        "<meta property='og:site_name' content='Méthodes'><meta property='og:type' content='article'>"
    )
    found = sheet(page(html(head, f"<nav>{WORDS}</nav><main><p>{WORDS}</p></main><footer>{WORDS}</footer>")))
    assert found == Sheet(
        title="Guide du diagnostic en marchant",
        description="Le déroulé et la grille.",
        kind="guide",
        minutes=4,
        access="free",
        site="Méthodes",
    )


def test_what_it_says_for_sharing_counts_before_the_title_of_its_window() -> None:
    found = sheet(
        page(
            html(
                "<title>x</title><meta property=og:title content='Étude : les métiers'><meta "
                "property=og:type content=video.other>"
            )
        )
    )
    assert (found.title, found.kind) == ("Étude : les métiers", "etude")
    assert (
        sheet(page(html("<title>Rencontre filmée</title><meta property=og:type content=video.other>"))).kind
        == "video"
    )


@pytest.mark.parametrize(
    ("title", "site", "shown"),
    [
        ("Diagnostic en marchant – Méthodes", "Méthodes", "Diagnostic en marchant"),
        ("Méthodes : diagnostic en marchant", "METHODES", "diagnostic en marchant"),
        ("Diagnostic – une méthode", "Autre chose", "Diagnostic – une méthode"),
        ("Méthodes", "Méthodes", "Méthodes"),
        ("L&rsquo;&eacute;t&eacute; &amp; l&#39;hiver", "", "L’été & l'hiver"),
        ("\n  Un \t titre\n", "", "Un titre"),
        ("Moins de 5 &lt; 10", "", "Moins de 5 < 10"),
    ],
)
def test_a_title_is_what_people_call_the_page(title: str, site: str, shown: str) -> None:
    assert titled(title, site).replace("\u00a0", " ") == shown


IN_THE_WAY = [
    # robot checks
    *("Just a moment...", "Un instant…", "Encore un instant…", "Attention Required! | Cloudflare"),
    *("Vérification de sécurité", "Robot Check"),
    *("Nous vérifions que vous êtes humain", "Making sure you're not a bot!"),
    *("Êtes-vous un robot ? – Bruaville", "Client Challenge"),
    # consent
    *("Avant d’accéder à YouTube", "Avant d'accéder à Google", "Before you continue to YouTube"),
    *("Gestion des cookies", "Respect de votre vie privée"),
    # login
    *("Connexion", "Se connecter", "Connexion - Osmose", "Osmose – Connexion", "Osmose : connexion"),
    "Connexion | Réseau des acteurs de la ville",
    *("Se connecter à Méthodes", "Se connecter ‹ Réseau — WordPress"),
    *("Connectez-vous ou inscrivez-vous pour voir", "Connexion : comptes Google"),
    *("Facebook – Connexion ou inscription", "S’identifier | LinkedIn", "Sign in to your account"),
    *("Portail d’authentification", "Espace membres - Réseau"),
    # errors
    *("404 – Page introuvable", "Page non trouvée - Ville de Bruaville"),
    *("Ville de Bruaville | Page non trouvée", "Oups ! Page introuvable", "Erreur 503"),
    *("Error 404 (Not Found)!!1", "503 Service Temporarily Unavailable"),
    *("Désolé, cette page n’existe plus", "La page que vous recherchez n’existe pas"),
    *("Access Denied", "Accès refusé", "Accès interdit – Préfecture", "Une erreur est survenue"),
    *("Préfecture du Nord · 404", "Vidéo indisponible - YouTube"),
    # maintenance
    *("Site en maintenance", "Le site est en maintenance", "Maintenance en cours – Ville de Bruaville"),
    *("Maintenance - Bruaville", "Nous revenons bientôt"),
    *("Under maintenance", "Service temporairement indisponible", "Site en construction"),
    *("Welcome to nginx!", "Compte suspendu"),
    # and what they say this year
    *(
        "Oh noes!",
        "One moment, please...",
        "Verifying your browser…",
        "Vercel Security Checkpoint",
        "Radware Bot Manager Captcha",
    ),
    *(
        "Vérification que vous n’êtes pas un robot",
        "Un instant, nous vérifions votre navigateur",
        "Incapsula",
    ),
    *(
        "Error 1020",
        "Erreur 1015 – Bruaville",
        "You are being rate limited",
        "Attention ! Votre accès a été bloqué",
    ),
    *(
        "Log into Facebook",
        "Inscrivez-vous | LinkedIn",
        "Log in with Atlassian account",
        "Vous avez besoin d’une autorisation",
    ),
    *(
        "Google Drive : vous avez besoin d’une autorisation",
        "You need access",
        "Demander l’accès",
        "Vérification de l’âge",
    ),
    *("Error establishing a database connection", "Erreur de connexion à la base de données", "Fatal error"),
    *("Application error: a client-side exception has occurred", "Whoops, looks like something went wrong."),
    *(
        "Briefly unavailable for scheduled maintenance. Check back in a minute.",
        "Ville de Bruaville est en maintenance",
    ),
    *(
        "Ce lien a expiré",
        "Lien invalide",
        "Cet article n’est plus disponible",
        "Contenu supprimé",
        "Rien trouvé – Bruaville",
    ),
    *(
        "ERROR: The request could not be satisfied",
        "Access blocked",
        "Site hors ligne",
        "Hors ligne – Bruaville",
    ),
]


@pytest.mark.parametrize("title", IN_THE_WAY)
def test_a_page_that_stands_in_the_way_is_not_the_page(title: str) -> None:
    assert sheet(page(html(f"<title>{title}</title><meta name=description content=x>", WORDS))) == EMPTY


def test_a_page_that_stands_in_the_way_is_known_whatever_it_is_called_for_sharing() -> None:
    assert (
        sheet(
            page(html("<title>Page non trouvée</title><meta property=og:title content='Ville de Bruaville'>"))
        )
        == EMPTY
    )
    assert (
        sheet(page(html("<title>Ville de Bruaville</title><meta property=og:title content='Connexion'>")))
        == EMPTY
    )


@pytest.mark.parametrize(
    "title",
    [
        *("Connexion des quartiers au tramway", "Connexion : les quartiers et le tramway"),
        "Connexion – les quartiers et le tramway",
        *("Se connecter à la nature en ville", "Identification des publics éloignés"),
        *("Accès refusé aux soins : comment agir", "Un instant de vie"),
        *("450 logements rénovés à Bruaville", "404 logements livrés", "500 idées pour la ville"),
        "Erreur 404 : quand les guichets disparaissent",
        *("Maintenance des ascenseurs : guide pour les bailleurs", "Quartiers en construction"),
        *("Habitat : un logement introuvable", "L’erreur est humaine"),
        "Vie privée et réseaux sociaux : que dire aux jeunes ?",
        *("Respect de la vie privée des habitants", "Nous revenons sur dix ans de contrat"),
        *("Mon espace santé, mode d’emploi", "Inscription à l’école : guide", "Robots et emploi"),
        *("Vérification des faits : un atelier", "Accès aux droits"),
        *(
            "Vous n’avez pas accès au numérique : que faire",
            "Captcha et accessibilité",
            "Hors ligne : vivre sans internet",
        ),
        *(
            "Fatal error : un jeu sur l’insertion",
            "Demande d’accès aux documents administratifs",
            "Bases de données ouvertes",
        ),
    ],
)
def test_an_article_about_it_is_an_article(title: str) -> None:
    assert titled(title).replace("\u00a0", " ") == title


def test_what_calls_itself_an_article_is_one() -> None:
    article = "<meta property='og:type' content='article'>"
    assert (
        sheet(page(html(f"<title>Connexion – Récit d’un médiateur</title>{article}"))).title
        == "Connexion – Récit d’un médiateur"
    )
    assert sheet(page(html(f"<title>Page non trouvée – Bruaville</title>{article}"))) == EMPTY


@pytest.mark.parametrize("title", ["- YouTube", "Keycloak", "Oups !", "Sans titre", "Untitled 2", "Facebook"])
def test_a_title_that_says_nothing_is_none(title: str) -> None:
    assert titled(title) == ""


@settings(max_examples=200)
@given(st.text(max_size=400), st.text(max_size=60), st.text(max_size=60))
def test_no_title_takes_long_to_judge_or_breaks(title: str, site: str, host: str) -> None:
    no_page(title, site, host)
    no_page("page " * 60 + title, site, host)


@pytest.mark.parametrize(
    ("said", "access"),
    [
        ('<script type="application/ld+json">{"isAccessibleForFree": false}</script>', "paid"),
        ('<script type="application/ld+json">{"isAccessibleForFree":"True"}</script>', "free"),
        ('<meta property="article:content_tier" content="locked">', "paid"),
        ('<meta name="description" content="Article réservé aux abonnés">', "paid"),
        ("", ""),
    ],
)
def test_what_is_for_subscribers_is_known_by_what_the_page_says(said: str, access: str) -> None:
    assert sheet(page(html(f"<title>t</title>{said}", "Le début."))).access == access


def test_what_stands_around_a_text_is_not_read() -> None:
    around = f"<nav>{WORDS}</nav><aside>{WORDS}</aside><footer>{WORDS}</footer>"
    assert sheet(page(html("<title>t</title>", f"<p>{WORDS}</p>{around}"))).minutes == 4


def test_letters_that_grow_in_lower_case_move_nothing() -> None:
    assert sheet(page(html("İ" * 50 + "<script>x</script><title>Un titre</title>"))).title == "Un titre"


def test_what_only_machines_read_is_in_nobody_s_way() -> None:
    head = (
        f"<style>{'a{}' * 200_000}</style><!--{'x' * 400_000}--><script>{'x();' * 100_000}</"
        "script><title>Un titre</title>"
    )
    assert sheet(page(html(head))).title == "Un titre"


def test_a_short_page_or_one_cut_short_says_nothing_of_its_length() -> None:
    assert sheet(page(html("<title>t</title>", "Bref."))).minutes is None
    long = sheet(page(html("<title>Un titre</title>", WORDS), outcome="too_big"))
    assert (long.title, long.minutes, long.access) == ("Un titre", None, "")
    assert sheet(page(html("<title>Un titre</title>", WORDS + "<br>" * 20_000))).minutes is None


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (html("<title>L’été à Évreux</title>").encode(), None),
        (html("<title>L’été à Évreux</title>").encode(), "iso-8859-1"),
        (html("<title>L’été à Évreux</title>").encode("cp1252"), None),
        (html("<title>L’été à Évreux</title>").encode("cp1252"), "utf-8"),
        (html("<title>L’été à Évreux</title>").encode("utf-16"), None),
        (b"\xef\xbb\xbf" + html("<title>L’été à Évreux</title>").encode(), "windows-1251"),
        (html("<meta charset=macintosh><title>L’été à Évreux</title>").encode("mac-roman"), None),
        (html("<title>L’été à Évreux</title>").encode(), "unicode_escape"),
    ],
)
def test_accents_survive_what_is_declared(body: bytes, charset: str | None) -> None:
    assert sheet(page(body, charset=charset)).title == "L’été à Évreux"


def test_a_page_cut_in_the_middle_of_a_letter_keeps_its_accents() -> None:
    assert (
        sheet(
            page(html("<title>L’été</title>", "é").encode().split(b"\xa9</body>")[0], outcome="too_big")
        ).title
        == "L’été"
    )


# Documents.


async def test_a_document_tells_its_title_and_its_pages() -> None:
    found = await read(
        page(
            document(Title="Microsoft Word - Guide du diagnostic <b>en marchant</b>.docx"), "application/pdf"
        )
    )
    assert found == Sheet(title="Guide du diagnostic en marchant", kind="guide", minutes=2, access="free")


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Microsoft Word - CR_2026_v3.docx",
        "untitled",
        "Sans titre 2",
        "Présentation PowerPoint",
        "123",
        "diag.pdf",
    ],
)
def test_a_document_named_by_its_software_has_no_title(title: str) -> None:
    assert pdf.clean_title(title, 160) == ""


async def test_a_document_of_which_only_the_beginning_came_is_known_by_its_packet() -> None:
    packet = (
        b"<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>\xc3\x89valuer &amp; "
        b"suivre</rdf:li></rdf:Alt></dc:title>"
    )
    assert (
        await read(page(b"%PDF-1.7\n1 0 obj\n" + packet, "application/pdf", outcome="too_big"))
    ).title == "Évaluer & suivre"


def bomb() -> bytes:
    """Its objects are in a stream of 640 MB, of which one block is made."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = deflate.compress(bytes(16 * 2**20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    stream = zlib.compress(b"\x78\xda" + block * 40, 9)
    head = b"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(
        stream
    )
    table = (
        b"2 0 obj\n<</Type/XRef/Size 4/W[1 1 1]/Root 3 0 R/Info 3 0 R/Length 12>>stream\n"
        b"\0\0\0\1\x09\0\1\0\0\2\1\0\nendstream endobj\n"
    )
    body = b"%PDF-1.7\n" + head + stream + b"\nendstream endobj\n"
    return body + table + b"startxref\n%d\n%%%%EOF" % len(body)


LIARS = {
    "a page": html("<title>Un titre</title>").encode(),
    "nothing": b"",
    "only its mark": b"%PDF-1.7",
    "no table": b"%PDF-1.7\nstartxref\n99999999\n%%EOF",
    "a table of itself": (
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n"
        b"%%EOF"
    ),
    "depth": b"%PDF-1.7\ntrailer\n" + b"<</Root" * 200_000 + b"\nstartxref\n9\n%%EOF",
    "arrays": b"%PDF-1.7\n1 0 obj\n" + b"[" * 1_000_000 + b"\nstartxref\n9\n%%EOF",
    "many objects": b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n<<>>\nendobj\n" % n for n in range(50_000)),
    "a bomb": bomb(),
    "pages without number": document(Title="").replace(b"/Count 2", b"/Count -9"),
}


@pytest.mark.parametrize("body", LIARS.values(), ids=LIARS)
async def test_a_document_that_lies_changes_nothing(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert await read(page(body, "application/pdf")) == EMPTY
    assert not caplog.records


async def test_a_document_that_is_never_done_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TIMEOUT", 0.0)
    assert await read(page(document(Title="Un titre"), "application/pdf")) == EMPTY


# Pages made to hurt.


@pytest.mark.parametrize(
    "title",
    [
        "**gras** _souligné_ `code` [lien](https://mal.example.org)",
        "@room @camille:reseau.example.org",
        "&lt;a href='https://matrix.to/#/@camille:reseau.example.org'&gt;Camille&lt;/a&gt;",
        "https://matrix.to/#/@camille:reseau.example.org",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;<svg onload=x>y",
        "{titre} {0} %s \\",
        "Un\u202e titre\u0007\u200b 🎉",
    ],
)
def test_a_hostile_title_is_shown_harmless(title: str) -> None:
    found = sheet(page(html(f'<title>{title}</title><meta name=description content="{title}">')))
    say = Say("**{title}** {more}", title=found.title, more=found.description)
    assert set(FormattedBody(say.html()).tags) <= {"strong"}
    assert not [sign for sign in ("matrix.to", "\u202e", "\u0007", "\u200b", "🎉", "<") if sign in say.text()]


def test_a_title_of_ten_megabytes_is_a_short_one() -> None:
    long = "mot " * 2_500_000
    found = sheet(page(html(f"<title>{long}</title><meta name=description content='{long}'>")))
    assert (len(found.title), found.description) == (160, "")
    assert (
        len(sheet(page(html(f"<title>t</title><meta name=description content='{long}'>"))).description) <= 500
    )


HOSTILE = {
    "nothing": "",
    "never closed": "<title>",
    "nested": "<div>" * 400_000,
    "misnested": "<b><div>" * 250_000,
    "links": "<a href=x>" * 200_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">",
    "ampersands": "&" * 200_000,
    "comments": "<!--" * 500_000,
    "scripts": "<script>" * 250_000,
    "metas": "<meta name=description content=>" * 60_000,
    "growing letters": "İ" * 900_000,
    "zeros": "\0" * 2_000_000,
    "tables": "<table><tr><td>" * 100_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
async def test_no_page_is_too_much(body: str, caplog: pytest.LogCaptureFixture) -> None:
    found = await read(page(body.encode()[:2_000_000]))
    assert (found.title, found.description) == ("", "")
    assert not caplog.records


@pytest.mark.parametrize(
    "kind", ["image/png", "application/json", "application/zip", "text/css", "application/pdf"]
)
async def test_what_is_no_page_gives_nothing(kind: str) -> None:
    assert await read(page(html("<title>Un titre</title>"), kind)) == EMPTY


@pytest.mark.parametrize("outcome", ["refused", "slow", "private", "gone", "limited", "astray"])
async def test_what_did_not_come_gives_nothing(outcome: Outcome) -> None:
    assert await read(page(html("<title>Erreur du serveur</title>"), outcome=outcome)) == EMPTY


@settings(max_examples=100)
@given(data=st.data())
def test_no_bytes_break_the_reading(data: st.DataObject) -> None:
    rubbish = st.binary(max_size=20) | st.sampled_from(
        [b"<", b">", b'"', b"<!--", b"&#x0;", b"<title>", b"<meta content=", b"</main>", b"\xff"]
    )
    body = bytearray(
        html(
            "<title>Un titre</title><meta property='og:title' content='a &amp; b'>",
            "<main><p>Des mots</main>",
        ).encode()
    )
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 30))] = data.draw(rubbish)
    found = sheet(
        page(
            bytes(body),
            charset=data.draw(st.sampled_from([None, "utf-8", "utf-16", "shift_jis", "nonsense"])),
        )
    )
    assert len(found.title) <= 160
    assert "\n" not in found.title + found.description
    repr(found).encode()


def test_nothing_of_it_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        sheet(page(html("<title>motdepasse</title>")))
    assert "motdepasse" not in caplog.text
