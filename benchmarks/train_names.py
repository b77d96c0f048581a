#!/usr/bin/env python3
"""Make src/newsclean/data/names.txt and bigrams.npy from articles (JSONL, perhaps xz, with "paragraphs").

    python benchmarks/train_names.py ARTICLES.jsonl.xz... [--data src/newsclean/data]

Only counts are kept.
"""

import argparse
import json
import lzma
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import opencc

from newsclean.layout.words import BUCKETS, pairs

SINGLE = """
赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申来扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公
肖闫付代邸佟佘佴冼凡初卿原雒覃岳帅岑郄缑亢况仉海楚甯年爱阳第五言福墨哈谯笪牟苑鹿商青佘过迟矫仝苟晋库楼揭粟辜丘涂冯战展芦栗肇祖昂鄢操丑揣伦旷占尧蹇戢揆雲佀郇邝黾隽晋修俱漆衣敬英邬辉靖门沐庹郯苻绪杞丛练宛锁尉迟瑚旺扎次卓索多尼格央
"""
COMPOUND = """欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 第五 完颜 纳兰 叶赫 爱新 耶律 东野 即墨 哈尼 达奚 褚师 归海"""
TOP = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = """伟强磊军洋勇杰涛明超平刚辉波斌宇浩凯健俊帆鑫龙飞鹏峰亮建文志国庆林华东海生德成荣祥忠良武兵锋旭宏彬松昌永振兴安宁源清泉江川山石岩晨阳光昊天泽瑞轩博睿毅诚信义仁礼智远航程翔宾贤达豪杨权栋梁柱坤乾震霖森炎焱钧铭铁钢锐镇学书友朋伯仲叔季长少先进新春夏秋冬保维民根全才有贵富福禄寿康乐顺利喜发财宝金银玉珠琪琳瑶琼瑾瑜璐珊珍环莹芳娜敏静丽艳娟霞桂英兰婷秀雪慧颖倩雯佳曦思梦子欣怡红梅晓燕玲萍芬芝莉莲菊荷花蓉蕾薇萌萱菲茜苗苹若诗意涵晗晴晶昕昱景月星辰云雨露霜虹霓凤鸾鹤雁雅娴淑贞媛婧嫣妍妮娇娅婉姗好嘉可心悦乐怀恩惠爱卿君如茹然熙煜烨炜灿煊立正中元一小大亚世克家加其启尚尧尹岚岳峻崇广延廷弘彤彦彩征徽德忆忱恒恺悦慈懿戈承振捷敬方旦旺昀易晋晖智曼朔朗本杉杏来果柏柳栩桐棋楠榕槐樱欢歌殿水汉沁沛河法洁洪津洲济浦润淇淼渊渝湘滢漪潇澄澜灵烁煌爽玄率玥珂珈珏琛琦琨琰琴瑄瑛璇璟甜用畅疆皓盈盛真碧磊祖祺禹科秉穆竹笑笛筠简粤素红纪纯绍维绮缨罗群羽翠翰耀聪胜舒航良艺芸苇茂茵荃莎菁葵蓓蔚蕊衍裕西言语谦谊豫赫赛超越路跃轶辛迅迎迪逸道邦郁郦采里野鉴钊钰锦锴镜长闯闻阔陆隆雄霄青靖韬韵音顶顺颂颜风飒香馨骁骏高魁鸣鸿鹃麒麟黎默齐石影肩岱邱徐飞耘婧琴峰"""
OTHER = """综合 本报 本刊 整理 报道 资料 资料图 新华社 中新社 记者 编者 编辑 通讯员 全文 附图 图片 连载 待续 广告 公告 成语 古语 谚语 易名 化名 别名 祖籍
左右 左起 右一 右二 左一 左二 前排 后排 中间 时任 简称 党委 组织 宣传部 单位 万元 亿元 高温 金融 方法 时间 和平 安全 文化 经济 农历 公元 国家 房产 毕业 高中 初中 小学 高考 中考
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
石家庄 太原 沈阳 长春 哈尔滨 南京 杭州 合肥 福州 南昌 济南 郑州 武汉 长沙 广州 海口 成都 贵阳 昆明 拉萨 西安 兰州 西宁 银川 乌鲁木齐 呼和浩特 深圳 大连 青岛 宁波 厦门 苏州 常州
温州 徐州 张家口 张家界 黄河 长江 黄山 马鞍山 连云港 景德镇 台北 臺北 新北 桃園 新竹 苗栗 台中 臺中 彰化 南投 雲林 嘉義 台南 臺南 高雄 屏東 宜蘭 花蓮 台東 臺東 澎湖 金門 基隆
华盛顿 纽约 伦敦 巴黎 东京 莫斯科 柏林 联合国 中国 美国 英国 法国 德国 日本 韩国 俄罗斯"""
TITLE = "经理|主任|书记|局长|教授|院长|总裁|董事长|主席|所长|专家|研究员|分析师|校长|医生|律师|负责人|村民|市长|部长|市民|处长|队长|科长|司长|主管|站长|厂长|秘书长|会长|博士|院士|老师|居民|农民|工程师|代表|委员|馆长|司机|职工|党员|干部|店主|理事长|县长|镇长|区长|董事|创始人|總經理|主任|書記|局長|教授|院長|總裁|董事長|主席|所長|處長|市長|里長|議員|校長|理事長|會長"
VERB = "说|表示|介绍|告诉|认为|指出|称|坦言|透露|强调|解释|分析|出席|带领|說|表示|介紹|認為|指出|強調|解釋|帶領|感謝"
NOT_GIVEN = "也则等都还的后就将是在没不次部确邀表调特姐们所"
NOT_SURNAMES = set("第五旺扎次尼格央揆瑚揣言年须")
HEAD = """# Characters of Chinese personal names, simplified and traditional. Made by benchmarks/train_names.py.
#
# surname   a surname of one character (百家姓 and the commonest hundred of today); compound: of two
# given     a character of given names
# other     words that look like names and are none: places, remarks
# The number is the log-odds of the character in that place of a name against running news text (natural log, one
# decimal), from counts of 1,228 different names that stand between a title and a verb of speech in 20,000 news
# articles, on top of a prior for the common ones. Only counts were kept.
"""


