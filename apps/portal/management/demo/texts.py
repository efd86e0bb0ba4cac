"""Texts of the demonstration: reports, commentary, problems and measures, by field."""

from random import Random

from apps.cycles.domain.schemes import SectionKind

OPENING = (
    "一年来，我坚持把抓基层党建作为首要职责，带头落实第一责任人责任，主持召开党建专题会议{meetings}次，"
    "到联系点调研{visits}次，带头讲党课{lessons}次，推动年初确定的{tasks}项重点任务全部落地。"
)
DUTIES = {
    "rural": "围绕乡村振兴抓党建，推动{n}个村集体经济收入稳步增长，整顿提升后进村{m}个，村“两委”班子运行更加规范。",
    "urban": "围绕基层治理抓党建，建强小区党支部{n}个，组织双报到单位认领服务项目{m}项，群众诉求办结更快。",
    "new": "围绕两个覆盖抓党建，新组建党组织{n}家，选派党建指导员{m}名，把货车司机、外卖配送员等群体组织起来。",
    "agency": "围绕中心工作抓党建，开展模范机关创建活动{n}次，为群众和企业解决实际问题{m}件，着力破解“灯下黑”。",
    "soe": "围绕生产经营抓党建，落实双向进入、交叉任职，建立党员示范岗{n}个，组织技术攻关{m}项。",
    "health": "围绕健康服务抓党建，落实党组织领导下的院长负责制，开展义诊{n}场，改进就医流程{m}项。",
    "education": "围绕立德树人抓党建，推进党组织领导的校长负责制，开展主题党日{n}次，培养双带头人{m}名。",
}
PROBLEMS = {
    "rural": (
        "部分村集体经济收入来源单一，后劲不足",
        "村级后备力量储备不够，三十五岁以下年轻党员偏少",
        "流动党员教育管理办法不多",
    ),
    "urban": (
        "小区党支部作用发挥不均衡，个别支部活动流于形式",
        "双报到单位与社区需求对接不精准",
        "网格员队伍专业能力有待提升",
    ),
    "new": ("新就业群体党组织覆盖还有空白点", "部分非公企业党组织活动场所不足", "党建指导员作用发挥不充分"),
    "agency": (
        "党建与业务工作“两张皮”现象仍然存在",
        "机关党支部组织生活质量不高",
        "党员教育形式单一，吸引力不强",
    ),
    "soe": ("党委前置研究清单更新不及时", "基层班组党员力量分布不均", "党建考核与经营考核衔接不紧"),
    "health": ("科室党支部书记“双带头”比例偏低", "医德医风教育不够经常", "高知识群体中发展党员力度不大"),
    "education": (
        "教师党支部主题党日与教学结合不紧",
        "青年教师入党积极性有待提高",
        "学校党组织议事规则执行不够严格",
    ),
}
CAUSES = "究其原因，主要是我对党建工作抓得不够深、不够细，{why}，压力传导还没有完全到底到边。"
WHYS = (
    "习惯于开会部署、检查落实不够",
    "结合实际创新方法不多",
    "研究新情况新问题不主动",
    "对支部书记的指导帮带不够",
)
STEPS = "下一步，我将聚焦上述问题，{step}，每季度检查一次进度，年底前见到实效，请组织和群众监督。"
MEASURES = {
    "rural": "制定村集体经济发展计划，逐村明确一个产业项目和一名包联干部；建立后备力量库，年内培养后备干部两名以上",
    "urban": "修订小区党支部活动清单，每月开展一次议事；按需求、资源、项目三张清单与双报到单位逐项对接",
    "new": "开展新就业群体党组织组建攻坚，建立动态台账；与园区共建共享活动场所",
    "agency": "把党建任务写入业务工作方案，一同部署、一同检查、一同考核；每季度开展一次支部结对观摩",
    "soe": "重新梳理前置研究事项清单，印发执行；优化支部设置，做到班组有党员",
    "health": "制定科室支部书记双带头培养计划，选配一批业务骨干任支部书记；每季度开展一次医德医风警示教育",
    "education": "把主题党日与教研活动结合安排，建立青年教师入党联系人制度；修订议事规则并组织学习",
}
PROGRESS = (
    "已召开专题会议研究部署，明确了责任人和时间表。",
    "已完成摸底排查，建立工作台账。",
    "措施正在推进，阶段任务按计划完成。",
    "任务已全部完成，形成长效制度一项。",
)
LEADERS = ("区委书记", "区委副书记", "区委组织部部长")
PRAISE = {
    "rural": "抓乡村振兴思路清、办法实，村级班子建设有成效",
    "urban": "基层治理抓得细，小区党支部有活力",
    "new": "两个覆盖攻坚有力度，新就业群体工作有探索",
    "agency": "模范机关创建有特色，服务意识强",
    "soe": "党建融入公司治理有进展，干部职工精气神足",
    "health": "改善就医感受用心用力，群众评价好",
    "education": "立德树人抓得紧，教师队伍建设扎实",
}


