"""Text tables in the encodings people send: read as they were written, and given back byte for byte."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avow.errors import InputRefusedError
from avow.formats.csv.fill import filled, text_rules
from avow.formats.csv.text import take_apart
from avow.formats.encodings import decoded
from avow.formats.files import understand_file
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

FORMS = {
    "fr": "ID;Question;Réponse\r\n1;Les données sont-elles chiffrées au repos ?;\r\n2;Décrivez l’accès privilégié – où ?;\r\n",
    "en": "ID,Question,Response\r\n1,Do you encrypt “at rest” – AES-256?,\r\n2,Is the vendor’s policy reviewed?,\r\n",
    "de": "Nr;Frage;Antwort\r\n1;Gibt es „Spaß“ für Größen?;\r\n2;Werden Zugänge regelmäßig überprüft?;\r\n",
    "es": "Nº;Pregunta;Respuesta\r\n1;¿Tiene cifrado en tránsito?;\r\n2;¿Dónde está la información?;\r\n",
    "pl": "Nr;Pytanie;Odpowiedź\r\n1;Czy dane są szyfrowane?;\r\n2;Jak często przeglądane są uprawnienia użytkowników?;\r\n",
    "cs": "Č.;Otázka;Odpověď\r\n1;Jsou data šifrována při uložení?;\r\n2;Jak často jsou přístupová práva přezkoumávána?;\r\n",
    "hu": "Sz.;Kérdés;Válasz\r\n1;Titkosítják-e az adatokat?;\r\n2;Van-e őrzött szerverterem, és ki felel érte?;\r\n",
    "tr": "No;Soru;Yanıt\r\n1;Veriler şifreleniyor mu?;\r\n2;Erişim hakları ne sıklıkla gözden geçiriliyor?;\r\n",
    "ru": "Номер;Вопрос;Ответ\r\n1;Шифруются ли данные при хранении?;\r\n2;Как часто проверяются права доступа?;\r\n",
    "el": "Αρ.;Ερώτηση;Απάντηση\r\n1;Είναι τα δεδομένα κρυπτογραφημένα;\r\n2;Πόσο συχνά ελέγχονται τα δικαιώματα;\r\n",
    "ja": "番号,質問,回答\r\n1,保存データは暗号化されていますか？,\r\n2,アクセス権はどのくらいの頻度で見直されますか？,\r\n",
    "zh": "编号,问题,回答\r\n1,静态数据是否加密？,\r\n2,多久审查一次访问权限？,\r\n",
    "zh-Hant": "編號,問題,回答\r\n1,靜態資料是否加密？,\r\n2,多久審查一次存取權限？,\r\n",
    "ko": "번호,질문,답변\r\n1,저장 데이터는 암호화됩니까?,\r\n2,접근 권한은 얼마나 자주 검토됩니까?,\r\n",
}
SENT = [
    ("fr", "cp1252"), ("fr", "mac_roman"), ("en", "cp1252"), ("en", "mac_roman"), ("de", "cp1252"), ("de", "mac_roman"),
    ("es", "cp1252"), ("es", "latin-1"), ("es", "iso8859_15"), ("es", "mac_roman"), ("pl", "cp1250"), ("pl", "iso8859_2"),
    ("cs", "cp1250"), ("cs", "iso8859_2"), ("hu", "cp1250"), ("tr", "cp1254"), ("ru", "cp1251"), ("ru", "koi8_r"),
    ("ru", "cp866"), ("el", "cp1253"), ("ja", "cp932"), ("ja", "shift_jis"), ("ja", "euc_jp"), ("zh", "gb18030"),
    ("zh", "gb2312"), ("zh-Hant", "big5"), ("ko", "cp949"), ("ko", "euc_kr"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "encoding"), SENT)
def test_an_encoding_that_the_file_does_not_say_is_guessed_right_and_said(
    language: str, encoding: str
) -> None:
    raw = FORMS[language].encode(encoding)
    table = take_apart(raw, "f.csv")
    assert table.text == FORMS[language]
    assert table.encode(table.text) == raw
    assert [note.reason for note in table.notes] == [Reason.ENCODING_GUESSED]


@pytest.mark.parametrize("language", sorted(FORMS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_unicode_is_read_without_a_guess_where_it_is_marked_or_utf_8(language: str, encoding: str) -> None:
    raw = (b"\xfe\xff" if encoding == "utf-16-be" else b"") + FORMS[language].encode(encoding)
    found = decoded(raw, "f.csv")
    assert (found.text, found.notes) == (FORMS[language], [])
    assert found.encode(found.text) == raw


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32_is_refused_by_its_name_marked_or_not(encoding: str) -> None:
    with pytest.raises(InputRefusedError, match="is UTF-32; save it as UTF-8"):
        decoded(FORMS["en"].encode(encoding), "f.csv")


def test_utf_8_with_a_damaged_byte_is_refused_and_not_read_as_something_else() -> None:
    raw = FORMS["fr"].encode() + b"3;\xff;\r\n"
    with pytest.raises(InputRefusedError, match="line 4, byte") as refused:
        decoded(raw, "f.csv")
    assert refused.value.code == Reason.ENCODING_ERROR


def test_an_answer_that_the_encoding_lacks_is_not_written() -> None:
    table = take_apart(FORMS["de"].encode("cp1252"), "f.csv")
    assert text_rules(table).problem("Größe – „ja“") is None
    assert text_rules(table).problem("данные") is Reason.TEXT_NOT_WRITABLE
    out = filled(table, [CellWrite(address=CellAddress("", "2:3"), value="Größe")])
    assert out == FORMS["de"].replace("Größen?;", "Größen?;Größe").encode("cp1252")


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_refused_or_come_back_as_they_were(raw: bytes) -> None:
    try:
        found = decoded(raw, "f.csv")
    except InputRefusedError:
        return
    assert found.encode(found.text) == raw


def test_a_large_file_without_a_mark_is_guessed_quickly() -> None:
    raw = ("1;Les données sont-elles chiffrées ?;\r\n" * 400_000).encode("cp1252")
    started = time.process_time()
    assert decoded(raw, "f.csv").encoding == "cp1252"
    assert time.process_time() - started < 8


@pytest.mark.parametrize("name", ["form.txt", "form.csv", "form.tsv"])
def test_a_spreadsheet_programs_unicode_text_is_a_table_under_any_ending(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FORMS["de"].replace(";", "\t").encode("utf-16"))
    form = understand_file(path).questionnaire
    assert [one.text for one in form.questions] == [
        "Gibt es „Spaß“ für Größen?",
        "Werden Zugänge regelmäßig überprüft?",
    ]
    assert form.questions[0].ref == "1"
    assert str(form.questions[0].place.answer) == ("C2" if name.endswith(".txt") else "2:3")


def test_a_text_that_is_a_table_is_filled_like_one(tmp_path: Path) -> None:
    from io import BytesIO

    from avow.formats.text.file import write_filled

    path, out = tmp_path / "form.txt", BytesIO()
    path.write_bytes(FORMS["de"].replace(";", "\t").encode("utf-16"))
    source = understand_file(path).questionnaire.source
    write_filled(path, [CellWrite(address=CellAddress("", "C2"), value="Ja")], out, sha256=source.sha256)
    assert out.getvalue() == FORMS["de"].replace(";", "\t").replace("Größen?\t", "Größen?\tJa").encode(
        "utf-16"
    )


def test_a_long_line_of_plain_letters_costs_no_more_than_its_length() -> None:
    began = time.process_time()
    decoded(b"a," * 500_000 + b"\n\xe9t\xe9,b\n", "form.csv")
    assert time.process_time() - began < 5  # it was hours