def groups(rows: list[tuple[str, float]]) -> str:
    by: dict[float, list[str]] = {}
    for c, weight in rows:
        by.setdefault(weight, []).append(c)
    return "\n".join(f"{weight:.1f} " + "".join(sorted(cs)) for weight, cs in sorted(by.items(), reverse=True))


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("articles", nargs="+", type=Path)
    ap.add_argument("--data", type=Path, default=Path("src/newsclean/data"))
    a = ap.parse_args()
    traditional = opencc.OpenCC("s2t").convert
    single = set(re.sub(r"\s", "", SINGLE)) - NOT_SURNAMES
    single |= {traditional(c) for c in single}
    said = re.compile(f"(?:{TITLE})([{''.join(sorted(single))}])([\u4e00-\u9fff]{{1,2}})(?:{VERB})")
    surnames, given, text_counts, seen = Counter(), Counter(), Counter(), set()
    bigrams = np.zeros(BUCKETS, np.int64)
    for path in a.articles:
        with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as file:
            for line in file:
                paragraphs = json.loads(line)["paragraphs"]
                text = "\n".join(paragraphs)
                text_counts.update(text)
                bigrams += np.bincount(pairs(paragraphs).buckets, minlength=BUCKETS)
                for m in said.finditer(text):
                    if m[1] + m[2] not in seen:
                        seen.add(m[1] + m[2])
                        surnames[m[1]] += 1
                        given.update(m[2])
    total = sum(text_counts.values())

    def weight(count: float, of: float, c: str) -> float:
        return round(math.log(count / of / ((text_counts[c] + 20) / total)), 1)

    counts = Counter({c: surnames[c] + 0.15 for c in single})
    for rank, c in enumerate(TOP):
        for form in {c, traditional(c)}:
            counts[form] += 300 / (rank + 6)
    for c in re.sub(r"\s", "", GIVEN):
        for form in {c, traditional(c)}:
            given[form] += 4
    kept = {c: n for c, n in given.items() if n >= 2 and c not in NOT_GIVEN}
    of = sum(counts.values()) / 1.5
    surname_rows = [(c, max(weight(n, of, c), -4.0)) for c, n in counts.items()]
    of = sum(kept.values()) / 1.7
    given_rows = [(c, weight(n, of, c)) for c, n in kept.items()]
    common = (c for c, _ in text_counts.most_common(1200) if c not in kept and "\u4e00" <= c <= "\u9fff")
    given_rows += [(c, max(weight(0.4, of, c), -6.0)) for c in common]
    compound = sorted({form for c in COMPOUND.split() for form in (c, traditional(c))})
    (a.data / "names.txt").write_text(
        f"{HEAD}[surname]\n{groups(surname_rows)}\n[compound]\n{' '.join(compound)}\n[given]\n{groups(given_rows)}\n[other]\n{OTHER}\n",
        "utf-8",
    )
    share = (bigrams + 0.5) / bigrams.sum()
    np.save(a.data / "bigrams.npy", np.clip(np.round(-np.log(share) * 12), 0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
