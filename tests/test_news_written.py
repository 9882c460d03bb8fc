"""What is written in a feed is what is read:
each letter, each &, the item's own words, and nothing that the site's software adds.
"""

import pytest

from bot.readers.charset import decode
from tests.support.feed_server import item, parse_feed, parse_one, rss, titled_entry

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Veille</title><entry><id>1</id>{}</entry></feed>'
TITLE = "La maison des projets ouvre"


# Letters.


@pytest.mark.parametrize("charset", [None, "utf-8", "iso-8859-1", "windows-1252", "windows-1250"])
def test_one_bad_byte_spoils_one_letter(charset: str | None) -> None:
    body = rss(item("Forêt, cœur – 5 €"), item("# gée")).replace(b"# g", b"prot\xe9g")
    assert [entry.title for entry in parse_feed(body, charset).entries] == ["Forêt, cœur – 5 €", "protégée"]
    assert (
        decode("<title>Forêt – fra".encode() + b"\xeeche</title>", charset)
        == "<title>Forêt – fraîche</title>"
    )


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("« Été\xa0» à Orléans", "cp1252"),
        ("Zażółć gęślą jaźń", "iso-8859-2"),
        ("Съешь ещё этих мягких булок", "windows-1251"),
        ("Съешь ещё этих мягких булок", "koi8-r"),
        ("日本語の記事です", "shift_jis"),
        ("中文新闻", "gb2312"),
    ],
)
def test_what_is_declared_rightly_is_read_as_declared(text: str, charset: str) -> None:
    body = f'<?xml version="1.0" encoding="{charset}"?><rss><item><title>{text}</title></item></rss>'.encode(
        charset
    )
    assert decode(body, None) == decode(body, charset) == body.decode(charset)


def test_a_cut_file_in_utf_16_is_read_as_far_as_it_goes() -> None:
    assert decode("Été".encode("utf-16") + b"\x00", "utf-8").startswith("Été")
    assert decode("<a>Été".encode("utf-16-le"), None) == "<a>Été"


# Ampersands.


def test_an_ampersand_that_begins_no_entity_is_one() -> None:
    entry = titled_entry(
        "H&M, Q&A &amp; S&eacute;curit&#233; <![CDATA[&copy=1 & &para]]>",
        description="R&D&nbsp;: 3 &lt; 5 &rien; &amp;section",
    )
    assert entry.title == "H&M, Q&A & Sécurité &copy=1 & ¶"
    assert entry.summary.replace("\xa0", " ") == "R&D : 3 < 5 &rien; &section"


@pytest.mark.parametrize(
    "link",
    [
        "https://v.example.org/p?a=1&copy=2&lang=fr",
        "https://v.example.org/p?a=1&amp;copy=2&amp;lang=fr",
        "<![CDATA[https://v.example.org/p?a=1&copy=2&lang=fr]]>",
    ],
)
def test_the_parameters_of_a_link_stay_themselves(link: str) -> None:
    assert (
        parse_one(rss(f"<item><title>t</title><link>{link}</link></item>")).link
        == "https://v.example.org/p?a=1&copy=2&lang=fr"
    )


# Addresses.


@pytest.mark.parametrize(
    "link", ["n/a", "None", "-", "#", "#haut", "à venir", "http://N/A", "aucun", "undefined", "42"]
)
def test_what_is_no_address_is_no_link(link: str) -> None:
    assert parse_one(rss(f"<item><title>t</title><link>{link}</link></item>")).link == ""
    assert parse_one(rss(f"<item><title>t</title><guid>{link}</guid></item>")).link == ""


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("spip.php?article12", "https://example.org/flux/spip.php?article12"),
        ("?p=12", "https://example.org/flux/rss.xml?p=12"),
        ("www.example.org/a", "https://www.example.org/a"),
        ("articles/12", "https://example.org/flux/articles/12"),
        ("https://example.org/un fichier.pdf", "https://example.org/un%20fichier.pdf"),
    ],
)
def test_what_is_an_address_is_a_link(link: str, whole: str) -> None:
    assert parse_one(rss(f"<item><title>t</title><link>{link}</link></item>")).link == whole


