"""Make truth pages more various before training on them.

    python benchmarks/vary_pages.py FOLDER OUT --text FILE.jsonl[.xz]... [--seed 0]

Banners and kickers are exchanged for others (names of offices and places, and clauses, found in the text files; banners
after the patterns by which newspapers name their columns), and on some pages the end of one paragraph and the beginning
of the next are taken away, so that two fragments stand behind each other that must not be joined.

``--lines`` leaves the words alone and does to the lines only what engines do: a PDF extractor ends a line between two
marks that a browser set close (见“云招聘” | ，…), and an engine that sorts boxes by their upper edges puts the kicker
behind the headline's first line.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import random
import re
from collections import Counter
from pathlib import Path

TOPICS = ["经济", "民生", "文化", "教育", "健康", "科技", "社会", "法治", "财经", "生活", "体育", "国际", "国内", "本市", "城市", "农业", "三农", "乡村", "生态", "环保", "交通", "旅游", "医疗", "卫生", "就业", "人才", "创业", "创新", "消费", "市场", "金融", "证券", "房产", "汽车", "能源", "工业", "制造", "企业", "外贸", "海洋", "航天", "军事", "国防", "两会", "党建", "组织", "廉政", "统战", "工会", "青年", "妇女", "儿童", "老年", "志愿", "公益", "慈善", "文明", "平安", "社区", "街道", "校园", "高考", "书香", "阅读", "艺术", "影视", "戏曲", "非遗", "考古", "历史", "人物", "民族", "宗教", "食品", "药品", "质量", "安全", "应急", "消防", "气象", "防汛", "抗旱", "抗疫", "疫情", "春运", "春耕", "三夏", "秋收", "水利", "林业", "渔业", "畜牧", "粮食", "电力", "电信", "互联网", "数字", "人工智能", "大数据", "开放", "改革", "发展", "项目", "招商", "营商环境", "开发区", "自贸区", "长三角", "大湾区", "一带一路", "双碳", "振兴", "扶贫", "脱贫", "小康", "时政", "综合"]
NAMING = ["{t}新闻", "{t}周刊", "{t}视点", "{t}观察", "{t}广角", "{t}纵横", "{t}天地", "{t}在线", "{t}之窗", "{t}论坛", "{t}评论", "{t}专刊", "{t}专版", "{t}特刊", "{t}进行时", "{t}面对面", "{t}故事", "{t}人物", "{t}速递", "{t}快报", "{t}播报", "{t}资讯", "{t}聚焦", "{t}前沿", "{t}札记", "{t}随笔", "{t}风采", "{t}写真", "{t}大家谈", "{t}一线", "{t}关注", "{t}热线", "{t}调查", "{t}连线", "{t}时评", "{t}短波", "{t}简讯", "{t}之声", "聚焦{t}", "关注{t}", "走进{t}", "直击{t}", "话说{t}", "图说{t}", "今日{t}", "本周{t}", "我们的{t}", "{t}·人物", "{t}·故事", "在一线·{t}", "特别报道·{t}", "{t}·特别报道", "聚焦·{t}", "关注·{t}", "{t}{u}周刊", "{t}与{u}", "{t}·{u}", "新时代", "新{t}", "奋进新征程·{t}", "推动{t}高质量发展", "{t}高质量发展调研行", "{t}看变化", "一线{t}行", "{t}零距离", "{t}你我他", "{t}进万家", "喜迎盛会·{t}", "{t}在行动", "专题", "特稿", "要闻", "综合", "时评", "社论", "短评", "快评", "图片新闻", "来论", "今日谈", "微言", "声音", "纪实", "深读", "特写", "专访", "综述", "述评", "读者来信", "城事", "头条", "热点", "焦点", "视野", "视界", "论道", "观点", "锐评", "有话直说", "记者调查", "记者手记", "新闻调查", "新闻链接", "延伸阅读", "背景资料", "一周要览", "国际观察", "环球视线", "环球博览", "权威发布", "政策解读", "百姓话题", "身边榜样", "暖新闻", "走基层", "走转改", "新春走基层"]
NAMING += ["{t}日记", "{t}手札", "{t}夜话", "{t}茶座", "{t}沙龙", "{t}讲堂", "{t}课堂", "{t}信箱", "{t}驿站", "{t}榜样", "{t}先锋", "{t}之星", "{t}名片", "{t}密码", "{t}答卷", "{t}样本", "{t}档案", "{t}记忆", "{t}春秋", "{t}人家", "{t}脉动", "{t}大观", "{t}万象", "{t}博览", "{t}看台", "{t}看点", "{t}说法", "{t}说", "{t}圈", "{t}眼", "{t}镜头", "{t}影像", "{t}印象", "{t}足迹", "{t}现场", "{t}追踪", "{t}回访", "{t}问答", "{t}提示", "{t}预告", "{t}动态", "{t}简报", "{t}要闻", "{t}短讯", "{t}专题", "{t}特稿", "{t}聚集地", "{t}直通车", "{t}服务台", "{t}帮帮团", "{t}家访", "{t}行走", "{t}行", "{t}论", "{t}谈", "{t}访", "{t}志", "{t}录", "{t}记", "百姓{t}", "身边{t}", "掌上{t}", "家门口的{t}", "代表委员谈{t}", "局长谈{t}", "书记话{t}", "我看{t}", "我与{t}", "我爱{t}", "讲述{t}故事", "学习{t}思想", "学习贯彻{t}精神", "贯彻落实{t}会议精神", "{t}一年间", "{t}十年", "{t}大讨论", "{t}在身边", "{t}走笔", "海外{t}", "全球{t}", "邻里", "街谈", "乡音", "乡愁", "民声", "视听", "影评", "书评", "连载", "小说", "诗歌", "散文", "收藏", "棋牌", "美食", "养生", "讣闻", "启事", "广告", "公告", "天气", "彩票", "股市", "楼市", "车市", "求职", "留学", "婚恋", "宠物", "科普", "辟谣", "更正", "勘误", "答读者问", "编辑部的话", "编者按", "开栏的话", "每日一题", "一周天下", "数说", "图解", "漫画", "声明"]
VERBS = ["建设", "推进", "聚焦", "守护", "奋战", "共建", "共享", "打造", "弘扬", "传承", "践行", "树立", "凝聚", "展现", "激发", "拥抱", "擦亮", "筑牢", "决胜", "服务", "培育", "讲好", "谱写", "勇担", "献礼", "迎接", "保护", "关爱", "振兴", "创新"]
OBJECTS = ["美好家园", "时代新人", "绿色发展", "文明新风", "青春力量", "民生底线", "安全防线", "幸福生活", "工匠精神", "优良家风", "改革成果", "城市品质", "活力", "使命", "梦想", "新篇章", "新作为", "新风尚", "好故事", "精气神", "主战场", "主旋律", "烟火气", "生命线", "责任", "担当", "蓝天", "碧水", "初心", "未来"]
FOUR = ["产业兴旺", "生态优先", "实干争先", "砥砺前行", "奋楫扬帆", "勇毅前行", "同心同德", "众志成城", "依法治市", "教育强县", "文化惠民", "工业立市", "争创一流", "真抓实干", "攻坚克难", "担当作为", "春暖花开", "山河无恙", "你我同行", "接续奋斗", "强国有我", "清廉为民", "数字赋能", "科技兴农", "守土有责", "家国情怀", "守望相助", "共克时艰", "全民健身", "品质生活"]
TIMES = ["今年以来", "上半年", "前三季度", "一季度", "前{n}月", "{n}月份", "本月起", "{n}月{n}日起", "今起", "昨日", "{n}月{n}日", "今年前{n}个月", "“十四五”以来", "五年来", "近年来", "暑期", "春节期间", "国庆长假", "汛期将至", "即日起", "明年起", "全年", "去年", "二季度", "春运首日", "开学第一天", "高考首日", "全省首个", "我市首家", "全国首例", "我国首次", "市民反映", "读者来信", "专家提醒", "警方提示", "最新统计显示", "记者获悉", "有关部门回应"]
TIMES += ["历时{n}年", "历时{n}个月", "时隔{n}年", "连续{n}年", "连续{n}个月", "总投资{n}亿元", "投资{n}亿多元", "全长{n}0公里", "年产{n}万吨", "{n}天{n}夜", "{n}年间", "第{n}届", "近{n}年来", "截至{n}月底", "全年目标完成{n}成", "增长{n}成", "下降{n}%", "首批{n}家", "全市第{n}批", "今冬明春", "立冬前后", "清明假期", "五一期间", "中秋将至", "年关将至", "开学在即", "雨季来临", "入夏以来", "连日来", "一周以来", "日前", "新华社评论员", "本报评论员", "据新华社电", "本报调查显示", "记者调查发现", "独家对话", "业内人士认为", "村民算账", "家长担心", "网友热议", "有关专家建议"]
OFFICES = re.compile(
    r"(?:(?<=[，。、“；：]))([\u4e00-\u9fff]{2,7}(?:省|市|县|区|镇|乡|自治县|街道|局|委|厅|办|部|院|署|中心|集团|大学|医院|法院|检察院|银行|海关|协会|联合会|管委会|政府|公司))(?=[，、在于日近已将对举召推全今])"
)


def phrases(files: list[Path], rng: random.Random) -> tuple[list[str], list[str]]:
    """Names of offices and places, and whole clauses, out of running text."""
    offices: Counter[str] = Counter()
    clauses = []
    for file in files:
        with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as rows:
            for row in rows:
                record = json.loads(row)
                for paragraph in record["paragraphs"]:
                    offices.update(OFFICES.findall(paragraph))
                if record["paragraphs"] and rng.random() < 0.4:
                    clauses += [c for c in re.split(r"[，。；：！？“”]", rng.choice(record["paragraphs"])) if 5 <= len(c) <= 16]
                parts = re.split(r"[ ：]", record.get("title", ""))
                if len(parts) == 2 and 4 <= len(parts[0]) <= 14:
                    clauses.append(parts[0])
    return list(offices), clauses


def banner(rng: random.Random) -> str:
    """A name such as newspapers give their columns."""
    if rng.random() < 0.15:
        text = slogan(rng)
    else:
        text = rng.choice(NAMING).format(t=rng.choice(TOPICS), u=rng.choice(TOPICS))
    return rng.choice(("{}", "{}", "{}", "{}", "【{}】", "■{}", "●{}", "◆ {}", "[{}]", "▎{}")).format(text)


def slogan(rng: random.Random) -> str:
    """Two halves of one length, as a campaign's page has them over many articles."""
    if rng.random() < 0.5:
        return " ".join(rng.sample(FOUR, 2))
    first, second = rng.sample(VERBS, 2)
    size = rng.choice((2, 3, 4))
    objects = [o for o in OBJECTS if len(o) == size]
    return f"{first}{rng.choice(objects)} {second}{rng.choice(objects)}"


