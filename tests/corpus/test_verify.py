from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.corpus import overlap as module
from newsclean.corpus.overlap import NUMERALS, SLOT, Scratch, gaps, overlap, prepare
from newsclean.corpus.sample import Screen, sample
from newsclean.corpus.sketch import NGRAM, encode
from newsclean.corpus.verify import GREY, Verdict, tail, verify

from .generate import break_lines, misread, sentences, weather

TEXT = st.text(st.sampled_from("甲乙丙丁12，"), max_size=40)


def folded(text: str) -> str:
    return encode([text]).codes.tobytes().decode("utf-16-le")


def grams(text: str) -> list[str]:
    return [text[i : i + NGRAM] for i in range(len(text) - NGRAM + 1)]


@pytest.mark.parametrize("bits", [4, 17])
def test_places_are_exact_also_in_a_crowded_table(monkeypatch: pytest.MonkeyPatch, bits: int) -> None:
    monkeypatch.setattr(module, "_TABLE_BITS", bits)
    texts = ["".join(sentences(random.Random(i % 3), 6)) * 2 for i in range(5)]
    documents = prepare(texts, Scratch())
    for begin, end in zip(documents.starts[:-1], documents.starts[1:] - NGRAM + 1, strict=True):
        grams = documents.ngram[begin:end].tolist()
        assert len(set(documents.place[begin:end].tolist())) == len(set(grams))
        once = documents.once[begin:end]
        assert sorted(documents.ngram[begin:end][once].tolist()) == sorted(set(grams))
    ends = {e - i for e in documents.starts[1:].tolist() for i in range(1, NGRAM)}
    inside = [i for i in range(len(documents.ngram)) if i not in ends]
    of = {(int(documents.ngram[i]), int(documents.place[i])) for i in inside}
    assert len(of) == len({gram for gram, _ in of})  # one n-gram, one place, in all documents