@pytest.mark.parametrize(
    ("languages", "chosen"),
    [(("en", "fr"), "fr"), (("fr-FR", "en"), "fr-FR"), (("de", "en"), "de"), (("", "en"), "")],
)
def test_of_several_pages_the_one_in_our_language_or_else_the_first(
    languages: tuple[str, ...], chosen: str
) -> None:
    links = "".join(
        f'<link rel="alternate" hreflang="{each}" href="https://example.org/p/{each}"/>' for each in languages
    )
    assert parse_one(ATOM.format(f"<title>t</title>{links}")).link == f"https://example.org/p/{chosen}"


# The item's own words.


def test_a_plain_title_keeps_what_looks_like_markup() -> None:
    title = "<title>Le fonds &lt;Ville&gt; &amp; l’appel &amp;eacute;t&amp;eacute;</title>"
    assert parse_one(ATOM.format(title)).title == "Le fonds <Ville> & l’appel été"
    assert (
        parse_one(ATOM.format('<title type="html">Le &lt;b&gt;fonds&lt;/b&gt;</title>')).title == "Le fonds"
    )


FOREIGN = [
    '<m:group xmlns:m="http://search.yahoo.com/mrss/"><m:title type="plain">Autre</m:title>'
    '<m:description type="html">Légende</m:description></m:group>',
    '<itunes:title xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">Autre</itunes:title>'
    '<itunes:summary xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">Légende</itunes:summary>',
    (
        '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Autre</dc:title><dc:description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">Légende</dc:description>'
    ),
]


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("first", [True, False])
def test_other_vocabularies_do_not_take_the_place_of_the_items_own_words(foreign: str, first: bool) -> None:
    own = "<title>Le titre</title><description>Le texte.</description>"
    entry = parse_one(rss(f"<item>{foreign}{own}</item>" if first else f"<item>{own}{foreign}</item>"))
    assert (entry.title, entry.summary) == ("Le titre", "Le texte.")
    alone = parse_one(rss(f"<item><title>Le titre</title>{foreign}</item>"))
    assert (alone.title, alone.summary) == ("Le titre", "Légende")