def kicker(rng: random.Random, offices: list[str], clauses: list[str]) -> str:
    """A line such as stands above a headline."""
    draw = rng.random()
    if draw < 0.6:
        return rng.choice(offices)
    if draw < 0.85:
        return rng.choice(TIMES).format(n=rng.randint(1, 12))
    if draw < 0.9:
        return rng.choice(clauses)
    return " ".join(rng.choice(clauses)[:9] for _ in range(2)) if rng.random() < 0.3 else rng.choice(offices) + rng.choice(("发布", "出台新规", "印发意见", "通报", "回应", "提醒", "启动", "获悉", "提出", "部署", "举行", "研究部署", "召开会议", "专题研究", "披露", "发文", "审议通过"))


def vary(rng: random.Random, text: str, gold: dict, offices: list[str], clauses: list[str]) -> tuple[str, dict]:
    """One page made over."""
    spans: dict[int, list[list[int]]] = {}
    for start, end, block in gold["labels"]:
        spans.setdefault(block, []).append([start, end])
    changes: list[tuple[int, int, str, int]] = []  # start, end, new text, its label
    traditional = sum(text.count(c) for c in "國說這個們來時為") > 8
    for k, block in enumerate(gold["blocks"]):
        if block["kind"] not in ("banner", "kicker") or k not in spans or traditional or rng.random() > 0.6:
            continue
        start, end = spans[k][0][0], spans[k][-1][1]
        if "\n" in text[start:end]:
            continue
        new = banner(rng) if block["kind"] == "banner" else kicker(rng, offices, clauses)
        changes.append((start, end, new, k))
        block["text"] = new
        if block["article"] is not None:
            gold["articles"][block["article"]][block["kind"]] = new
    if rng.random() < 0.45:
        changes += fragments(rng, text, gold, spans)
    changes.sort()
    label = labels_of(text, gold)
    pieces: list[str] = []
    labels: list[int] = []
    at = 0
    for start, end, new, k in changes:
        if start < at:
            continue
        pieces.append(text[at:start] + new)
        labels += label[at:start] + [-1 if c.isspace() else k for c in new]
        at = end
    pieces.append(text[at:])
    labels += label[at:]
    text = "".join(pieces)
    if rng.random() < 0.25:
        text, labels = engine_noise(rng, text, labels)
    return relined(rng, text, labels, gold, 0.1, 0.1, 0)


