"""What the project adds to the pages that the apps share."""

from django.apps import AppConfig
from django.core.checks import register

from agencies.contributions import Action, AuditWords, Contribution, contribute
from policy_tracker.watch.checks import check_buckets, check_networks

WORDS = AuditWords(
    actions={
        "备份": {
            "backup.make": Action("备份", whole=True),
            "backup.copy": Action("复制备份", whole=True),
            "backup.fail": Action("备份或演练没有成功", whole=True),
            "backup.rehearse": Action("演练恢复", whole=True),
            "backup.remove": Action("删除到期的备份", whole=True),
        },
    },
    keys={"backup": {"database.dump": "数据库的校验值", "files.tar": "文件的校验值"}},
    places={"/backups/": "备份", "/system/": "系统状态"},
)


class PolicyTrackerConfig(AppConfig):
    name = "policy_tracker"

    def ready(self) -> None:
        register(check_buckets)
        register(check_networks)
        contribute(self.label, Contribution(audit=WORDS))
