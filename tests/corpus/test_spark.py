"""The same keep list on Spark as in DuckDB; skipped where pyspark or Java is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("pyspark")
if not shutil.which("java"):
    pytest.skip("no Java", allow_module_level=True)

from newsclean.corpus.command import dedupe as command

from .generate import corpus

# a small test does not repay what the compilers of Java and Spark cost
QUICK = """
--conf spark.driver.extraJavaOptions="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN
--conf spark.sql.shuffle.partitions=1 pyspark-shell
"""


def test_spark_and_duckdb_write_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", " ".join(QUICK.split()))
    texts, _ = corpus(21, 40)
    source = tmp_path / "corpus.jsonl"
    source.write_text(
        "".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n" for i, t in enumerate(texts)), encoding="utf-8"
    )
    # tables that a stopped run leaves behind are of no use to another source and threshold
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda path: None)
        run(source, tmp_path, "spark")
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    source.write_text("".join(lines[::-1]), encoding="utf-8")
    for engine in ("duckdb", "spark"):
        run(source, tmp_path, engine, "--keep", "longest", "--threshold", "0.9")
    for kind in ("jsonl", "groups"):
        assert (tmp_path / f"spark.{kind}").read_bytes() == (tmp_path / f"duckdb.{kind}").read_bytes() != b""
    assert not list(tmp_path.glob("*.work*"))

    source.write_text(lines[0] * 2, encoding="utf-8")
    answer = CliRunner().invoke(command, [str(source), "-o", str(tmp_path / "x.jsonl"), "--engine", "spark"])
    assert "id 0 stands twice" in answer.output


def run(source: Path, folder: Path, engine: str, *more: str) -> None:
    files = [str(source), "-o", str(folder / f"{engine}.jsonl"), "--groups", str(folder / f"{engine}.groups")]
    answer = CliRunner().invoke(command, [*files, "--engine", engine, "--master", "local[1]", *more])
    assert answer.exit_code == 0, answer.output