def labels_of(text: str, gold: dict) -> list[int]:
    """For each code point its block, -1 for none, -2 and below for copies."""
    label = [-1] * len(text)
    for start, end, block in gold["labels"]:
        label[start:end] = [block] * (end - start)
    return label


def relined(
    rng: random.Random, text: str, labels: list[int], gold: dict, cutting: float, sorting: float, bare: float
) -> tuple[str, dict]:
    """The page as engines rearrange it, each change with its likelihood.

    Its lines cut between marks; its titles sorted by their upper edges; the dashes before a subtitle not seen.
    """
    text, labels = without_dashes(rng, text, labels, gold["blocks"], bare)
    if rng.random() < cutting:
        text, labels = cut_at_marks(rng, text, labels)
    if rng.random() < sorting:
        text, labels = sort_titles(rng, text, labels, gold["blocks"])
    runs: list[list[int]] = []
    for i, k in enumerate(labels):
        if k == -1:
            continue
        if runs and runs[-1][1] == i and runs[-1][2] == k:
            runs[-1][1] = i + 1
        else:
            runs.append([i, i + 1, k])
    gold["labels"] = runs
    return text, gold


CLOSE_MARKS = re.compile("(?<=[，。、；：？！”’）》」』])(?=[，。、；：？！“‘（《「『”’）》」』])")