def section_text(kind: str, title: str, field: str, draw: Random) -> str:
    """Return a believable text for one heading of the report."""
    if kind == SectionKind.PROBLEMS.value:
        named = "；".join(f"{'一二三'[i]}是{text}" for i, text in enumerate(PROBLEMS[field]))
        base = f"对照职责和群众期待，还存在以下问题：{named}。" + CAUSES.format(why=draw.choice(WHYS))
        return _lengthened(base, draw, 520, WHY_MORE)
    if "步" in title or "打算" in title:
        base = STEPS.format(step=MEASURES[field])
        return _lengthened(base, draw, 220, MORE)
    base = OPENING.format(
        meetings=draw.randint(4, 12),
        visits=draw.randint(10, 40),
        lessons=draw.randint(2, 6),
        tasks=draw.randint(5, 12),
    )
    done = DUTIES[field].format(n=draw.randint(3, 20), m=draw.randint(2, 15))
    return _lengthened(done + base if "做法" in title else base + done, draw, 300, MORE)


MORE = (
    "坚持每月到联系点住村（社区）或跟班走访，面对面听取党员群众意见，当场能解决的当场解决。",
    "严格落实三会一课、组织生活会、民主评议党员等制度，班子成员带头参加所在支部活动。",
    "把党建工作责任分解到每名班子成员，做到有部署、有检查、有考核、有反馈。",
    "注重典型引路，评选示范支部和优秀共产党员，用身边事教育身边人。",
    "加强党务工作者培训，组织支部书记轮训和互学互评，帮助他们掌握工作方法。",
    "我始终认为，抓好党建是最大的政绩，关键在支部、在党员，必须久久为功。",
)
WHY_MORE = (
    "思想认识上，我对“抓好党建是最大的政绩”理解还不够深，谋划工作时先想业务、后想党建的情况时有发生。",
    "责任落实上，我对班子成员履行“一岗双责”督促不够经常，存在一级抓一级、越到下面力度越弱的现象。",
    "方式方法上，我习惯用老办法解决新问题，深入支部蹲点解剖麻雀少，典型经验总结推广不够及时。",
    "工作作风上，我有时满足于听汇报、看材料，对措施是否真正见效跟踪问效不够，抓而不紧、抓而不实。",
    "能力素质上，我对新形势下党员队伍结构变化研究不深，运用信息化手段做党员教育管理的本领还有欠缺。",
    "制度执行上，我对已有制度的执行情况检查不严，个别支部组织生活时紧时松，没有做到常态长效。",
    "队伍建设上，我对党务干部的培养使用关心不够，个别支部书记抓党建的办法不多，带头作用还不明显。",
    "统筹推进上，我对各领域党建发展不平衡的问题研究不够，补短板、强弱项的针对性举措还不够有力。",
)


def _lengthened(text: str, draw: Random, n_chars: int, sentences: tuple[str, ...]) -> str:
    for sentence in draw.sample(sentences, len(sentences)):
        if len(text) >= n_chars:
            break
        text += sentence
    return text


def commentary(field: str, draw: Random) -> tuple[str, list[str]]:
    """Return what a leader said, and the problems in it."""
    named = draw.sample(PROBLEMS[field][:2], 2)  # the third is named by the authors themselves
    text = (
        f"{PRAISE[field]}，成绩应当肯定。同时要看到，{named[0]}。另外，{named[1]}。希望认真整改，拿出实招。"
    )
    return text, named
