"""Reading: every encoding of Chinese text is recognised, nothing else is taken for text, and newlines stay."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.io.encodings import detect
from newsclean.io.many import in_order, read_many
from newsclean.io.reading import ReadError, Text, decode, read_text

SIMPLIFIED = "市气象台昨天发布消息说，今天白天多云，北风三到四级，最高气温12℃；夜间有小雨，请大家出行时注意安全。"
TRADITIONAL = "市氣象臺昨天發布消息說，今天白天多雲，北風三到四級，最高氣溫12℃；夜間有小雨，請大家出行時注意安全。"
HONG_KONG = "今日天氣好，佢哋話聽日會落雨，啲人唔會出街。我哋喺屋企睇書，嘅確幾好。"


@pytest.mark.parametrize("length", [8, 20, 50, 5000])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "gb2312"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "cp950"),
        (HONG_KONG, "big5hkscs"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (TRADITIONAL, "utf-16-be"),
        (SIMPLIFIED, "utf-32"),
    ],
)
def test_short_and_long_texts_are_read_in_their_own_encoding(text: str, encoding: str, length: int) -> None:
    text = (text * (length // len(text) + 1))[:length]
    assert decode(text.encode(encoding), "page.txt").text == text


@given(st.integers(0, len(SIMPLIFIED) - 12), st.sampled_from(["gb18030", "utf-16-le", "utf-16-be"]))
def test_any_twelve_characters_are_enough(start: int, encoding: str) -> None:
    text = SIMPLIFIED[start : start + 12]
    assert decode(text.encode(encoding), "page.txt").text == text


@pytest.mark.parametrize("encoding", ["gb18030", "cp950", "utf-16-le", "utf-16-be"])
def test_a_page_of_mostly_ascii_is_recognised_by_the_rest(encoding: str) -> None:
    text = "Page 3\r\n" * 500 + "今天天晴。\n" + "The End\n" * 500
    assert decode(text.encode(encoding), "page.txt").text == text


def test_the_name_of_the_encoding_is_one_that_codecs_knows() -> None:
    assert [detect(SIMPLIFIED.encode(e)) for e in ("utf-8", "gb2312", "utf-8-sig", "utf-16")] == [
        "utf-8",
        "gb18030",
        "utf-8-sig",
        "utf-16",
    ]
    assert [detect(text.encode("big5hkscs")) for text in (TRADITIONAL, HONG_KONG)] == ["cp950", "big5hkscs"]


@given(st.text(min_size=1).filter(lambda text: "\0" not in text and max(text) >= "\u0800" and text[0] != "\ufeff"))
def test_utf_8_is_read_as_python_reads_it(text: str) -> None:
    assert decode(text.encode(), "page.txt") == Text(text, "utf-8", "page.txt")


def test_newlines_and_form_feeds_stand_as_they_are_and_only_the_mark_goes(tmp_path: Path) -> None:
    text = "甲\r\n\r\n乙\r丙\n\f\u2028丁 \n"
    path = tmp_path / "page.txt"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(text.encode(encoding))
        assert read_text(path).text == text
    path.write_bytes(text.encode("utf-8-sig"))
    assert read_text(path, encoding="UTF-8").text == text


def test_other_peoples_encodings_are_refused_and_not_taken_for_chinese() -> None:
    others = [
        ("これは日本語の文章です。東京都では今日も天気が良いでしょう。", "shift_jis"),
        ("이것은 한국어 문장입니다. 신문 기사를 읽고 있습니다.", "euc_kr"),
        ("Été à la plage, où l'on goûte très bien les pâtés", "latin-1"),
        ("Привет, это новости дня", "cp1251"),
    ]
    for text, encoding in others:
        with pytest.raises(ReadError, match=r"cannot be read as UTF-8 at byte \d+ \(line 1\); .*--encoding gb18030"):
            decode(text.encode(encoding), "page.txt")
        assert decode(text.encode(encoding), "page.txt", encoding).text == text


def test_a_damaged_text_is_told_with_byte_and_line() -> None:
    data = f"{SIMPLIFIED}\n{SIMPLIFIED}\n".encode()
    place = len(f"{SIMPLIFIED}\n市".encode())
    with pytest.raises(ReadError) as caught:
        decode(data[:place] + b"\xff" + data[place:], "page.txt")
    assert str(caught.value).startswith(f"page.txt: reads as utf-8 but for byte {place} (line 2); mend those bytes")
    with pytest.raises(ReadError, match=r"reads as gb18030 but for byte 3 \(line 2\)"):
        decode("晴\n".encode("gb18030") + b"\xb5\n" + SIMPLIFIED.encode("gb18030"), "page.txt")


def test_a_forced_encoding_that_does_not_fit_says_which_does() -> None:
    with pytest.raises(ReadError, match=r"cannot be read as utf-8 at byte 0 .*it reads as gb18030: leave --encoding"):
        decode(SIMPLIFIED.encode("gb18030"), "page.txt", "utf-8")
    with pytest.raises(ReadError, match="there is no encoding 'utf-9'"):
        decode(b"text", "page.txt", "utf-9")


def word_document() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is a PDF document, not a text; .*pdftotext"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG image, not a text; read it with an OCR engine first"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is a JPEG image"),
        (b"II*\0\x08\0\0\0", "is a TIFF image"),
        (word_document(), "is a Word document, not a text; save it as plain text first"),
        (b"PK\x03\x04\x14\0" + b"\0" * 40, "is a zip archive, not a text; unpack it first"),
        (b"\x1f\x8b\x08\0", "is a gzip archive"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty but for a byte-order mark"),
        (b"abc\0\0\0def\xff\xfe\x81", r"is not a text: it holds NUL bytes, the first at byte 3"),
        (b"plain ascii with one \0 in it", "is not a text: it holds NUL bytes, the first at byte 21"),
    ],
)
def test_what_is_no_text_is_named_with_its_remedy(data: bytes, what: str) -> None:
    with pytest.raises(ReadError, match=what):
        decode(data, "page.txt")


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none\.txt: no such file"):
        read_text(tmp_path / "none.txt")
    with pytest.raises(ReadError, match="is a folder"):
        read_text(tmp_path)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SIMPLIFIED.encode("gb18030"))))
    read = read_text("-")
    assert (read.text, read.encoding, read.id) == (SIMPLIFIED, "gb18030", "stdin")


def test_many_files_come_in_order_with_their_errors(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SIMPLIFIED.encode("gb18030"))
    rows = [json.dumps({"id": "第一页", "text": "甲"}), "[]", json.dumps({"text": "\ud800"}), '{"text": "乙"}']
    (tmp_path / "b.jsonl").write_text("\ufeff" + "\n".join(rows), encoding="utf-8")
    (tmp_path / "empty.jsonl").write_text("\n")
    names = ("a.txt", "none.txt", "b.jsonl", "none.jsonl", "empty.jsonl")
    read = list(read_many([str(tmp_path / name) for name in names]))
    assert [text.id if isinstance(text, Text) else text.place.split(" (")[0] for text in read] == [
        "a",
        "no such file",
        "第一页",
        'line 2 has no "text" that is a string',
        "line 3 has half a surrogate pair at character 0 of its text",
        "b-4",
        "no such file",
        "is empty",
    ]


def reciprocal(number: int) -> float:
    return 1 / number


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order_and_one_failure_stops_no_other(jobs: int) -> None:
    results = list(in_order(reciprocal, iter([1, 0, 2, *range(4, 40)]), jobs))
    assert [item for item, _ in results] == [1, 0, 2, *range(4, 40)]
    assert isinstance(results[1][1], ZeroDivisionError)
    assert [result for _, result in results[2:]] == [1 / n for n in (2, *range(4, 40))]


def test_items_are_taken_only_as_they_are_needed() -> None:
    taken: list[int] = []
    numbers = (taken.append(n) or n for n in range(1, 1000))  # type: ignore[func-returns-value]
    results = in_order(reciprocal, numbers, jobs=2)
    next(results)
    assert len(taken) <= 9
    results.close()  # type: ignore[attr-defined]
