"""Make a corpus of any size with planted duplicates and hard negatives, to measure deduplication on.

    python benchmarks/make_corpus.py OUT.jsonl --documents 1000000 [--articles FOLDER] [--length 600] [--seed 0]

OUT (jsonl or parquet) gets ``id``, ``text``, ``cluster`` and ``kind``, written as they are made: documents of one
cluster (0 and up) are duplicates, -1 stands for none. Every sentence is used once, except where a copy is planted.

--articles: a folder of .txt files, or jsonl files (.xz, .gz) with ``text`` or ``paragraphs``: sentences are walks over
the pairs of characters of that text, so that there is no end to them and n-grams are as common as in the text. Without
it, sentences are put together from words and frames that stand below.

Planted: exact copies; 1, 2, 5, 10 or 20 % of the characters misread; broken lines, also with 3 % misread; cut heads and
tails; moved sentences; a banner and a source added. Not duplicates: documents that share half of their sentences, and
documents of one form with other numbers and names.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

WORDS = ["春天", "秋收", "河水", "桥梁", "道路", "学校", "老师", "学生", "工厂", "工人", "机器", "布匹", "粮食", "蔬菜", "果园", "渔船", "海港", "车站", "火车", "汽车", "医院", "医生", "药品", "病人", "图书", "报纸", "邮件", "电话", "电灯", "水井", "房屋", "屋顶", "门窗", "院子", "街道", "市场", "商店", "价格", "账目", "会议", "代表", "计划", "报告", "问题", "办法", "经验", "成绩", "任务", "劳动", "生产", "建设", "修理", "运输", "检查", "登记", "讨论", "决定", "参加", "组织", "帮助", "支持", "介绍", "访问", "学习", "练习", "表演", "音乐", "戏台", "电影", "画展", "比赛", "球队", "队员", "教练", "冠军", "天气", "雨水", "大雪", "寒潮", "高温", "台风", "山坡", "森林", "树苗", "草地", "牛羊", "马匹", "鸡鸭", "猪圈", "饲料", "肥料", "种子", "棉花", "小麦", "水稻", "玉米", "大豆", "花生", "茶叶", "蚕丝", "烟草", "木材", "煤炭", "钢铁", "石油", "水泥", "砖瓦", "玻璃", "纸张", "皮革", "瓷器", "家具", "衣服", "鞋帽", "帽子", "雨伞", "钟表", "收音机", "自行车", "拖拉机", "水库", "堤坝", "渠道", "电站", "仓库", "码头", "灯塔", "邻居", "亲戚", "父亲", "母亲", "孩子", "青年", "老人", "妇女", "战士", "邮递员", "售货员", "司机", "厨师", "裁缝", "木匠", "铁匠", "画家", "作家", "记者", "演员", "科学家", "早晨", "中午", "傍晚", "夜里", "去年", "今年", "明年", "上月", "本周", "昨日", "已经", "正在", "将要", "常常", "忽然", "终于", "仍然", "渐渐", "一起", "大家", "他们", "我们", "许多", "不少", "几个", "两座", "三批", "十分", "非常", "比较", "更加", "完全", "认真", "热情", "仔细", "高兴", "满意", "困难", "方便", "重要", "新鲜", "干净", "古老"]  # fmt: skip
LITTLE = "的了在和是把被从向到对为与又也都还就才只要能会可以"
FRAMES = ["{0}{1}{2}，{3}，{4}。", "{0}，{1}{3}{2}，{4}。", "据{1}{0}{2}，{3}。", "{3}，{0}{1}，{2}{4}。", "{0}说，{1}，{2}，{3}。"]
LOOKALIKES = ["己已巳", "未末", "日曰", "人入八", "大太犬", "土士上", "千干于", "天夫无", "王玉主", "今令", "折拆析", "侍待持", "市布", "本木", "田由甲申", "白自", "力刀", "问间", "代伐", "化比", "北此", "建健", "设没", "金全", "找战", "江汀", "每海", "部都", "治冶"]
FORMS = [
    "气象台预报：{place}今天白天{sky}，最高气温{n}度，最低气温{n}度，{way}风{n}级，湿度百分之{n}。",
    "{place}汽车站通知：{n}次班车改为{n}时{n}分开出，票价{n}元{n}角，停靠{n}站。",
    "{place}粮站今日牌价：大米每斤{n}分，面粉每斤{n}分，豆油每斤{n}角{n}分，到货{n}吨。",
    "任命{name}为{place}{post}，免去{name}的{place}{post}职务，自{n}月{n}日起生效。",
    "{place}第{n}号公告：{n}月{n}日{n}时至{n}时停电，涉及{n}户，电话{n}{n}。",
]
FIELDS: dict[str, Callable[[random.Random], str]] = {
    "place": lambda rng: rng.choice("东西南北上下新老大小") + rng.choice("河山桥林田湖塘岭湾口") + rng.choice("镇村区县城"),
    "sky": lambda rng: rng.choice(["晴", "多云", "阴", "小雨", "中雨", "阵雨", "雾"]),
    "way": lambda rng: rng.choice(["东", "南", "西", "北", "东南", "西北"]),
    "name": lambda rng: rng.choice("赵钱孙李周吴郑王冯陈") + "".join(rng.choices("明华建国志文秀英春梅德林海平", k=2)),
    "post": lambda rng: rng.choice(["水利局局长", "中学校长", "粮站站长", "供电所所长", "图书馆馆长"]),
    "n": lambda rng: str(rng.randint(1, 9999 if rng.random() < 0.2 else 99)),
}  # fmt: skip
KINDS = {"exact": 2, "misread 1": 4, "misread 2": 4, "misread 5": 4, "misread 10": 3, "misread 20": 2, "broken": 4,
         "broken, misread 3": 3, "cut head": 3, "cut tail": 3, "moved": 3, "banner": 2}  # fmt: skip
LIKE = {c: group.replace(c, "") for group in LOOKALIKES for c in group}
WINDOW = 50_000  # documents held back, so that a copy stands far from its original


def own_sentences(seed: int) -> Iterator[str]:
    """Sentences from the words and frames above."""
    rng = random.Random(seed)
    while True:
        words = rng.choices(WORDS, k=15)
        parts = ["".join(words[i] + rng.choice(LITTLE) * (rng.random() < 0.4) for i in range(k, k + 3)) for k in range(0, 15, 3)]
        yield rng.choice(FRAMES).format(*parts)


def read_articles(path: Path) -> str:
    """The running text of a folder of text files, or of jsonl files."""
    parts: list[str] = []
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        name = file.name.removesuffix(".xz").removesuffix(".gz")
        read: Callable[..., Any] = lzma.open if file.suffix == ".xz" else gzip.open if file.suffix == ".gz" else open
        if not name.endswith((".txt", ".jsonl")):
            continue
        with read(file, "rt", encoding="utf-8") as lines:
            if name.endswith(".txt"):
                parts += lines
                continue
            for line in lines:
                row = json.loads(line)
                parts += row.get("paragraphs") or [row["text"]]
    return "".join("".join(part.split()) for part in parts)


def walks(text: str, seed: int, at_once: int = 4000, length: int = 600) -> Iterator[str]:
    """Sentences as walks over the pairs of characters of a text: what follows a pair is what followed it somewhere."""
    units = np.frombuffer(text.encode("utf-16-le", "replace"), np.uint16).astype(np.int64)
    if len(units) < 10_000:
        raise SystemExit("--articles: too little text to walk over; give at least 10,000 characters")
    pairs = (units[:-2] << 16) | units[1:-1]
    order = np.argsort(pairs, kind="stable")
    states, first, count = np.unique(pairs[order], return_index=True, return_counts=True)
    following = units[2:][order]
    after = np.searchsorted(states, ((units[1:-1] << 16) | units[2:])[order])
    after[after == len(states)] = 0
    rng = np.random.default_rng(seed)
    while True:
        state = rng.integers(0, len(states), at_once)
        out = np.empty((at_once, length), np.uint16)
        for step in range(length):
            chosen = first[state] + (rng.random(at_once) * count[state]).astype(np.int64)
            out[:, step] = following[chosen]
            state = after[chosen]
        for row in out:
            yield from re.findall(r"[^。！？]{12,140}[。！？]", row.tobytes().decode("utf-16-le", "replace"))


def misread(rng: random.Random, text: str, rate: float, others: str) -> str:
    """Exchange, drop and add characters as an OCR engine does, at so many places of a hundred."""
    out = list(text)
    for i in range(len(text)):
        if rng.random() >= rate:
            continue
        how = rng.random()
        if how < 0.8:
            out[i] = rng.choice(LIKE[out[i]]) if out[i] in LIKE and rng.random() < 0.7 else rng.choice(others)
        else:
            out[i] = "" if how < 0.9 else out[i] + rng.choice(others)
    return "".join(out)


def broken(rng: random.Random, text: str) -> str:
    """Cut a text into lines of a column's width."""
    out, at = [], 0
    while at < len(text):
        width = rng.randint(13, 28)
        out.append(text[at : at + width] + rng.choice(["\n", "\n", " \n", "\n\n", "\n　　", " "]))
        at += width
    return "".join(out)


