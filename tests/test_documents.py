"""Documents and pictures: accessible to who reads with a screen reader, and harmless whatever was typed."""

import struct
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from bot import documents
from bot.documents import Bar, Bars, Document, DocumentError, Heading, Items, Paragraph, Table
from bot.outbox import File

HOSTILE = 'Le #panic("non") de *Camille* $x$ <b>@salon</b> ] } \\ // fin'
CHART = Bars(
    title="Vos besoins",
    bars=(Bar("Se tenir informé", 0.633, "31 (63,3 %)"), Bar(HOSTILE, 0.2, "10 (20,4 %)")),
    alt="Se tenir informé : 31 sur 49. Le reste : 10 sur 49.",
    note="49 réponses",
)
DOCUMENT = Document(
    title="Résultats de l’enquête",
    author="Réseau des chefs de projet",
    language="fr",
    at=datetime(2026, 11, 28, 12, tzinfo=UTC),
    blocks=(
        Heading("Question 1"),
        Paragraph(HOSTILE),
        Items(("un", "deux"), numbered=True),
        Table(("Choix", "Réponses"), (("Oui", "31"), ("Non", "18"))),
        CHART,
    ),
)


def tags(node: Any) -> list[Any]:
    """The structure tree in reading order."""
    below = node.get("/K", [])
    found: list[Any] = [node] if "/S" in node else []
    for each in below if isinstance(below, list) else [below]:
        each = each.get_object()
        if isinstance(each, DictionaryObject):
            found += tags(each)
    return found


async def test_a_pdf_is_read_aloud_in_order_in_its_language_with_words_for_its_pictures() -> None:
    reader = PdfReader(BytesIO(await documents.pdf(DOCUMENT)))
    root: Any = reader.root_object
    assert root["/Lang"] == "fr"
    assert reader.metadata is not None
    assert reader.metadata.title == "Résultats de l’enquête"
    assert reader.metadata.author == "Réseau des chefs de projet"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert b"<pdfuaid:part>1" in root["/Metadata"].get_object().get_data()
    tree = tags(root["/StructTreeRoot"].get_object())
    kinds = [str(each["/S"]) for each in tree]
    main = [kind for kind in kinds if kind in {"/Title", "/H1", "/L", "/Table", "/Figure"}]
    assert main == ["/Title", "/H1", "/L", "/Table", "/Figure"]
    assert kinds.count("/TH") == 2
    (figure,) = [each for each in tree if each["/S"] == "/Figure"]
    assert figure["/Alt"] == CHART.alt


async def test_what_people_typed_is_shown_and_never_read_as_markup() -> None:
    text = PdfReader(BytesIO(await documents.pdf(DOCUMENT))).pages[0].extract_text()
    for part in ('#panic("non")', "*Camille*", "$x$", "<b>@salon</b>", "] } \\ // fin"):
        assert part in text


async def test_a_chart_is_a_picture_with_its_size_and_its_words() -> None:
    picture = await documents.bars(CHART)
    assert picture is not None
    assert picture.data.startswith(b"\x89PNG")
    assert picture.alt == CHART.alt
    assert (picture.width, picture.height) == struct.unpack(">II", picture.data[16:24])
    assert picture.width == 960
    taller = await documents.bars(replace(CHART, bars=CHART.bars * 4))
    assert taller is not None
    assert taller.height > picture.height


async def test_what_cannot_be_typeset_is_an_error_of_its_own_without_what_people_typed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(DocumentError) as error:
        await documents.pdf(replace(DOCUMENT, logo=b"no picture"))
    assert str(error.value)
    assert "Camille" not in str(error.value)
    assert await documents.draw("no such template", {"title": "Camille"}, "") is None
    assert "could not be drawn" in caplog.text
    assert "Camille" not in caplog.text


def test_a_picture_is_sent_with_its_words_and_another_file_with_its_name() -> None:
    picture = File(name="a.png", data=b"12", mimetype="image/png", alt="Deux barres", width=4, height=3)
    content = picture.content()
    assert (content["msgtype"], content["body"], content["filename"]) == ("m.image", "Deux barres", "a.png")
    assert content["info"] == {"mimetype": "image/png", "size": 2, "w": 4, "h": 3}
    file = File(name="a.csv", data=b"12", mimetype="text/csv").content()
    assert (file["msgtype"], file["body"], file["info"]["size"]) == ("m.file", "a.csv", 2)
