"""Words by which an editor knows a line for what it is: 记者 in a byline, 责编 under a page, 下转 at an article's end.

Each word is two characters long (longer ones by their two most telling), so that all of them are found in one pass over
a page's code points. They are the trade's own vocabulary, not that of one newspaper.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "reporter": "记者 通讯 讯员 特约 见习 实习 作者 撰稿 撰文 采写 首席 报道 特派 文图 图文 整理 執筆 記者 通訊 訊員 報道 報導 撰稿 作者",
    "photo": "摄影 图为 图片 资料 上图 下图 左图 右图 组图 题图 供图 图源 画面 航拍 圖為 圖片 攝影 資料 上圖 下圖 拍摄 合影",
    "agency": "本报 新华 中新 本刊 社电 日电 专电 综电 晚报 日报 讯（ 讯( 本報 新華 社電 日電 訊（ 據新 据新 消息 社记",
    "staff": "责编 责任 编辑 校对 版式 美编 视觉 组版 主编 值班 审读 排版 编审 检校 签发 责校 監制 監製 編輯 校對 總編 编委 执行 统筹",
    "imprint": "电话 邮编 邮政 地址 社址 热线 广告 零售 定价 印刷 承印 发行 投稿 邮箱 传真 订阅 许可 刊号 代号 出版 总第 网址 网站 "
    "扫码 二维 客户 公众 微信 微博 新媒 法律 顾问 电子 经营 编码 服务 電話 廣告 發行 熱線 地址 網址 每份 全年 月价",
    "date": "星期 农历 初一 初二 初三 初四 初五 廿一 正月 腊月 今日 周一 周二 周三 周四 周五 周六 周日 農曆 民國",
    "jump": "下转 上接 接第 转第 见第 详见 下轉 轉第 接一 转二 转三 转四 紧接",
    "folio": "号版 日版 第版 一版 二版 三版 四版 五版 六版 七版 八版 要闻 导读 目录 本期 本版 版面 专版 整版",
    "column": "新闻 关注 聚焦 特别 专题 专栏 观察 视点 评论 时评 快讯 简讯 副刊 综合 国际 国内 经济 民生 文化 体育 教育 健康 科技 社会 "
    "法治 财经 生活 视线 时政 本市 本地 在线 进行 走基 基层 调查 访谈 人物 故事 声音 论坛 纪实 巡礼 行动 风采 系列 征程 时代 视界 "
    "热点 焦点 一线 连线 热线 追踪 来信 信箱 读者 出行 课堂 讲堂 讲坛 学堂 书屋 广角 扫描 透视 链接 速递 速览 播报 资讯 之窗 园地 天地 "
    "纵横 博览 大观 图说 图片 影像 镜头 随笔 手记 札记 日记 印象 足迹 榜样 先锋 楷模 直通 问政 帮办 服务 提示 提醒 曝光 回音 回声 "
    "新聞 焦點 專題 綜合 國際 財經 體育 教育 社論 評論",
    "speech": "他说 她说 表示 介绍 认为 指出 告诉 强调 称， 说， 说： 说。 坦言 透露 回忆 看来 他說 表示 認為 指出",
    "lead": "近日 日前 目前 今年 昨日 昨天 今天 据了 据悉 截至 记得 此外 同时 随着 为了 其中 据介 与此 对此 去年 当天 当日 去年 如今",
    "notice": "公告 声明 启事 遗失 招标 拍卖 公示 通知 注销 作废 公司 有限 招聘 寻人 讣告 天气 预报 气温 多云 转晴 阵雨 最高 最低 风力 "
    "优惠 抢购 酬宾 促销 开盘 楼盘",
}
"""Groups of telling words, two characters each."""

PLACES = "省市县区镇乡村州旗盟局厅委部院校会处署社司团馆所站厂队站庭縣區鎮鄉廳會處廠隊團館"
"""Last characters of the names of places and offices, as kickers have them."""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦"
    "邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤欧温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪"
    "梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧"
    "闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封邸晋黃張劉陳楊趙吳孫馬鄭謝許韓馮鄧蕭葉蔣蘇呂盧鍾薑譚陸賈鄒龍賀顧龔邵萬錢嚴湯"
)
"""Characters with which most Chinese names begin."""

BULLETS = "□■●▲◆★☆◎○◇△▼▽※•►▶◀◄♦❖¤☉⊙◢◣◤◥"
"""Marks that stand before bylines, captions, subheads and news in brief."""