# What the site's software adds.


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            (
                "<p>Les travaux commencent [&#8230;]</p>\n"
                "<p>The post <a>A. B</a> appeared first on <a>Town</a>.</p>"
            ),
            "Les travaux commencent …",
        ),
        (
            (
                "<p>Elle ouvre lundi. [...]</p><p>L&#8217;article <a>X</a> est apparu en premier sur "
                "<a>Y</a>.</p>"
            ),
            "Elle ouvre lundi.",
        ),
        ("<p>Elle ouvre.</p><p>Cet article X est paru d’abord sur Y</p>", "Elle ouvre."),
        ("Elle ouvre. Le billet X a été publié en premier sur Y.", "Elle ouvre."),
        ("<p>Elle ouvre. <a>Lire la suite de « X »</a></p>", "Elle ouvre."),
        ("<p>Elle ouvre.</p><p><a>Continue reading X →</a></p>", "Elle ouvre."),
        (f"<h1>{TITLE}</h1><p>Lundi.</p>", "Lundi."),
        (
            (
                f"<span>{TITLE}</span>\n<span><a>m.dupont@ville.example.org</a></span>\n"
                "<span>mar 24/11/2026 - 08:15</span><div><p>Lundi.</p></div>"
            ),
            "Lundi.",
        ),
        (
            f"<span>{TITLE}</span><span>webmestre</span><span>mar 24/11/2026 - 08:15</span><div>Lundi.</div>",
            "Lundi.",
        ),
        ("<div>Soumis par <a>webmestre</a> le mar 24/11/2026 - 08:15</div><p>Lundi.</p>", "Lundi."),
        ("<figure><img src='a'/><figcaption>Une vue</figcaption></figure><p>Lundi.</p>", "Lundi."),
        (
            '<div class="wp-caption"><img src="a"/><p class="wp-caption-text">Une vue</p></div><p>Lundi.</p>',
            "Lundi.",
        ),
        ("<p>Crédit photo : M. Dupont</p><p>Lundi.</p>", "Lundi."),
        ('[caption id="a_1" width="3"]<img src="a"/> Une vue[/caption] Lundi.', "Lundi."),
        (
            '[vc_row][vc_column_text el_class="x"]Lundi.[/vc_column_text][/vc_row][gallery ids="1,2"]',
            "Lundi.",
        ),
        ("&lt;p&gt;Lundi.&lt;/p&gt;&lt;p&gt;The post X first appeared on Y.&lt;/p&gt;", "Lundi."),
        (
            "<h3>Contexte</h3><p>Un appel <b>ouv</b>ert</p><ul><li>Date :</li><li>Lundi</li></ul>",
            "Contexte. Un appel ouvert. Date : Lundi",
        ),
        (
            (
                "<p>Lundi.</p>\n-\n<a href='/actu' rel='directory'>Les actus</a>\n"
                "/ <a href='/m' rel='tag'>Culture</a>"
            ),
            "Lundi.",
        ),
        (
            (
                "<dl class='spip_document_12'><dt><img/></dt><dt class='document-titre'>Un plan</dt><dd>Vu "
                "du ciel</dd></dl>Lundi."
            ),
            "Lundi.",
        ),
        (
            (
                "<p>Elle ouvre… <a class='more-link' href='x'>Lire la suite <span "
                "class='screen-reader-text'>La maison</span> →</a></p>"
            ),
            "Elle ouvre…",
        ),
        (
            "<p>Elle ouvre… <a>Lire la suite <span>La maison des projets ouvre</span> <span>→</span></a></p>",
            "Elle ouvre…",
        ),
        (
            "<p>Lundi.</p><h3>Partager :</h3><ul><li>Tweet</li></ul><h3>J’aime ça :</h3><p>Chargement…</p>",
            "Lundi.",
        ),
        ("<p>Lundi.</p><h3>Articles similaires</h3><p>Autre chose</p>", "Lundi."),
        ("<p>Lundi.</p><p><a>3 commentaires</a></p>", "Lundi."),
        ("<div class='field-label'>Chapô :&nbsp;</div><div class='field-items'>Lundi.</div>", "Lundi."),
        ("<div><div class='field__label visually-hidden'>Image</div><img/></div><div>Lundi.</div>", "Lundi."),
        (
            "<dl class='article-info'><dt>Détails</dt><dd>Écrit par : Super User</dd></dl><p>Lundi.</p>",
            "Lundi.",
        ),
        (
            "<p>Publié le 24 novembre 2026 à 10h30</p><p>Temps de lecture : 3 minutes</p><p>Lundi.</p>",
            "Lundi.",
        ),
        (
            (
                "<table class='tr-caption-container'><tr><td><img/></td></tr><tr><td "
                "class='tr-caption'>Une vue</td></tr></table>Lundi."
            ),
            "Lundi.",
        ),
        (
            "<audio controls><source src='x'>Votre navigateur ne lit pas le son.</audio><p>Lundi.</p>",
            "Lundi.",
        ),
        ("<iframe src='x'>Votre navigateur ne gère pas les cadres</iframe><p>Lundi.</p>", "Lundi."),
        ("<p>Lundi.</p><form><label>Votre adresse</label><input><button>S’abonner</button></form>", "Lundi."),
        ("<table><tr><td>Date</td><td>Lundi</td></tr></table>", "Date Lundi"),
        # and what people write stays
        (
            "<p>Publié le 24 novembre, le guide aide.</p><p>Partager : un verbe.</p>",
            "Publié le 24 novembre, le guide aide. Partager : un verbe.",
        ),
        (
            "<p>Lundi.</p><p>Partager, c’est le thème.</p><p>Mardi.</p>",
            "Lundi. Partager, c’est le thème. Mardi.",
        ),
        (
            "<p>[Vidéo] Il a dit [...] oui. L’article 5 est apparu long.</p>",
            "[Vidéo] Il a dit [...] oui. L’article 5 est apparu long.",
        ),
        (f"<strong>{TITLE}</strong> lundi à tous.", f"{TITLE} lundi à tous."),
        (
            "<p>Jeudi 3 décembre 2026 à 14 h</p><p>Salle des fêtes</p>",
            "Jeudi 3 décembre 2026 à 14 h. Salle des fêtes",
        ),
    ],
)
def test_only_what_somebody_wrote_is_the_summary(markup: str, text: str) -> None:
    entry = parse_one(rss(item(TITLE, link="/a:b", description=f"<![CDATA[{markup}]]>")))
    assert entry.summary.replace("\xa0", " ") == text
