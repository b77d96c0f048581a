from test_articles import page_of

from newsclean.edits import Level
from newsclean.layout.articles import assemble, credited, segments
from newsclean.layout.choices import FEATURES, choices
from newsclean.layout.scattered import moves, weights
from newsclean.layout.words import likeness, pairs, people_in, shared_words

TEA = (
    "headline 湄江茶农忙采春茶",
    "paragraph 本报讯（记者 张婷）清明前后，湄江两岸的茶园里，茶农忙着采摘春茶，茶厂昼夜加工。",
    "paragraph 茶农陆大强种了十二亩茶园，他说今年春茶的价格比去年好，茶厂上门收购鲜叶。",
    "paragraph 湄江茶厂负责人介绍，每天收购鲜叶三千斤，加工的春茶销往各地。",
)
TEA_END = "paragraph 陆大强打算把茶园扩大到二十亩，再办一个茶厂，让湄江的春茶卖得更远。"
BRIDGE = (
    "headline 乌江特大桥主塔封顶",
    "paragraph 本报讯（记者 王峰）乌江特大桥主塔日前封顶，大桥全长一千二百米，是高速公路的控制性工程。",
    "paragraph 项目经理介绍，主塔高一百八十米，施工中采用了液压爬模，大桥预计明年合龙通车。",
    "paragraph 大桥通车后，两岸群众过江只要三分钟，高速公路将直达港口。",
)
SCHOOL = (
    "headline 乡村小学有了图书馆",
    "paragraph 本报讯（记者 刘素琴）学校的图书馆日前开放，学生们放学后可以借书，老师带着孩子们朗读。",
    "paragraph 校长说，图书馆有藏书八千册，都是爱心人士捐赠的，学生每周有两节阅读课。",
)


def test_a_piece_behind_another_article_is_given_back() -> None:
    page = assemble(page_of(*TEA, *SCHOOL, *BRIDGE, TEA_END))
    assert [b.article for b in page.blocks] == [0] * 4 + [1] * 3 + [2] * 4 + [0]
    assert page.articles[0].blocks == (0, 1, 2, 3, 11)
    assert page.notes == ()


def test_whole_articles_stay_as_they_are() -> None:
    page = assemble(page_of(*TEA, TEA_END, *SCHOOL, *BRIDGE))
    assert [b.article for b in page.blocks] == [0] * 5 + [1] * 3 + [2] * 4


def test_moves_tell_their_likelihood_and_level() -> None:
    blocks = page_of(*TEA, *SCHOOL, *BRIDGE, TEA_END)
    openings = [0.0] * len(blocks)
    named = credited(blocks)
    (move,) = moves(blocks, segments(blocks, named, openings), named, openings)
    assert (move.group, move.cut, move.target, move.level) == (2, 11, 0, Level.LIKELY)
    assert 0.7 < move.likelihood <= 1


def test_a_piece_returns_before_the_byline_that_closes() -> None:
    blocks = page_of(
        TEA[0],
        *(row.replace("本报讯（记者 张婷）", "") for row in TEA[1:]),
        "byline （张婷）",
        *SCHOOL,
        *BRIDGE,
        TEA_END,
    )
    assert assemble(blocks).articles[0].blocks == (0, 1, 2, 3, 12, 4)


def test_two_bylines_part_two_articles() -> None:
    page = assemble(page_of(*SCHOOL, *(r for r in TEA[2:]), TEA_END, "byline （记者 张婷）"))
    assert [b.article for b in page.blocks] == [0, 0, 0, 1, 1, 1, 1]
    assert [a.byline for a in page.articles] == [("刘素琴",), ("张婷",)]


def test_choices_have_all_features_and_stay_near() -> None:
    blocks = page_of(*(TEA + BRIDGE) * 30, TEA_END)
    named = credited(blocks)
    groups = segments(blocks, named, [0.0] * len(blocks))
    for options in choices(blocks, groups, named, [0.0] * len(blocks)):
        assert all(len(row) == len(FEATURES) for row in options.features)
        assert all(abs(g - t) <= 12 for g, t in zip(options.group, options.target, strict=True) if t >= 0)
    assert len(weights()) == len(FEATURES)


def test_pairs_pass_spaces_and_stop_at_marks() -> None:
    assert len(pairs(["杜 勇"]).buckets) == 1
    assert pairs(["杜勇", "", "茶，园", "杜勇说"]).row.tolist() == [0, 3, 3]
    assert pairs(["杜勇"]).named.tolist() == [True]
    assert len(pairs([]).buckets) == len(pairs(["", "\ud800"]).buckets) == 0


def test_words() -> None:
    assert shared_words(["陆大强种了茶园"], ["茶园是陆大强的"])[0] == "陆大强"
    assert people_in(["陆志强采茶", "陆志强笑了", "赵刚来了"]) == {"陆志": [0, 1]}
    assert likeness(["完全无关的话"], ["价格总体平稳"]) == 0
