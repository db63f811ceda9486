"""What can be different between two moments of one measure."""

from measures.choices.toned import TonedChoices


class Change(TonedChoices):
    """What is different from an earlier period. Computed (rules.comparison), never stored."""

    NEWLY_RED = "newly_red", "red", "新增滞后"
    NEWLY_YELLOW = "newly_yellow", "yellow", "新增预警"
    RECOVERED = "recovered", "green", "恢复正常"
    ADVANCED = "advanced", "blue", "进度推进"
    REGRESSED = "regressed", "yellow", "进度回退"
    DATE_MOVED = "date_moved", "blue", "时限变动"
    DONE = "done", "green", "办结"
    NEVER_FILED = "never_filed", "red", "从未报送"

    @property
    def help(self) -> str:
        return {
            "newly_red": "预警灯由其他变为滞后的措施",
            "newly_yellow": "预警灯由正常或未评定变为预警的措施",
            "recovered": "预警灯由滞后或预警变为正常（已审核或待审核）的措施",
            "advanced": "进度或完成比例提高、尚未办结的措施",
            "regressed": "进度或完成比例降低的措施",
            "date_moved": "完成时限提前、推后、新设或取消的措施",
            "done": "已完成或转入常态化的措施",
            "never_filed": "有责任单位已逾期、且自首个填报期以来一次也没有报送过的措施",
        }[self]
