"""Files for spreadsheets: they open with a double click, and what people wrote is never run."""

import csv
import io

import pytest

from bot.readers.spreadsheet import as_csv


@pytest.mark.parametrize(
    "cell", ["=1+1", "+33 6", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''=1", "＝1", "＋1"]
)
def test_what_people_wrote_is_never_a_formula(cell: str) -> None:
    text = as_csv([[cell]], "fr").decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text, newline="")))[0] == f"'{cell}"


def test_ordinary_words_and_numbers_stay_as_they_are() -> None:
    assert (
        as_csv([["Camille", "l’habitat - social", "'quoted'", -2]], "fr").decode("utf-8-sig")
        == "Camille;l’habitat - social;'quoted';-2\r\n"
    )


def test_each_language_has_its_separator_and_a_separator_in_a_cell_is_no_other_cell() -> None:
    assert as_csv([["a;b", "c,d"]], "fr") == '\ufeff"a;b";c,d\r\n'.encode()
    assert as_csv([["a;b", "c,d"]], "en") == '\ufeffa;b,"c,d"\r\n'.encode()


def test_half_a_character_does_not_stop_the_file() -> None:
    assert as_csv([["a\ud800"]], "fr") == "\ufeffa?\r\n".encode()
