from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.corpus.sketch import NGRAM, bands, encode, hash_ngrams, sketch

from .generate import misread, sentences

TEXT = st.text(st.sampled_from("甲乙丙丁戊己庚辛1２a Ａ，。\n　𠀀😀"), max_size=60)


def folded(text: str) -> str:
    return encode([text]).codes.tobytes().decode("utf-16-le", "surrogatepass")


@given(st.lists(TEXT, max_size=8))
def test_a_batch_encodes_as_its_texts_do_alone(texts: list[str]) -> None:
    batch = encode(texts)
    assert len(batch) == len(texts)
    for i, text in enumerate(texts):
        alone = encode([text]).codes
        assert np.array_equal(batch.codes[batch.starts[i] : batch.starts[i + 1]], alone)


@given(TEXT, TEXT)
def test_equal_ngrams_have_equal_hashes_and_others_do_not(a: str, b: str) -> None:
    a, b = folded(a), folded(b)
    units = [np.frombuffer(t.encode("utf-16-le", "surrogatepass"), np.uint16) for t in (a, b)]
    grams = [[tuple(u[i : i + NGRAM]) for i in range(len(u) - NGRAM + 1)] for u in units]
    hashes = [hash_ngrams(u).tolist() for u in units]
    known = dict(zip(grams[0], hashes[0], strict=True))
    assert len(set(known.values())) == len(known)
    for gram, value in zip(grams[1], hashes[1], strict=True):
        assert (known.get(gram) == value) == (gram in known)


@given(st.lists(TEXT, min_size=1, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_a_sketch_depends_on_nothing_but_its_text(texts: list[str], rng: random.Random) -> None:
    together = sketch(texts, 16)
    order = rng.sample(range(len(texts)), len(texts))
    assert np.array_equal(sketch([texts[i] for i in order], 16), together[order])
    for i, text in enumerate(texts):
        assert np.array_equal(sketch([text], 16)[0], together[i])


def test_batches_do_not_show_in_sketches(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["".join(sentences(random.Random(i), 4)) for i in range(30)]
    whole = sketch(texts)
    monkeypatch.setattr("newsclean.corpus.sketch.batches.__defaults__", (50,))
    assert np.array_equal(sketch(texts), whole)


@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_agreement_estimates_jaccard(rate: float) -> None:
    rng = random.Random(5)
    errors = []
    for _ in range(60):
        a = "".join(sentences(rng, 10))
        b = misread(rng, a, rate)
        sets = [set(hash_ngrams(encode([t]).codes).tolist()) for t in (a, b)]
        exact = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        x, y = sketch([a, b], 256)
        errors.append(float((x == y).mean()) - exact)
    assert abs(float(np.mean(errors))) < 0.02  # unbiased
    assert float(np.std(errors)) < 0.06


def test_densified_sketches_of_short_texts_estimate_too() -> None:
    rng = random.Random(6)
    errors = []
    for _ in range(200):
        a = "".join(rng.choices("春夏秋冬东西南北山川河海风雨雷电", k=24))
        b = a[6:]
        sets = [set(hash_ngrams(encode([t]).codes).tolist()) for t in (a, b)]
        exact = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        x, y = sketch([a, b], 64)
        errors.append(float((x == y).mean()) - exact)
    assert abs(float(np.mean(errors))) < 0.03


def test_texts_with_nothing_to_compare() -> None:
    rows = sketch(["", " ，。\n", "甲"], 8)
    assert (rows[:2] == 0xFFFFFFFF).all()
    assert not (rows[2] == 0xFFFFFFFF).any()
    assert (bands(rows, 8)[:2] == 0).all()


def test_keys_of_several_rows_meet_only_where_all_rows_agree() -> None:
    a = np.arange(8, dtype=np.uint32)[None, :]
    b = a.copy()
    b[0, 5] = 99
    keys = bands(np.concatenate([a, b]), 4, rows=2)
    assert (keys[0] == keys[1]).tolist() == [True, True, False, True]
    assert len(set(keys[0].tolist())) == 4
    with pytest.raises(ValueError, match="do not fit"):
        bands(a, 5, rows=2)


def test_bins_must_be_a_power_of_two() -> None:
    with pytest.raises(ValueError, match="power of two"):
        sketch(["甲"], 100)