def cut_at_marks(rng: random.Random, text: str, labels: list[int]) -> tuple[str, list[int]]:
    """The page with lines cut between two marks that stand side by side."""
    share = rng.choice((0.6, 0.9, 1.0))
    cuts = [m.start() for m in CLOSE_MARKS.finditer(text) if rng.random() < share]
    pieces, kept, at = [], [], 0
    for cut in cuts:
        pieces.append(text[at:cut])
        kept += [*labels[at:cut], -1]
        at = cut
    return "\n".join([*pieces, text[at:]]), kept + labels[at:]


def sort_titles(rng: random.Random, text: str, labels: list[int], blocks: list[dict]) -> tuple[str, list[int]]:
    """The page with some banners and kickers behind the first line of their headline, where that is the wider line."""
    lines = [(line, labels[start : start + len(line)]) for line, start in lines_with_places(text)]
    filled = [k for k, (line, _) in enumerate(lines) if line.strip()]

    def block_of(k: int) -> dict | None:
        label = next((b for b in lines[k][1] if b >= 0), None)
        return None if label is None else blocks[label]

    for k, behind in itertools.pairwise(filled):
        above, headline = block_of(k), block_of(behind)
        if (
            above
            and headline
            and above["kind"] in ("banner", "kicker")
            and headline["kind"] == "headline"
            and above["article"] == headline["article"]
            and len(lines[behind][0].strip()) > len(lines[k][0].strip())
            and rng.random() < 0.6
        ):
            lines[k], lines[behind] = lines[behind], lines[k]
    out: list[int] = []
    for _, of in lines:
        out += [*of, -1]
    return "\n".join(line for line, _ in lines), out[:-1]


def without_dashes(
    rng: random.Random, text: str, labels: list[int], blocks: list[dict], share: float
) -> tuple[str, list[int]]:
    """The page without the dashes before some of its subtitles, whatever they were read as."""
    firsts = {k: i for i, k in reversed(list(enumerate(labels))) if k >= 0 and blocks[k]["kind"] == "subtitle"}
    gone: set[int] = set()
    for first in firsts.values():
        dashes = len(text[first : first + 2]) - len(text[first : first + 2].lstrip(SEEN_AS_DASH))
        if rng.random() < share:
            gone.update(range(first, first + dashes))
    kept = [i for i in range(len(text)) if i not in gone]
    return "".join(text[i] for i in kept), [labels[i] for i in kept]


SEEN_AS_DASH = "—一-–─~·"
GARBAGE = ["一", "|", "~", "·", "口", "二", "三", "—", "--", "。", "1", "4", "®", "ee", "EE", "a", "厂", "丨", "。。", ":.", "~~", "5P", "ie", "于|", "一-", "=:", "人", "卜", "”", '"', "oo", "ae", "rt", "了了", "0", "Te"]
DASHES = ("一", "一一", "--", "—", "", "一", "-", "~")