@pytest.mark.parametrize("bits", [4, 17])
@given(st.lists(TEXT, min_size=2, max_size=5))
@settings(max_examples=150)
def test_overlap_against_sets(bits: int, texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TABLE_BITS", bits)
        check_overlap(texts)


def check_overlap(texts: list[str]) -> None:
    plain = [folded(t) for t in texts]
    pairs = [(i, k) if len(plain[i]) <= len(plain[k]) else (k, i) for i, k in combinations(range(len(texts)), 2)]
    pairs = [(i, k) for i, k in pairs if len(plain[i]) >= NGRAM]
    if not pairs:
        return
    scratch = Scratch()
    documents = prepare(texts, scratch)
    short_of, long_of = np.array(pairs).T
    found = overlap(documents, short_of, long_of, scratch)
    assert not scratch.stamp.any()  # left as it was found
    chosen = np.flatnonzero(found.coverage > 0)
    seen = gaps(documents, short_of, found, chosen)
    row = {at: n for n, at in enumerate(chosen.tolist())}
    for at, (i, k) in enumerate(pairs):
        short, long = plain[i], set(grams(plain[k]))
        assert found.common[at] == len(set(grams(short)) & long)
        covered = [False] * len(short)
        for j, gram in enumerate(grams(short)):
            if gram in long:
                covered[j : j + NGRAM] = [True] * NGRAM
        assert found.coverage[at] == pytest.approx(sum(covered) / len(short))
        if not any(covered):
            assert at not in row
            continue
        end = len(covered) - covered[::-1].index(True) + SLOT
        inside = range(max(0, covered.index(True) - SLOT), min(len(covered), end))
        numbers: list[list[int]] = []
        for j in inside:
            if short[j] in NUMERALS:
                if j - 1 in inside and short[j - 1] in NUMERALS:
                    numbers[-1].append(j)
                else:
                    numbers.append([j])
        assert seen.numbers[row[at]] == len(numbers)
        assert seen.missing_numbers[row[at]] == sum(not all(covered[j] for j in n) for n in numbers)
        bare = "".join(" " if covered[j] else "x" for j in inside).split()
        assert seen.gaps[row[at]] == sum(len(gap) <= SLOT for gap in bare)
        assert seen.wide_gaps[row[at]] == sum(1 < len(gap) <= SLOT for gap in bare)
    assert documents.distinct.tolist() == [len(set(grams(t))) for t in plain]


def one(a: str, b: str, alignment: bool = True) -> tuple[float, str]:
    found = verify([a, b], np.array([[0, 1]]), alignment=alignment)
    if not len(found):
        return 0.0, "dropped"
    return float(found.similarity[0]), Verdict(int(found.verdict[0])).name


def text(seed: int, count: int = 10) -> str:
    return "".join(sentences(random.Random(seed), count))


def test_scores_of_a_pair() -> None:
    a = text(1)
    found = verify([a, a[: len(a) // 2]], np.array([[0, 1]]))
    assert found.containment[0] > 0.98
    assert 0.45 < found.jaccard[0] < 0.55
    assert found.similarity[0] == 1.0


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.1, 0.2])
def test_misread_copies_are_found(rate: float) -> None:
    rng = random.Random(int(rate * 100))
    for seed in range(10):
        similarity, verdict = one(text(seed), break_lines(rng, misread(rng, text(seed), rate)))
        assert (similarity > 0.7, verdict) == (True, "SAME")


def test_moved_paragraphs_and_banners_are_found() -> None:
    parts = sentences(random.Random(3), 12)
    moved = "".join(parts[6:] + parts[:6])
    assert one("".join(parts), "第四版 综合新闻\n" + moved)[0] > 0.95


def test_half_the_sentences_are_no_copy() -> None:
    rng = random.Random(4)
    base = sentences(rng, 12)
    other = [s if i % 2 else x for i, (s, x) in enumerate(zip(base, sentences(rng, 12), strict=True))]
    similarity, _ = one("".join(base), "".join(other))
    assert similarity < 0.7


@pytest.mark.parametrize("alignment", [True, False])
def test_one_form_with_other_numbers(alignment: bool) -> None:
    rng = random.Random(7)
    for _ in range(10):
        similarity, verdict = one(weather(rng), weather(rng), alignment)
        assert verdict in {"NUMBERS", "dropped"} or similarity < 0.5


def test_two_notices_that_differ_only_in_their_numbers() -> None:
    notice = text(8, 4) + "第{}号通告自{}月起施行，编号{}。" + text(9, 4)
    assert one(notice.format(3, 5, 7712), notice.format(4, 6, 7713))[1] == "NUMBERS"
    assert one(notice.format("三", "五", 77), notice.format("四", "六", 78))[1] == "NUMBERS"


def test_a_misread_number_among_other_misreadings_is_no_other_notice() -> None:
    notice = text(8, 4) + "第3号通告自5月起施行，编号7712。" + text(9, 4)
    copy = misread(random.Random(1), text(8, 4), 0.06) + "第3号通告自5月起施行，编号77I2。" + misread(random.Random(2), text(9, 4), 0.06)
    assert one(notice, copy)[1] == "SAME"


def test_one_form_with_other_names() -> None:
    form = "兹聘请{}同志为本校{}教师，聘期自即日起，由{}同志负责联系，{}同志作证，凭此证到总务处领取用品，请予接待。"
    assert one(form.format("李春山", "算术", "周大川", "吴海"), form.format("赵秋月", "地理", "郑小河", "孙雷"))[1] == "FORM"


def test_a_small_part_is_no_copy() -> None:
    assert one(text(1, 40), text(1, 40)[:200])[1] == "PART"


def test_short_texts() -> None:
    assert one("关于做好秋收工作的通知", "关于做好 秋收工作的通知。") == (1.0, "SAME")
    assert one("关于做好今年秋收工作的通知", "关于做好明年秋收工作的报告")[1] == "SHORT"
    assert one("通知", "通知！") == (1.0, "SAME")
    assert one("通知", "通告")[1] == "dropped"
    assert one("第5次会议纪要已经印发各单位", "第6次会议纪要已经印发各单位")[1] == "NUMBERS"


@given(st.lists(TEXT, min_size=2, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_a_pair_reads_the_same_in_any_company(texts: list[str], rng: random.Random) -> None:
    pairs = list(combinations(range(len(texts)), 2))
    together = verify(texts, np.array(pairs))
    mixed = verify(texts, np.array(rng.sample(pairs, len(pairs))))
    for name in together.COLUMNS:
        assert getattr(together, name).tolist() == getattr(mixed, name).tolist()
    rows = {(a, b): s for a, b, s in zip(together.a.tolist(), together.b.tolist(), together.similarity.tolist(), strict=True)}
    for a, b in pairs:
        alone = verify([texts[a], texts[b]], np.array([[0, 1]]))
        assert alone.similarity.tolist() == ([rows[a, b]] if (a, b) in rows else [])
        assert all(s >= GREY[0] for s in alone.similarity.tolist())


def test_tail_against_counting() -> None:
    rng = random.Random(2)
    trials = [sum(rng.random() < 0.3 for _ in range(12)) for _ in range(20000)]
    for hits in (2, 4, 6):
        assert tail(12, hits, 0.3) == pytest.approx(sum(t >= hits for t in trials) / len(trials), abs=0.02)


def test_the_size_of_pieces_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(5)
    texts = [text(i % 7, 8) + misread(rng, text(i % 5, 3), 0.1) for i in range(20)]
    pairs = np.array(list(combinations(range(20), 2)))
    whole = verify(texts, pairs)
    monkeypatch.setattr("newsclean.corpus.verify._CHARACTERS_AT_ONCE", 900)
    assert all((getattr(verify(texts, pairs), name) == getattr(whole, name)).all() for name in whole.COLUMNS)
    assert len(whole) > 20


def test_a_gap_ends_where_its_document_ends() -> None:
    """Two pairs side by side, one with a gap at its end, the other with one at its beginning: two gaps."""
    a, b = text(1, 4), text(2, 4)
    texts = [a + "山水", a + "木石", "花鸟" + b, "风月" + b]
    documents = prepare(texts, Scratch())
    short, long = np.array([0, 2]), np.array([1, 3])
    found = overlap(documents, short, long, Scratch())
    seen = gaps(documents, short, found, np.arange(2))
    assert seen.gaps.tolist() == seen.wide_gaps.tolist() == [1, 1]


def test_the_sample_leaves_out_what_shares_a_passage_and_keeps_what_is_misread() -> None:
    rng = random.Random(4)
    base = sentences(rng, 16)
    whole = "".join(base)
    texts = [
        whole,
        misread(rng, whole, 0.2),  # worn down everywhere
        "".join(rng.sample(base, len(base))),  # moved
        whole[: len(whole) * 6 // 10],  # cut
        "".join(sentences(rng, 12) + base[4:7] + sentences(rng, 1)),  # shares one passage
        whole[:60],  # too short to tell
    ]
    pairs = np.array([(0, i) for i in range(1, len(texts))])
    samples = sample(texts)
    worth = Screen().worth_reading(samples, pairs, 0.49)
    assert worth.tolist() == [True, True, True, False, True]
    assert Screen().worth_reading(samples, pairs[:, ::-1], 0.49).tolist() == worth.tolist()
    assert Screen().worth_reading(samples, pairs, 0.0).all()
    # read at once or block by block, the pairs are the same
    here, there = verify(texts, pairs, least=0.49, samples=samples), verify(texts, pairs, least=0.49)
    assert (here.b.tolist(), here.similarity.tolist()) == (there.b.tolist(), there.similarity.tolist())
    assert 4 not in here.b.tolist()
    assert here.dropped == there.dropped
