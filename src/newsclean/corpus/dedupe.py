"""Deduplicate a corpus in memory: the four stages one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from newsclean.corpus.candidates import candidates
from newsclean.corpus.inputs import documents, is_file, stands_twice, stored
from newsclean.corpus.result import Counts, Place, Result
from newsclean.corpus.sample import Sampler
from newsclean.corpus.settings import preset as find_preset
from newsclean.corpus.sketch import EMPTY, sketch
from newsclean.corpus.verify import verify

By = Literal["document", "paragraph"]
Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done and the whole of it."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: its lines, but for those of white space.

    >>> paragraphs("甲\\n\\n 乙 \\n")
    ['甲', ' 乙 ']
    """
    return [line for line in text.split("\n") if line.strip()]


def dedupe(
    items: Any,
    *,
    by: By = "document",
    preset: str = "default",
    threshold: float | None = None,
    keep: str | Callable[[Any], Any] = "first",
    id_field: str = "id",
    text_field: str = "text",
    progress: Progress | None = None,
) -> Result:
    """Find duplicates in a corpus.

    Args:
        items: documents: an iterable of strings, (id, text) pairs or mappings; an Arrow, pandas or polars table or
            column of text; the path of a parquet or jsonl file (for files larger than memory, see `dedupe_file`).
        by: what is compared, whole documents or their paragraphs (lines).
        preset: ``"default"``, or ``"fast"``, which does without alignment.
        threshold: share of the shorter text's characters that must stand in the other, 0.25 to 1; the preset's own if
            not given.
        keep: which of a group is kept: ``"first"``, ``"longest"``, ``"cleanest"``, or a function of an item, whose
            largest value is kept.
        id_field, text_field: names in mappings and tables.
        progress: called with the stage, what is done, and the whole of it.

    Returns:
        The result; nothing of the input is changed.

    Raises:
        InputError: the input cannot be read, or two documents have one id.
        ValueError: an unknown preset or policy, or a threshold out of range.

    >>> result = dedupe(["市政府昨日召开会议，部署今年的防汛工作。", "今天白天多云转晴，气温回升。",
    ...                  "市政府昨日召开会议，\\n部署今年的防讯工作"])
    >>> result.groups, result.kept
    ([[0, 2]], [0, 1])
    """
    settings = find_preset(preset, threshold)
    tell = progress or (lambda stage, done, whole: None)
    ids: list[Any] = []
    texts: list[str] = []
    sources: list[Any] = []
    known: set[Any] = set()
    for id_, text, item in documents(items, id_field, text_field):
        if id_ in known:
            raise stands_twice(items, stored(id_) if is_file(items) else repr(id_), id_field, text_field)
        known.add(id_)
        if by == "document":
            ids.append(id_)
            texts.append(text)
            sources.append(item)
        else:
            for number, part in enumerate(paragraphs(text)):
                ids.append(Place(id_, number))
                texts.append(part)
                sources.append(part)
    del known
    tell("sketch", 0, len(texts))
    sampler = Sampler()
    sketches = sketch(texts, settings.bins, also=sampler.add)
    empty = int((sketches[:, 0] == EMPTY).sum())
    tell("candidates", 0, len(texts))
    found = candidates(
        sketches, settings.bands, shared=settings.shared, agree=settings.agree, crowd=settings.crowd
    )
    pairs = found.pairs
    del sketches
    tell("verify", 0, len(pairs))
    read = 0

    def step(some: int) -> None:
        nonlocal read
        read += some
        tell("verify", read, len(pairs))

    verified = verify(
        texts, pairs, alignment=settings.alignment, least=settings.least, samples=sampler.samples(), progress=step
    )
    tell("done", len(texts), len(texts))
    return Result(
        ids,
        verified,
        settings.threshold,
        keep,
        Counts(
            documents=len(texts),
            empty=empty,
            meetings=found.rows,
            candidates=len(pairs),
            alike=len(verified),
            crowded=found.crowded,
            crowded_documents=found.crowded_documents,
            unaligned=verified.unaligned,
        ),
        fetch=lambda wanted: [texts[i] for i in wanted],
        items=lambda wanted: [sources[i] for i in wanted],
        least=settings.least,
    )
