"""The command line: what goes where, what is told, and what is left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import newsclean as newsclean_package
from newsclean import PRESETS as presets
from newsclean.cli import LATER, PRESETS, main
from newsclean.page import Page

PAGE = "今天天气很好,我们一起去公园。\n"
CLEAN = "今天天气很好，我们一起去公园。\n"
QUIET = "昨天下了一整天的雨，大家都在家里读书。\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_bytes(PAGE.encode())
    Path("quiet.txt").write_bytes(QUIET.encode())


def newsclean(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def started(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "newsclean", *arguments], input=stdin, capture_output=True)


def test_clean_writes_the_clean_text_and_nothing_else() -> None:
    result = newsclean("clean", "page.txt")
    assert (result.exit_code, result.stdout, result.stderr) == (0, CLEAN, "")


def test_a_dash_reads_standard_input_in_any_encoding() -> None:
    result = newsclean("clean", "-", stdin=PAGE.encode("gb18030"))
    assert result.stdout == CLEAN
    assert result.stderr == "newsclean: -: read as gb18030\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5"])
def test_every_encoding_gives_the_same_text_and_all_but_utf_8_are_told(encoding: str) -> None:
    Path("page.txt").write_bytes("今天晴朗,我在山中行走。\n".encode(encoding))
    result = newsclean("clean", "page.txt")
    assert result.stdout == "今天晴朗，我在山中行走。\n"
    assert ("read as" in result.stderr) == (encoding != "utf-8")


@pytest.mark.parametrize(
    "text", ["今天天气很好。\r\n\r\n我们一起去公园。\r\n", "今天天气很好。", "\n今天天气很好。\n\n"]
)
def test_reading_and_writing_change_no_line_end(text: str) -> None:
    Path("page.txt").write_bytes(text.encode())
    result = newsclean("normalize", "page.txt", "-o", "out.txt")
    assert result.exit_code == 0
    assert Path("out.txt").read_bytes() == newsclean_package.normalize(text).encode()


def test_an_encoding_can_be_forced() -> None:
    Path("page.txt").write_bytes("天气".encode("big5"))
    assert newsclean("clean", "--encoding", "big5", "page.txt").stdout == "天气"
    wrong = newsclean("clean", "--encoding", "utf-8", "page.txt")
    assert wrong.exit_code == 2
    assert "page.txt: cannot be read as utf-8 at byte 0 (line 1)" in wrong.stderr


def test_what_cannot_be_read_is_told_and_the_others_are_still_cleaned() -> None:
    Path("empty.txt").touch()
    Path("folder").mkdir()
    Path("scan.pdf").write_bytes(b"%PDF-1.7 \0\0")
    result = newsclean("clean", "missing.txt", "empty.txt", "page.txt", "folder", "scan.pdf", "quiet.txt")
    assert result.exit_code == 2
    assert result.stdout == CLEAN + QUIET
    assert result.stderr.splitlines() == [
        "newsclean: missing.txt: no such file; check the path",
        "newsclean: empty.txt: is empty; leave it out, or write it again",
        "newsclean: folder: is a folder; give its files: folder/*.txt",
        "newsclean: scan.pdf: is a PDF document, not a text; take its text out first: pdftotext FILE.pdf FILE.txt",
    ]


def test_texts_without_a_last_line_end_are_kept_apart_but_one_alone_is_left_as_it_is() -> None:
    Path("page.txt").write_text(QUIET.strip(), encoding="utf-8")
    assert newsclean("clean", "page.txt").stdout == QUIET.strip()
    assert newsclean("clean", "page.txt", "quiet.txt").stdout == QUIET * 2


def test_split_writes_one_page_a_line_in_the_form_of_the_page_model() -> None:
    result = newsclean("split", "--format", "jsonl", "page.txt", "quiet.txt")
    pages = [Page.from_json(json.loads(line)) for line in result.stdout.splitlines()]
    assert [page.id for page in pages] == ["page", "quiet"]
    assert pages[0].unaccounted(PAGE) == []
    assert pages[0].blocks[0].text == CLEAN.strip()


def test_split_gives_an_object_for_one_page_and_a_list_for_several() -> None:
    assert json.loads(newsclean("split", "--format", "json", "page.txt").stdout)["id"] == "page"
    several = json.loads(newsclean("split", "--format", "json", "page.txt", "quiet.txt").stdout)
    assert [page["id"] for page in several] == ["page", "quiet"]


def test_split_writes_markdown_by_default() -> None:
    markdown = newsclean("split", "page.txt").stdout
    assert markdown.startswith("# page\n")
    assert CLEAN.strip() in markdown


def test_explain_draws_a_table_with_place_rule_change_level_and_reason() -> None:
    Path("page.txt").write_text("第一行没有什么。\n" + PAGE, encoding="utf-8")
    result = newsclean("explain", "page.txt")
    row = next(line for line in result.stdout.splitlines() if "2:7" in line)
    assert "气很好,我们一 → 气很好，我们一" in row
    assert "sure" in row


def test_explain_writes_json_whose_places_lie_in_the_source() -> None:
    account = json.loads(newsclean("explain", "--format", "json", "page.txt").stdout)
    [change] = account["done"]
    assert PAGE[change["start"] : change["end"]] == change["before"] == ","
    assert (change["line"], change["column"], change["after"], change["level"]) == (1, 7, "，", "sure")
    assert account["text"] == CLEAN


def test_explain_writes_html_with_the_change_in_its_place() -> None:
    html = newsclean("explain", "--format", "html", "page.txt").stdout
    assert html.startswith("<!DOCTYPE html>")
    assert "今天天气很好<del" in html
    assert "我们一起去公园" in html


def test_rows_of_json_lines_keep_their_other_fields() -> None:
    rows = [{"id": "a", "text": PAGE, "date": "2022-03-23"}, {"text": QUIET}]
    Path("pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    cleaned = [json.loads(line) for line in newsclean("clean", "pages.jsonl").stdout.splitlines()]
    assert cleaned == [
        {"id": "a", "text": CLEAN, "date": "2022-03-23"},
        {"id": "pages-2", "text": QUIET},
    ]


def test_a_faulty_row_is_named_by_its_line_and_the_others_are_worked_on() -> None:
    Path("pages.jsonl").write_text('{"text": "甲"}\n{"text": 3}\n\nnot json\n{"text": "乙"}\n', encoding="utf-8")
    result = newsclean("clean", "pages.jsonl")
    assert result.exit_code == 2
    assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == ["甲", "乙"]
    assert ["line 2" in result.stderr, "line 4" in result.stderr, len(result.stderr.splitlines())] == [True, True, 2]


def test_an_output_folder_takes_a_file_for_each_input() -> None:
    assert newsclean("split", "page.txt", "quiet.txt", "-o", "out/").stdout == ""
    assert sorted(path.name for path in Path("out").iterdir()) == ["page.md", "quiet.md"]
    newsclean("clean", "page.txt", "quiet.txt", "-o", "clean")  # several files and no ending: a folder
    assert Path("clean/page.txt").read_text(encoding="utf-8") == CLEAN


def test_an_input_is_never_written_over() -> None:
    for output in ("page.txt", ".", "./"):
        result = newsclean("clean", "page.txt", "-o", output)
        assert result.exit_code == 2
        assert "page.txt: -o would write over this input" in result.stderr
    assert Path("page.txt").read_text(encoding="utf-8") == PAGE


def test_two_inputs_of_one_name_are_not_written_to_one_file() -> None:
    Path("other").mkdir()
    Path("other/page.txt").write_text(QUIET, encoding="utf-8")
    result = newsclean("clean", "page.txt", "other/page.txt", "-o", "out/")
    assert result.exit_code == 2
    assert "would both be written to" in result.stderr
    assert not Path("out").exists()


def test_resume_works_only_on_what_is_not_there_yet() -> None:
    Path("out").mkdir()
    Path("out/page.txt").write_text("mine", encoding="utf-8")
    newsclean("clean", "page.txt", "quiet.txt", "-o", "out", "--resume")
    assert Path("out/page.txt").read_text(encoding="utf-8") == "mine"
    assert Path("out/quiet.txt").read_text(encoding="utf-8") == QUIET
    assert newsclean("clean", "page.txt", "--resume").exit_code == 2


def test_resume_goes_on_behind_the_last_whole_line() -> None:
    command = ("split", "--format", "jsonl", "page.txt", "quiet.txt", "-o", "pages.jsonl", "--resume")
    assert newsclean(*command).exit_code == 0
    whole = Path("pages.jsonl").read_bytes()
    first, second = whole.splitlines(keepends=True)
    Path("pages.jsonl").rename(".pages.jsonl.part")
    Path(".pages.jsonl.part").write_bytes(first.replace(b"[]", b"[ ]") + second[:20])  # stopped in mid-line
    newsclean(*command)
    Path("pages.jsonl").rename(".pages.jsonl.part")  # stopped behind the last line
    newsclean(*command)
    assert Path("pages.jsonl").read_bytes() == first.replace(b"[]", b"[ ]") + second
    Path("more.txt").write_text(QUIET, encoding="utf-8")
    newsclean(*command, "more.txt")
    lines = Path("pages.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["page", "quiet", "more"]
    assert not Path(".pages.jsonl.part").exists()


def test_lines_that_are_done_outlast_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(text: str, **options: object) -> Page:
        if text == QUIET:
            raise KeyboardInterrupt
        return Page(id="page")

    with monkeypatch.context() as patch:
        patch.setattr("newsclean.segment_articles", fails)
        newsclean("split", "--format", "jsonl", "page.txt", "quiet.txt", "-o", "pages.jsonl")
    assert json.loads(Path(".pages.jsonl.part").read_text(encoding="utf-8"))["id"] == "page"
    assert not Path("pages.jsonl").exists()


def test_a_device_is_written_to_and_not_replaced() -> None:
    if not os.path.exists("/dev/null"):
        pytest.skip("no such device here")
    assert newsclean("clean", "page.txt", "-o", "/dev/null").exit_code == 0
    assert not Path("/dev/null").is_file()


def test_a_missing_output_folder_is_told() -> None:
    result = newsclean("clean", "page.txt", "-o", "no/where.txt")
    assert result.exit_code == 2
    assert "the folder no does not exist" in result.stderr


def test_several_processes_write_the_same_as_one() -> None:
    names = []
    for k in range(9):
        Path(f"{k}.txt").write_text(f"第{k}页。" * (9 - k) + PAGE, encoding="utf-8")
        names.append(f"{k}.txt")
    alone, together = started("clean", *names, "none.txt"), started("clean", "--jobs", "2", *names, "none.txt")
    assert alone.returncode == together.returncode == 2
    assert alone.stdout == together.stdout
    assert together.stderr.decode().splitlines() == ["newsclean: none.txt: no such file; check the path"]


def test_the_module_of_the_commands_can_be_run_too() -> None:
    command = [sys.executable, "-m", "newsclean.cli", "clean", "none.txt"]
    done = subprocess.run(command, capture_output=True)
    assert (done.returncode, done.stderr) == (2, b"newsclean: none.txt: no such file; check the path\n")


def test_a_reader_who_goes_away_is_no_error() -> None:
    Path("long.txt").write_text(QUIET * 20_000, encoding="utf-8")
    command = [sys.executable, "-m", "newsclean", "normalize", "long.txt", "page.txt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(3)
        process.stdout.close()
        assert process.stderr.read() == b""


def test_progress_is_drawn_on_a_terminal_and_never_in_the_output() -> None:
    pty = pytest.importorskip("pty")
    for arguments, drawn in ((["page.txt", "none.txt", "quiet.txt"], True), (["page.txt"], False)):
        master, slave = pty.openpty()
        command = [sys.executable, "-m", "newsclean", "clean", *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=slave)
        os.close(slave)
        seen = b""
        while True:
            try:
                piece = os.read(master, 4096)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        os.close(master)
        assert done.stdout.decode() == (CLEAN + QUIET if drawn else CLEAN)
        assert (b"2/3" in seen or b"3/3" in seen) == drawn
        assert (b"none.txt: no such file" in seen) == drawn


def test_standard_output_is_utf_8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert started("clean", "-", stdin=PAGE.encode()).stdout == CLEAN.encode()


def test_breaks_are_not_given_in_another_form_than_was_asked_for() -> None:
    result = newsclean("explain", "--breaks", "--format", "json", "page.txt")
    assert result.exit_code == 2
    assert "--format json" in result.output


def test_the_list_of_commands_cuts_no_sentence_short() -> None:
    assert "..." not in newsclean("--help").output.split("Commands:")[1]


def test_help_and_version_need_no_files() -> None:
    assert newsclean("--version").output.startswith("newsclean, version ")
    for command in ("clean", "normalize", "split", "explain"):
        assert command in newsclean("--help").output
        assert newsclean(command, "--help").exit_code == 0
    assert newsclean("clean").exit_code == 2


def test_a_later_command_is_listed_only_where_its_module_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LATER, "dedupe", "newsclean.no_such_package.command:dedupe")
    assert "dedupe" not in newsclean("--help").output
    assert newsclean("dedupe").exit_code == 2
    monkeypatch.setitem(LATER, "dedupe", "newsclean.cli:clean")
    assert "dedupe" in newsclean("--help").output
    assert newsclean("dedupe", "page.txt").stdout == CLEAN


def test_the_presets_that_can_be_named_are_those_that_there_are() -> None:
    assert sorted(PRESETS) == sorted(presets)
