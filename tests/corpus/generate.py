"""Text for tests: sentences put together from word lists of our own, and damage done to them."""

from __future__ import annotations

import random

WHO = ["市政府", "县水利局", "这家纺织厂", "老渔民", "新来的教师", "村里的合作社", "铁路工人", "省图书馆", "气象站", "港务处", "戏剧团", "年轻的护士"]
WHEN = ["昨日", "上周", "入秋以来", "今年春天", "雨季之前", "节日期间", "清晨", "夜里", "近几个月", "农忙时节"]
DO = ["修好了", "运来了", "检查了", "讨论了", "登记了", "拆除了", "展出了", "借走了", "清点了", "种下了", "拍卖了", "重新油漆了"]
WHAT = ["两座石桥", "几百棵柳树", "旧仓库的屋顶", "河边的水闸", "学校的图书", "全部渔网", "一批纺织机", "车站的座椅", "古老的戏台", "药房的柜子"]
AFTER = ["群众都说好", "费用由各家分担", "工程还要继续", "记者到场看了", "天气一直不错", "雨水没有漏进来", "大家松了一口气", "账目贴在墙上", "孩子们跑来围观"]
COMMON = "的一是了我不人在他有这上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感"
BREAKS = ["\n", "\n ", "\n\n", "　\n", " "]


def sentence(rng: random.Random) -> str:
    """One sentence; a random middle makes it its own."""
    middle = "".join(rng.choices(COMMON, k=rng.randint(6, 22)))
    return f"{rng.choice(WHEN)}{rng.choice(WHO)}{rng.choice(DO)}{rng.choice(WHAT)}，{middle}，{rng.choice(AFTER)}。"


def sentences(rng: random.Random, count: int) -> list[str]:
    return [sentence(rng) for _ in range(count)]


def misread(rng: random.Random, text: str, rate: float) -> str:
    out = []
    for char in text:
        if rng.random() >= rate:
            out.append(char)
        elif rng.random() < 0.8:
            out.append(rng.choice(COMMON))
        elif rng.random() < 0.5:
            out.append(char + rng.choice(COMMON))
    return "".join(out)


def break_lines(rng: random.Random, text: str) -> str:
    out, at = [], 0
    while at < len(text):
        width = rng.randint(14, 26)
        out.append(text[at : at + width] + rng.choice(BREAKS))
        at += width
    return "".join(out)


def weather(rng: random.Random) -> str:
    """A form that is filled in anew each day."""
    n = rng.randint
    lines = [f"测站{n(10, 99)}号：最高气温{n(1, 40)}.{n(0, 9)}度，最低气温{n(1, 20)}.{n(0, 9)}度，风力{n(1, 9)}级，雨量{n(10, 999)}毫米。" for _ in range(n(6, 10))]
    return "".join(lines)


def corpus(seed: int, bases: int) -> tuple[list[str], list[int]]:
    """Documents and for each its planted cluster, or -1; hard negatives of one form and of half the sentences among them."""
    rng = random.Random(seed)
    texts: list[str] = []
    cluster: list[int] = []

    def put(text: str, number: int) -> None:
        texts.append(text)
        cluster.append(number)

    for number in range(bases):
        base = sentences(rng, rng.randint(8, 16))
        whole = "".join(base)
        if number % 6 == 2:
            for _ in range(2):  # half of the sentences shared
                other = [sentence(rng) if rng.random() < 0.55 else s for s in base]
                put("".join(other[: len(base) // 2] + sentences(rng, len(base) // 2)), -1)
            continue
        put(whole, number)
        if number % 3 == 0:
            put(misread(rng, whole, rng.choice([0.01, 0.05, 0.1, 0.2])), number)
        if number % 3 == 1:
            cut = rng.randint(5, len(whole) // 2)
            put(rng.choice([whole[cut:], whole[:-cut], "".join(rng.sample(base, len(base)))]), number)
        if number % 4 == 0:
            put("本报讯" + break_lines(rng, misread(rng, whole, 0.03)), number)
        if number % 8 == 5:
            put(weather(rng), -1)
    order = rng.sample(range(len(texts)), len(texts))
    return [texts[i] for i in order], [cluster[i] for i in order]