def engine_noise(rng: random.Random, text: str, labels: list[int]) -> tuple[str, list[int]]:
    """A page as an engine misreads it: characters, marks, dashes, spaces, blank lines; and lines that it made up."""
    rate = rng.choice((0.003, 0.01, 0.03))
    letters = [c for c in text if "\u4e00" <= c <= "\u9fff"] or ["一"]
    drop_spaces, drop_indents, garbage = rng.random() < 0.6, rng.random() < 0.8, rng.choice((0, 0.01, 0.03))
    out: list[str] = []
    kept: list[int] = []

    def put(characters: str, label: int) -> None:
        out.extend(characters)
        kept.extend([label if not c.isspace() else -1 for c in characters])

    for line, start in lines_with_places(text):
        label = next((k for k in labels[start : start + len(line)] if k >= 0), -1)
        i = 0
        if drop_indents:
            i = len(line) - len(line.lstrip(" \u3000"))
        if line[i : i + 2] == "——" and rng.random() < 0.6:
            put(rng.choice(DASHES), label)
            i += 2
        while i < len(line):
            c, k = line[i], labels[start + i]
            i += 1
            draw = rng.random()
            if c == " " and drop_spaces and draw < 0.8:
                continue
            if "\u4e00" <= c <= "\u9fff" and draw < rate:
                c = rng.choice(letters)
            elif c in "，。、：；！？" and draw < 3 * rate:
                c = rng.choice(("", "", ",", ".", "·", "；", "、"))
            elif c in "“”‘’" and draw < 10 * rate:
                c = rng.choice(("", '"', "”", "‘", "'"))
            elif c in "（）《》" and draw < 5 * rate:
                c = rng.choice("(〈《）)〉")
            put(c, k)
        put("\n", -1)
        if rng.random() < 0.02:
            put("\n", -1)
        if rng.random() < garbage:
            put(rng.choice(GARBAGE) + "\n", -1)
    return "".join(out), kept


def lines_with_places(text: str) -> list[tuple[str, int]]:
    """The lines of a text and where each begins."""
    found, at = [], 0
    for line in text.split("\n"):
        found.append((line, at))
        at += len(line) + 1
    return found


def fragments(rng: random.Random, text: str, gold: dict, spans: dict[int, list[list[int]]]) -> list[tuple[int, int, str, int]]:
    """Take away the end of one paragraph and the beginning of the next."""
    blocks = gold["blocks"]
    copied = {d["of"] for d in gold["duplicates"]}
    pairs = []
    for k in range(len(blocks) - 1):
        a, b = blocks[k], blocks[k + 1]
        if not (a["kind"] == b["kind"] == "paragraph" and a["article"] == b["article"]) or {k, k + 1} & copied:
            continue
        if any(x["lost_start"] or x["lost_end"] for x in (a, b)) or k not in spans or k + 1 not in spans:
            continue
        end, start = spans[k][-1][1], spans[k + 1][0][0]
        if 0 < start - end < 12 and not text[end:start].strip():
            pairs.append(k)
    if not pairs:
        return []
    k = rng.choice(pairs)
    first, last = spans[k], spans[k + 1]
    end, start = first[-1][1], last[0][0]
    inner = [i for i in range(first[0][0] + 12, end - 6) if ok(text, i)]
    outer = [i for i in range(start + 6, last[-1][1] - 12) if ok(text, i)]
    if not inner or not outer:
        return []
    a, b = rng.choice(inner), rng.choice(outer)
    # white space between the fragments as between the paragraphs; the second has no indent
    gap = re.sub(r"[ \u3000]+$", "", text[end:start])
    blocks[k]["lost_end"] = blocks[k + 1]["lost_start"] = True
    return [(a, b, gap, -1)]


def ok(text: str, i: int) -> bool:
    """Whether a page may break off here: between two Chinese characters."""
    return "\u4e00" <= text[i - 1] <= "\u9fff" and "\u4e00" <= text[i] <= "\u9fff"


def main() -> None:
    """Make over every page of a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--text", nargs="+", type=Path, default=[])
    parser.add_argument(
        "--lines",
        nargs=3,
        type=float,
        metavar=("CUT", "SORTED", "BARE"),
        help="leave the words alone; shares of pages with lines cut, of pages with titles sorted, of subtitles without dashes",
    )
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    if not arguments.lines and not arguments.text:
        parser.error("--text is needed for other words, or --lines to leave them alone")
    offices, clauses = phrases(arguments.text, rng)
    print(len(offices), "offices and places,", len(clauses), "clauses")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(arguments.folder.glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        with path.with_name(path.name.replace(".gold.json", ".txt")).open(encoding="utf-8", newline="") as file:
            text = file.read()
        if arguments.lines:
            text, gold = relined(rng, text, labels_of(text, gold), gold, *arguments.lines)
        else:
            text, gold = vary(rng, text, gold, offices, clauses)
        (arguments.out / path.name).write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
        with (arguments.out / path.name.replace(".gold.json", ".txt")).open("w", encoding="utf-8", newline="") as out:
            out.write(text)


if __name__ == "__main__":
    main()
