"""红线: what 国办函〔2026〕12号 forbids, and how the product keeps to it.

`test` names the test in policy_tracker/tests/test_red_lines.py that holds it: a line without its
test does not stand here.
"""

from typing import NamedTuple

SOURCE = "国办函〔2026〕12号，2026年1月25日起施行"


class RedLine(NamedTuple):
    prohibition: str
    kept: str  # how
    test: str


RED_LINES = (
    RedLine(
        "不打分排名",
        "没有分数，也没有名次：各单位一律按规定次序排列；读者可以按逾期多少改换次序，但不编号、不计分。"
        "减负账不排名次，只列花时最多的几家，供开始填报前少要。",
        "test_no_agency_is_ranked_by_points",
    ),
    RedLine(
        "不统计到个人",
        "用时、填报、退回只计到单位和件。谁在何时做了什么，只在审计记录和各项的办理记录里留存，不计数、不比较。",
        "test_no_figure_is_about_a_person",
    ),
    RedLine(
        "不考核登录率、阅读率",
        "不计登录次数、在线时长和阅读率。账号的上次登录时间只有管理员看得到，用来停用没有人用的账号。",
        "test_nothing_counts_signing_in_or_reading",
    ),
    RedLine(
        "不要求打卡、签到",
        "没有打卡、签到、定位。没有变化的，点“本期无新进展”即可；已报的内容自动带入，不重填。",
        "test_nobody_has_to_check_in",
    ),
    RedLine(
        "不强制拍照留痕",
        "填报不必附佐证材料，不附也可以提交；任何页面都不调用相机。",
        "test_no_photo_is_asked_for",
    ),
    RedLine(
        "不重复要",
        "同一单位同一指标在一期内要填两处的，开始填报前逐条指出，由市商务委留一处；"
        "连续几期没有变化的措施，确认后两期报一期。",
        "test_what_is_asked_twice_is_named_before_opening",
    ),
    RedLine(
        "不在工作时间以外发送",
        "邮件、每日摘要和其他平台的新待办只在工作日9时至18时发出，其他时间产生的到下一个工作时间再发；"
        "撤掉已办结的待办不打扰人，不受此限。",
        "test_nothing_leaves_outside_working_hours",
    ),
    RedLine(
        "每人每天至多一条催报",
        "提醒和催报按人合并，代表的各单位、各项填报写在一条里；当天已收到的，人工催报并入下一个工作日的一条，谁也不能另发。",
        "test_a_person_is_chased_once_a_day_by_hand_too",
    ),
    RedLine(
        "每人每天至多一封摘要",
        "还没有读的合为一封，每个工作日至多一封。只有本人自己选择“立即”的类别另发邮件，不选就没有。",
        "test_a_person_gets_one_digest_a_day",
    ),
)