def copy_of(rng: random.Random, base: list[str], kind: str, others: str) -> str:
    """A copy of a document (its sentences), damaged in the way named."""
    text = "".join(base)
    name, _, rate = kind.partition("misread ")
    if rate:
        text = misread(rng, text, int(rate) / 100, others)
    if name.startswith("broken"):
        text = broken(rng, text)
    elif kind == "cut head":
        text = text[int(len(text) * rng.uniform(0.05, 0.5)) :]
    elif kind == "cut tail":
        text = text[: int(len(text) * rng.uniform(0.5, 0.95))]
    elif kind == "moved":
        text = "".join(rng.sample(base, len(base)))
    elif kind == "banner":
        text = f"要闻·第{rng.randint(1, 16)}版\n{text}（本报{rng.randint(1, 12)}月{rng.randint(1, 28)}日讯）"
    return text


def form(rng: random.Random, template: str) -> str:
    """A form that is filled in anew."""
    return re.sub(r"\{(\w+)\}", lambda m: FIELDS[m[1]](rng), template)


def documents(sentences: Iterator[str], seed: int, length: int) -> Iterator[tuple[str, int, str]]:
    """Text, cluster and kind, without end, copies right behind what they copy."""
    rng = random.Random(seed)
    others = "".join(next(sentences) for _ in range(500))
    cluster = 0

    def fresh() -> list[str]:
        want, out, size = int(min(2.5, max(0.4, rng.lognormvariate(0, 0.45))) * length), [], 0
        while size < want:
            out.append(next(sentences))
            size += len(out[-1])
        return out

    while True:
        draw, base = rng.random(), fresh()
        if draw < 0.72:
            yield "".join(base), -1, "single"
        elif draw < 0.95:
            yield "".join(base), cluster, "original"
            for _ in range(rng.choices([1, 2, 3, 4], [10, 5, 3, 2])[0]):
                kind = rng.choices([*KINDS], [*KINDS.values()])[0]
                yield copy_of(rng, base, kind, others), cluster, kind
            cluster += 1
        elif draw < 0.98:
            for _ in range(rng.randint(2, 3)):
                yield "".join(s if rng.random() < 0.5 else next(sentences) for s in base), -1, "half"
        else:
            lines = rng.choices(FORMS, k=max(2, length // 50))
            for _ in range(4):
                yield "".join(form(rng, line) for line in lines), -1, "form"


def mixed(rows: Iterable[tuple[str, int, str]], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """So many of the rows, numbered, in another order: each is held back for a while."""
    rng = random.Random(seed)
    held: list[tuple[str, int, str]] = []
    number = 0
    for row in rows:
        held.append(row)
        if len(held) < min(WINDOW, count):
            continue
        i = rng.randrange(len(held))
        held[i], held[-1] = held[-1], held[i]
        text, cluster, kind = held.pop()
        yield {"id": number, "text": text, "cluster": cluster, "kind": kind}
        number += 1
        if number == count:
            return


def corpus(count: int, articles: Path | None = None, length: int = 600, seed: int = 0) -> Iterator[dict[str, Any]]:
    """The documents of a corpus, one after another."""
    sentences = walks(read_articles(articles), seed) if articles else own_sentences(seed)
    return mixed(documents(sentences, seed + 1, length), count, seed + 2)


def write(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Write rows as they come."""
    if path.suffix != ".parquet":
        with path.open("w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("id", pa.int64()), ("text", pa.string()), ("cluster", pa.int64()), ("kind", pa.string())])
    block: list[dict[str, Any]] = []
    with pq.ParquetWriter(path, schema) as out:
        for row in rows:
            block.append(row)
            if len(block) == 2000:
                out.write_table(pa.Table.from_pylist(block, schema))
                block = []
        out.write_table(pa.Table.from_pylist(block, schema))


def options_of_corpus(parser: argparse.ArgumentParser) -> None:
    """What every program that makes a corpus asks."""
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--articles", type=Path, help="folder of .txt or jsonl files to take text from")
    parser.add_argument("--length", type=int, default=600, help="characters of a document, about (median)")
    parser.add_argument("--seed", type=int, default=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    options_of_corpus(parser)
    options = parser.parse_args()
    write(corpus(options.documents, options.articles, options.length, options.seed), options.out)


if __name__ == "__main__":
    main()
