"""Deduplicate on a cluster: Apache Spark runs the same SQL, and the same kernels through ``mapInArrow``.

Every stage is written as parquet to a work folder before the next one reads it: plans stay short, and a run that was
stopped goes on with the stages that are there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from newsclean.corpus import kernels, plan
from newsclean.corpus.dedupe import Progress
from newsclean.corpus.inputs import InputError
from newsclean.corpus.settings import Preset
from newsclean.corpus.settings import preset as find_preset

_SKETCHES = "doc bigint, sketch binary, size bigint, damage bigint, band_keys array<bigint>"
_PAIRS = "a bigint, b bigint, jaccard double, containment double, similarity double, verdict tinyint"


def session(master: str = "local[*]", memory: str = "2g") -> Any:
    """Start or find a Spark session that runs the kernels with this Python; local mode stays on the loopback."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    builder = (
        SparkSession.builder.master(master)
        .appName("newsclean dedupe")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "10000")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    if master.startswith("local"):
        builder = builder.config("spark.driver.memory", memory).config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.sql.shuffle.partitions", "2")
    return builder.getOrCreate()


@dataclass(frozen=True)
class SparkResult:
    """The outcome, as data frames.

    Attributes:
        documents: ``doc, text`` and the columns that came with them.
        pairs: verified pairs, see `Pairs`.
        members: documents of groups: ``doc``, the group's first document ``root``, and ``kept``, the one that is kept.
        crowded: buckets so large that their documents were paired with the first only: ``band_key, size, first_doc``.
    """

    documents: Any
    pairs: Any
    members: Any
    crowded: Any

    @property
    def kept(self) -> Any:
        """The documents that are kept."""
        gone = self.members.where("kept <> doc").select("doc")
        return self.documents.join(gone, "doc", "left_anti")


def dedupe_frame(
    documents: Any,
    work: str,
    *,
    preset: str = "default",
    threshold: float | None = None,
    keep: str = "first",
    progress: Progress | None = None,
) -> SparkResult:
    """Find duplicates in a data frame, inside a Spark job of your own.

    Args:
        documents: a data frame with ``doc``, a unique bigint whose order is that of the documents, and ``text``. Where
            the order does not matter, ``monotonically_increasing_id()`` will do; write it to a table first, as Spark
            may number anew what it computes anew.
        work: a folder that all workers reach, for the tables between the stages. Stages that are there already are not
            done again: give each corpus a folder of its own. (Each preset and threshold gets one within.)
        preset, threshold, keep: as for `dedupe`.
        progress: called with the name of each stage that is done.
    """
    settings = find_preset(preset, threshold)
    if keep not in plan.KEEP_ORDER:
        raise ValueError(f"unknown keep policy {keep!r}: choose one of {', '.join(plan.KEEP_ORDER)}")
    spark = documents.sparkSession
    tables = _Tables(spark, f"{work.rstrip('/')}/{settings.name}-{settings.threshold:g}", progress)
    documents.createOrReplaceTempView("documents")
    tables.save("sketches", lambda: documents.select("doc", "text").mapInArrow(_sketcher(settings), _SKETCHES))
    spark.sql("SELECT doc, explode(band_keys) AS band_key FROM sketches").createOrReplaceTempView("band_keys")
    buckets = tables.save("buckets", lambda: spark.sql(plan.BUCKETS.format(keys="band_keys")))
    crowded = buckets.where(f"size > {settings.crowd}")

    def candidates() -> Any:
        met = plan.MEETINGS.format(buckets="buckets", keys="band_keys", crowd=settings.crowd, where="a < b")
        counted = f"({plan.COUNTED.format(meetings=met)}) counted"
        rows = spark.sql(plan.CANDIDATES.format(counted=counted, shared=settings.shared))
        return rows.mapInArrow(_agreer(settings), "a bigint, b bigint")

    tables.save("candidates", candidates)

    def pairs() -> Any:
        rows = spark.sql(
            "SELECT a, b, x.text AS text_a, y.text AS text_b FROM candidates "
            "JOIN documents x ON x.doc = a JOIN documents y ON y.doc = b"
        )
        return rows.mapInArrow(_verifier(settings), _PAIRS)

    found = tables.save("pairs", pairs)
    tables.save("edges", lambda: spark.sql(plan.EDGES.format(threshold=settings.threshold)))
    tables.save("roots", lambda: spark.sql(plan.FIRST_ROOTS), "roots-0")
    for turn in range(1, 64):
        tables.save("next_roots", lambda: spark.sql(plan.NEXT_ROOTS), f"roots-{turn}")
        changed = spark.sql(plan.CHANGED).collect()[0][0]
        spark.table("next_roots").createOrReplaceTempView("roots")
        if not changed:
            break
    members = tables.save("members", lambda: spark.sql(plan.KEPT.format(order=plan.KEEP_ORDER[keep])), f"kept-{keep}")
    return SparkResult(documents, found, members, crowded)


