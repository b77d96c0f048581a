"""Deduplication beside the libraries people use: accuracy, speed and memory, each in a process of its own.

    python benchmarks/dedupe.py [CORPUS.jsonl] [--documents 20000] [--articles FOLDER] [--only newsclean,rensa,...] [--runs 3]
    python benchmarks/dedupe.py CORPUS.jsonl --memory 400

CORPUS: ``{"id", "text", "cluster"}`` a line; documents of one cluster (0 and up) are duplicates. Without it one is made,
see make_corpus.py. With --memory only the command is run, on the file, with this limit in MB. Peers are those that
are installed (``pip install rensa gaoya datasketch``), each with 5-grams of characters, 128 permutations, at the usual
threshold and at one tuned for misread text. Figures: CPU seconds (median), MB of UTF-8 a CPU second, memory over what
the texts take, and precision, recall and F1 over pairs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path

from make_corpus import corpus, options_of_corpus, write

Groups = Iterable[list[int]]
THRESHOLDS = (0.7, 0.35)


def connected(count: int, pairs: Iterable[tuple[int, int]]) -> Groups:
    root = list(range(count))

    def find(x: int) -> int:
        while root[x] != x:
            root[x] = root[root[x]]
            x = root[x]
        return x

    for a, b in pairs:
        root[find(a)] = find(b)
    groups = defaultdict(list)
    for i in range(count):
        groups[find(i)].append(i)
    return [g for g in groups.values() if len(g) > 1]


def shingles(text: str) -> list[str]:
    plain = "".join(text.split())
    return [plain[i : i + 5] for i in range(max(1, len(plain) - 4))]


def newsclean(preset: str) -> Callable[[list[str], float], Groups]:
    def run(texts: list[str], _: float) -> Groups:
        from newsclean.corpus import dedupe

        return dedupe(texts, preset=preset).groups

    return run


def sketch_only(texts: list[str], _: float) -> Groups:
    """Sketch and candidates of the fast preset, nothing verified: for speed alone."""
    from newsclean.corpus.candidates import candidates
    from newsclean.corpus.settings import PRESETS
    from newsclean.corpus.sketch import sketch

    p = PRESETS["fast"]
    sketches = sketch(texts, p.bins)
    found = candidates(sketches, p.bands, shared=p.shared, agree=p.agree, crowd=p.crowd)
    return connected(len(texts), map(tuple, found.pairs.tolist()))


def bands_for(threshold: float) -> tuple[int, int]:
    return (16, 8) if threshold >= 0.5 else (64, 2)


def rensa(texts: list[str], threshold: float) -> Groups:
    from rensa import RMinHash, RMinHashLSH

    count, _ = bands_for(threshold)
    index = RMinHashLSH(threshold=threshold, num_perm=128, num_bands=count)
    hashes = []
    for i, text in enumerate(texts):
        h = RMinHash(num_perm=128, seed=42)
        h.update(shingles(text))
        index.insert(i, h)
        hashes.append(h)
    pairs = (
        (i, j) for i, h in enumerate(hashes) for j in index.query(h) if j > i and h.jaccard(hashes[j]) >= threshold
    )
    return connected(len(texts), pairs)


def gaoya(texts: list[str], threshold: float) -> Groups:
    from gaoya.minhash import MinHashStringIndex

    count, rows = bands_for(threshold)
    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=threshold, num_bands=count, band_size=rows, num_hashes=count * rows,
        analyzer="char", lowercase=False, ngram_range=(5, 5),
    )  # fmt: skip
    plain = ["".join(t.split()) for t in texts]
    index.par_bulk_insert_docs(list(range(len(plain))), plain)
    found = index.par_bulk_query(plain, return_similarity=False)
    return connected(len(texts), ((i, j) for i, near in enumerate(found) for j in near if j > i))


def datasketch(texts: list[str], threshold: float) -> Groups:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=128)
    hashes = MinHash.bulk([[s.encode() for s in shingles(t)] for t in texts], num_perm=128)
    for i, h in enumerate(hashes):
        index.insert(i, h)
    pairs = (
        (i, j) for i, h in enumerate(hashes) for j in index.query(h) if j > i and h.jaccard(hashes[j]) >= threshold
    )
    return connected(len(texts), pairs)


RUNS: dict[str, tuple[Callable[[list[str], float], Groups], str, tuple[float, ...]]] = {
    "newsclean default": (newsclean("default"), "newsclean", (0.0,)),
    "newsclean fast": (newsclean("fast"), "newsclean", (0.0,)),
    "newsclean fast, unverified": (sketch_only, "newsclean", (0.0,)),
    "rensa": (rensa, "rensa", THRESHOLDS),
    "gaoya": (gaoya, "gaoya", THRESHOLDS),
    "datasketch": (datasketch, "datasketch", THRESHOLDS),
}


def measure(path: str, name: str, threshold: float) -> dict[str, float]:
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [r["text"] for r in rows]
    RUNS[name][0](texts[:50], threshold)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    groups = RUNS[name][0](texts, threshold)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    clusters = defaultdict(list)
    for i, row in enumerate(rows):
        if row["cluster"] >= 0:
            clusters[row["cluster"]].append(i)
    want = {p for ids in clusters.values() for p in combinations(ids, 2)}
    have = {p for ids in groups for p in combinations(sorted(ids), 2)} if not name.endswith("unverified") else set()
    precision, recall, f1 = scores(want, have)
    return {
        "seconds": seconds,
        "mb_per_s": sum(len(t.encode()) for t in texts) / 1e6 / seconds,
        "memory_mb": memory / 1024,
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }


def scores(want: set[tuple[int, int]], have: set[tuple[int, int]]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs."""
    precision, recall = len(want & have) / max(1, len(have)), len(want & have) / max(1, len(want))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def run_command(path: Path, memory: int) -> None:
    """Run the command on a file and print what it took and found."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        groups = Path(folder, "groups.jsonl")
        files = [str(path), "-o", str(Path(folder, "kept.jsonl")), "--groups", str(groups)]
        start = time.monotonic()
        subprocess.run([sys.executable, "-m", "newsclean", "dedupe", *files, "--memory", str(memory)], check=True)
        elapsed, used = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        clusters = defaultdict(list)
        with path.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["cluster"] >= 0:
                    clusters[row["cluster"]].append(row["id"])
        want = {p for ids in clusters.values() for p in combinations(sorted(ids), 2)}
        with groups.open(encoding="utf-8") as lines:
            have = {p for ids in map(json.loads, lines) for p in combinations(sorted(ids), 2)}
    print("| MB | limit, MB | CPU s | elapsed, s | largest RSS, MB | precision | recall | F1 |\n|---|---|---|---|---|---|---|---|")
    cost = f"{used.ru_utime + used.ru_stime:.0f} | {elapsed:.0f} | {used.ru_maxrss / 1024:.0f}"
    quality = " | ".join(f"{value:.3f}" for value in scores(want, have))
    print(f"| {path.stat().st_size / 1e6:.0f} | {memory} | {cost} | {quality} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?")
    options_of_corpus(parser)
    parser.add_argument("--memory", type=int, help="run only the command, on the file, with this limit in MB")
    parser.add_argument("--only", help="names of libraries, with commas between them")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("NAME", "THRESHOLD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.corpus, options.one[0], float(options.one[1]))))
        return
    if not options.corpus:
        with tempfile.TemporaryDirectory() as folder:
            options.corpus = str(Path(folder, "corpus.jsonl"))
            write(corpus(options.documents, options.articles, options.length, options.seed), Path(options.corpus))
            compare(options)
    else:
        compare(options)


def compare(options: argparse.Namespace) -> None:
    """Run each library on the corpus, each time in a process of its own, and print a table."""
    if options.memory:
        run_command(Path(options.corpus), options.memory)
        return
    print("| | threshold | CPU s | MB/s | memory MB | precision | recall | F1 |\n|---|---|---|---|---|---|---|---|")
    for name, (_, module, thresholds) in RUNS.items():
        if options.only and module not in options.only.split(","):
            continue
        if importlib.util.find_spec(module) is None:
            print(f"| {name} | not installed |")
            continue
        for threshold in thresholds:
            command = [sys.executable, __file__, options.corpus, "--one", name, str(threshold)]
            found = []
            for _ in range(options.runs):
                answer = subprocess.run(command, capture_output=True, text=True)
                if answer.returncode:
                    break
                found.append(json.loads(answer.stdout.splitlines()[-1]))
            if not found:
                print(f"| {name} | {threshold or ''} | failed: {answer.stderr.strip().splitlines()[-1]} |", flush=True)
                continue
            m = {key: statistics.median(f[key] for f in found) for key in found[0]}
            quality = f"{m['precision']:.3f} | {m['recall']:.3f} | {m['f1']:.3f}" if m["f1"] else "| |"
            cost = f"{m['seconds']:.2f} | {m['mb_per_s']:.1f} | {m['memory_mb']:.0f}"
            print(f"| {name} | {threshold or ''} | {cost} | {quality} |", flush=True)


if __name__ == "__main__":
    main()
