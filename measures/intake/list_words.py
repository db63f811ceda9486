"""The words of lists of bodies: labels, verbs, dates and the rule for who leads. Pure."""

import re

from measures.intake.values import BodyRole

_KINDS = "(?:单位|部门|主体|机构|处室|科室|站所|司局|地区)"
WORK = f"{_KINDS}(?:（{_KINDS}）|[和及/](?:{_KINDS}|(?:责任|负责)人|领导))?"
_DUTY_OF = "(?:责任|负责|落实|实施|承办|推进)?"
_AT_COLON = r"(?=\s*：)"  # 牵头：A；配合：B
PERSON = "person"  # 责任人, 责任领导: not a body
DIVISION = "division"  # 部门分工：A牵头，B配合: the verbs give the roles
_LABELS = (
    (
        BodyRole.LEAD,
        f"(?:责任)?(?:(?:主要|第一|首要)?总?牵头|主办|主责|主抓|第一|首要|主要){_DUTY_OF}{WORK}"
        f"|(?:牵头|主办|主责){_AT_COLON}|组长单位",
    ),
    (
        BodyRole.SUPPORT,
        f"(?:主要)?(?:协同配合|配合|协办|协同|协助|支持|协作){_DUTY_OF}{WORK}|服务(?:单位|部门)|(?:配合|协办|协同|协助){_AT_COLON}",
    ),
    (BodyRole.GUIDE, f"(?:指导|业务指导|督导|督办|督查|监督|监管){WORK}"),
    (BodyRole.JOIN, f"(?:参与|参加|会同){WORK}|(?:参与|参加){_AT_COLON}"),
    (
        BodyRole.RESPONSIBLE,
        "(?:其[他它])?"
        f"(?:责任|负责|落实|实施|承办|完成|执行|推进|整改|任务承担|承担|主管|责任落实|包[抓联保]){WORK}"
        f"|(?:责任|落实|实施){_AT_COLON}",
    ),
)
_PEOPLE = (
    "(?:(?:责任|牵头|分管|主管|联系|负责|督办|包联|包抓|包保|牵头负责|挂联|挂点)"
    "[市省区县州镇校厅局]?(?:级|政府|委)?(?:领导|人|负责人)|(?:分管|牵头|责任)副?[省市县区州]长"
    "|联系方式|联系人|联系电话|电话)"
)
_DIVISION = "(?:部门|任务|责任|职责|单位|工作)分工|责任分解"
_EVERY_LABEL = "|".join(
    [
        *(f"(?P<{role.value}>{words})" for role, words in _LABELS),
        f"(?P<{PERSON}>{_PEOPLE})",
        f"(?P<{DIVISION}>{_DIVISION})",
    ]
)
# 省直责任单位, 地方责任单位.
_WHOSE = "(?:牵头[和及]|[省市区县州][直级县]|地方|属地|整改|任务|项目)?"
LABEL = re.compile(
    rf"(?:^|(?<=[；，。、\s])|(?<=[局厅委办府会院司])(?=\w{{4,8}}：)){_WHOSE}(?:{_EVERY_LABEL})(?:及分工)?\s*(?:：\s*|为\s*|是(?![指否])|\s+)"
)
_START_OF_LABEL = (
    rf"^[\s；，。]*{_WHOSE}(?:"
    + "|".join(words for _, words in _LABELS)
    + rf"|{_PEOPLE}|{_DIVISION})(?:及分工)?"
)
COLON_LABEL = re.compile(rf"{_START_OF_LABEL}\s*：")
LABEL_AT_START = re.compile(rf"{_START_OF_LABEL}(?:\s*：|为|是(?![指否])|\s+(?=\S+$))")
# The end of a paragraph: …工作机制。责任单位：A、B, or ——责任单位：A.
LABEL_BEHIND = re.compile(
    r"(?:(?<=[。；！？\s])|——?)\s*(?P<label>(?:责任|牵头|主办|负责)(?:单位|部门)：)"
)
# （责任单位市商务局、市财政局）: in brackets, right before the first name.
RUN_ON_LABEL = re.compile(
    rf"(?:^\s*|(?<=[局厅委办府会院司]))(?:{_EVERY_LABEL})(?=[市省区县州国各][^级直：]{{2,}})"
)
# Lines that may follow a list: 完成时限：…, 责任人：….
FIELD_LINE = re.compile(rf"^\s*(?:{_PEOPLE}|(?:完成|办结|工作|推进|整改)?(?:时限|时间|期限))：")
NAME_LABEL = re.compile(r"(?:项目|任务|事项|工作|措施|问题)名称\s*：\s*(?=\S)")
PERSON_LINE = re.compile(rf"^\s*{_PEOPLE}\s*：[^，；]{{1,30}}$")
# A date inside a list: 完成时限：2031年6月底, or ，2031年9月底前完成.
_BY_WHEN = (
    r"(?:20\d\d年|今年|年内|年底前|上半年|下半年|近期|\d{1,2}月底?前|每年)"
    r"[^；。，、（）]{0,14}?"
)
_DONE = (
    r"(?:(?:底?前|以前|内|底)?(?:基本|全部|全面)?(?:完成|落实到位|启动|取得[^；。，、]{0,6}进展))"
)
# Words that begin with a date or a frequency are not a name: 3月底前出台政策.
_BEGINS_TIME = (
    r"(?:(?:自|从)(?:本\S{1,4})?(?:印发|发布|公布|施行)之日起|(?:到|于|在)?(?:20\d\d年|今年|本年|明年"
    r"|年[内底]|[上下]半年|第?[一二三四1-4]季度|\d{1,2}月|[“\"]?十[四五六]五)|近期|全年|常年|常态化"
    r"|长期|持续|适时|立行立改|即知即改|分年度|逐年|动态|按(?:季度?|月度?|年度?|周)|每(?:年|半年|季|月|周|学期|日|天))"
)
TIME = re.compile(
    r"[；，。、\s]*(?:(?:完成|办结|责任|工作)?(?:时限|时间|期限)(?:要求|节点|安排)?"
    r"\s*[：为]\s*(?P<after>[^；。，]{2,30})"
    rf"|(?P<plain>{_BY_WHEN}(?:前|底|内|{_DONE})(?=$|[；。，、）]|由))"
    rf"|(?<=[，；。、])\s*(?P<whole>并?{_BEGINS_TIME}[^；。，、（）局委厅署府县区镇街各由]{{0,24}})"
    r"(?=$|[；。，）])"
    r"|(?<=[，；])(?P<ongoing>并?(?:持续|长期|常态化)(?:推进|坚持|实施|开展)?)(?=$|[；。，）]))"
)
PERSON_FIELD = re.compile(rf"(?:^|[；，。])\s*{_PEOPLE}：[^；。，）]*")
_DUTY = (
    r"(?:(?:依|按)(?:照|据)?|根据)(?:“[^“”]{1,12}”(?:的?(?:要求|原则))?(?:分工)?|(?:各自|自身)?(?:工作)?(?:职责|职能|分工)(?:范围|分工|任务|职责)?(?:和分工)?"
    r"(?:分别|各自|抓好|做好|共同)?)"
)
_HOW = r"(?:结合(?:本地|各自|工作|自身)?实际|分(?:行业|领域|年度|级|片|类|区域|批))"
_VERBS = (
    (
        BodyRole.LEAD,
        r"(?:为|是|作为)牵头(?:责任)?(?:单位|部门)|(?:共同|联合|负责|具体|统筹|分别|各自)?牵头"
        r"(?:负责|落实|推进|组织|实施|抓总|组织实施|协调|完成|办理|做好|抓好)?"
        r"|为主(?:负责|落实|实施)?|主办|主抓|(?:负)?总(?:负)?责|统筹(?:协调|推进|负责|落实)?|抓总",
    ),
    (
        BodyRole.SUPPORT,
        r"(?:为|是|作为)(?:配合|协办|协同)(?:单位|部门)|(?:积极|做好|予以|协同|按职责)?"
        r"(?:配合|协助|(?<!政)协办|支持|协同|会办|协管)(?:落实|实施|推进|负责|做好|完成|办理)?",
    ),
    (BodyRole.JOIN, r"(?:共同|按职责)?(?:参与|参加)(?:落实|实施|推进)?"),
    (BodyRole.GUIDE, r"(?:负责|业务|加强)?(?:指导|督促指导|督导|指导督促|指导协调)(?:落实|实施)?"),
    (
        BodyRole.RESPONSIBLE,
        r"(?:为|是|作为)责任(?:单位|部门|主体)"
        rf"|(?:{_DUTY}|{_HOW})?(?:分工|分别|共同|具体|组织|各自|分头|抓好)?"
        r"(?:负责|落实|推进|实施|承担|执行|完成|办理|承办|保障|齐抓共管|(?<=具体)组织"
        r"|(?<=[局委厅办会])组织)"
        r"(?:落实|实施|推进|组织实施|抓好落实)?|" + _DUTY,
    ),
)
VERB = re.compile(
    f"(?:{_DUTY})?(?:" + "|".join(f"(?P<{r.value}>{w})" for r, w in _VERBS) + r")\s*$"
)
DUTY_ONLY = re.compile("(?:" + "|".join(w for r, w in _VERBS if r is BodyRole.RESPONSIBLE) + ")")
# 各单位配合做好资金保障工作, 市财政局负责资金保障: the verb has an object.
VERB_INSIDE = re.compile(
    rf"(?:{_DUTY}|{_HOW})?(?:积极|共同|分别|具体)?(?:(?P<lead>牵头)|(?P<support>配合|协助|支持)"
    r"|(?P<join>参与)|(?P<guide>指导)"
    r"|(?P<responsible>负责|统筹|制定|制订|出台|编制|组织|开展|建立|提出|研究))"
    r"(?![的部处科会院局室所办人制]|解释|中心|(?:考核|审核|督办|督查|验收|评估|审批|备案|汇总|通报)$)[^，；。]{1,24}$"
)
# 应急、公安、消防等部门: the work of departments, not their names.
CLASSES_OF_WORK = re.compile(
    r"^[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4})+等(?:有关|相关|职能|行业|主管)*(?:部门|单位)"
)
DOES_SO = re.compile(r"做好|抓好|开展|推进|完成|落实|组织")
# The organiser of an event in a sentence: 举办车展（主办单位：A）.
EVENT_LABEL = re.compile(r"^\s*(?:主办|承办|协办)(?:单位|部门)?\s*：")
# 同上, 同（一）, 同第3项.
SAME_AS = re.compile(
    r"^(?:同|与)(?:上|前|第?（?(?P<number>[一二三四五六七八九十\d]{1,3})）?[.、]?)"
    r"(?:[一]?[项条款行])?(?:相同|一致)?$"
)
JOINED_BY = re.compile(r"会同|会商|商(?=[市省国])")
_FIRST = (
    r"(?:名列|排列|排名|位列|排在|列在|列|排|居|处于|位于)?(?:于|在|为)?"
    r"(?:第一|首)(?=位|个|名|的|者|部门|单位)(?:位|个|名)?(?:的|者)?"
)
LEAD_RULE = re.compile(
    r"[，。；]?\s*[（〔\[]?\s*(?:除[^（）。；]{1,24}外，)?(?:其中)?，?"
    r"(?:各项任务|责任单位|每项)?中?，?"
    rf"{_FIRST}(?:的)?(?:责任)?(?:部门|单位|者)?"
    rf"(?:均)?(?:为|是|系)?(?:该项任务的?|本项任务的?|总)?牵头(?:责任|负责)?(?:部门|单位|者)?"
    r"(?:(?:或|和|及|、)(?:汇总|总牵头|负责|责任)?(?:部门|单位)?)?"
    r"(?P<others>[，；]\s*(?:其余|其他|其它)的?(?:各?(?:责任)?(?:部门|单位)|者)?均?(?:为|是|系)?"
    r"(?:配合|协助|协办|参与)(?:部门|单位|者)?)?"
    rf"(?:[，；]?\s*（?下同）?)?\s*[）〕\]]?"
)
# A、B，其中B为牵头单位.
ONE_LEADS = re.compile(
    r"[，；]\s*其中[，：]?由?(?P<name>[^，；。、]{2,40}?)(?:为|是|负责)?(?:总)?牵头"
    r"(?:单位|部门|负责)?(?=$|[，；。）])"
)
# 市商务局★、市财政局；带★的为牵头单位: a mark may tell who leads.
MARKS = "★☆▲△●◆*"
MARK_RULE = re.compile(
    rf"[；，。]?\s*(?:带|标|加|有|注)[“”]?[{MARKS}][”号]?(?:号|标记)?的?(?:部门|单位)?"
    r"(?:为|是)牵头(?:单位|部门)(?:，?下同)?"
)
ROLE_IN_BRACKET = re.compile(
    r"[（〔【\[](?P<words>总?牵头(?:单位|部门)?|配合(?:单位|部门)?|负责|责任(?:单位|部门)?|参与|指导)[）〕】\]]$"
)
ROLE_WORDS = {
    "总": BodyRole.LEAD,
    "牵": BodyRole.LEAD,
    "配": BodyRole.SUPPORT,
    "参": BodyRole.JOIN,
    "指": BodyRole.GUIDE,
}
# 、 may be used instead of a comma between clauses: （A牵头、B配合）.
_VERB_HERE = "(?:牵头|负责|配合|参与|参加|指导|协助|协办|主办|落实)"
VERB_THEN_STOP = re.compile(
    rf"(?P<done>{_VERB_HERE})(?:、|\s+)"
    rf"|(?P<more>(?<=负责)[^、，；]{{1,10}})、(?=[市省区县州国各][^、，；]{{1,14}}{_VERB_HERE})"
)
BY = re.compile(
    r"^\s*(?:(?![^由]{0,14}(?:[原曾不可拟或暂如若待未]|建议|必要|需要|视情|前|一般|去年|往年))[^由请、，；：的]{0,14}(?:由|(?<![申邀聘提商报])请)(?=.{2})|其中，?(?=[市省区县州])"
    r"|以(?=.{2,}(?:为主|为牵头|为责任|$)))"
)
# Other labels in a list: 建设地点：…, 法律依据：….
OTHER_LABEL = re.compile(r"(?:^|\s)\s*[\u4e00-\u9fff]{2,8}：")
DUTY_BEHIND = re.compile(r"\s*([^：—、，]{3,30})(?:：|——?)\s*\S")  # 市水利局：水库调度
# ，征求A意见；，报B批准: steps before or after.
REMARK = re.compile(
    r"(?<=[，；])\s*[并须应]?(?:有关)?(?:结果|情况)?(?:接受|征求|听取|报(?![社业刊])|提请|抄送|送(?!变)|商请|经(?![济信发贸合开营管]))"
    r"[^，；。]*(?=$|[，；。])"
)
# 按《…规定》执行: a reference that may be among names.
ACCORDING_TO = re.compile(
    r"(?:^|(?<=[，；]))\s*(?:按照?|根据|依据|参照)[^，；]*《[^》]*》[^，；、]*(?=$|[，；])"
)
NOT_BARE = re.compile(
    r"^(?:以下|下称|简称|含|不含|包括|例如|如|即|见|详见|其中|注|附|重点|主要|代章|此件|试行|修订)"
)