class _Tables:
    """Parquet tables of a run, each a temporary view by its name."""

    def __init__(self, spark: Any, work: str, progress: Progress | None) -> None:
        self.spark, self.work = spark, work.rstrip("/")
        self.tell = progress or (lambda stage, done, whole: None)

    def save(self, name: str, make: Any, folder: str | None = None) -> Any:
        path = f"{self.work}/{folder or name}"
        if not self._complete(path):
            make().write.mode("overwrite").parquet(path)
        frame = self.spark.read.parquet(path)
        frame.createOrReplaceTempView(name)
        self.tell(name, 1, 1)
        return frame

    def _complete(self, path: str) -> bool:
        """A table is complete when Spark left its mark."""
        jvm = self.spark._jvm
        mark = jvm.org.apache.hadoop.fs.Path(f"{path}/_SUCCESS")
        return bool(mark.getFileSystem(self.spark._jsc.hadoopConfiguration()).exists(mark))


def _sketcher(settings: Preset) -> Any:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield kernels.sketch_batch(batch.column(0).to_pylist(), batch.column(1).to_pylist(), settings)

    return run


def _agreer(settings: Preset) -> Any:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            agree = kernels.agreement(batch.column(2), batch.column(3)).to_numpy()
            yield batch.select([0, 1]).filter(pa.array(agree >= settings.agree))

    return run


def _verifier(settings: Preset) -> Any:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from kernels.verify_batch(batch, settings).to_batches()

    return run


def read_documents(spark: Any, path: str | Path, work: str, text_field: str = "text") -> Any:
    """Documents of a jsonl or parquet file or folder, numbered from 0 in the order of files and rows.

    Raises:
        InputError: there is no such field.
    """
    from pyspark.sql import functions as f

    name = str(path)
    if name.lower().endswith(".parquet"):
        frame = spark.read.parquet(name)
        if text_field not in frame.columns:
            raise InputError(f"{path}: no field {text_field!r}; it has {', '.join(frame.columns)}")
        text = f.col(f"`{text_field}`")
    else:
        frame = spark.read.text(name).where("trim(value) <> ''")
        text = f.from_json("value", f"`{text_field}` string")[text_field]
    raw = frame.select(
        f.col("_metadata.file_path").alias("file"),
        f.col("_metadata.file_block_start").alias("block"),
        f.monotonically_increasing_id().alias("row"),
        text.cast("string").alias("text"),
    )
    tables = _Tables(spark, work, None)
    numbered = tables.save("raw_documents", lambda: raw)
    splits = numbered.groupBy("file", "block").agg(f.min("row").alias("low"), f.count("*").alias("rows"))
    if numbered.where("text IS NULL").limit(1).collect():
        raise InputError(f"{path}: a document has no text in field {text_field!r}")
    offsets, offset = [], 0
    for split in sorted(splits.collect()):
        offsets.append((split.file, split.block, offset - split.low))
        offset += split.rows
    if not offsets:
        return spark.createDataFrame([], "doc bigint, text string")
    shifts = spark.createDataFrame(offsets, "file string, block bigint, shift bigint")
    rows = numbered.join(f.broadcast(shifts), ["file", "block"])
    return rows.select((f.col("row") + f.col("shift")).alias("doc"), "text")
