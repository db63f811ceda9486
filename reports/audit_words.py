"""What the audit page shows of this app's events; a field not listed here stays hidden.

An auditor sees which document was made, issued or downloaded, and its digests, not its text.
"""

from agencies.contributions import Action, AuditWords

_DIGEST = "文件校验值"

WORDS = AuditWords(
    actions={
        "报告": {
            "report.request": Action("申请报告", whole=True),
            "report.done": Action("报告完成", whole=True),
            "report.fail": Action("报告失败", whole=True),
            "report.same": Action("报告无变化", whole=True),
            "report.cancel": Action("取消报告", whole=True),
            "report.clear": Action("清理报告文件", whole=True),
            "report.edit": Action("修改报告文字", whole=True),
            "report.choose": Action("选定通报表扬和点名", whole=True),
            "report.final": Action("报告定稿", whole=True),
            "report.rerun": Action("重新生成报告", whole=True),
            "report.submit": Action("文稿送审", whole=True),
            "report.take_back": Action("收回送审", whole=True),
            "report.return": Action("退回文稿"),
            "report.issue": Action("签发文稿", whole=True),
            "report.withdraw": Action("撤回文稿"),
            "report.download": Action("下载报告", whole=True),
            "report.export": Action("导出报告", whole=True),
            "matrix.download": Action("下载责任矩阵", whole=True),
        },
    },
    fields={
        # The reason of a failure is the product's own sentence.
        "reports.report": {
            "state",
            "rows_total",
            "error",
            "digest",
            "same_as",
            "final_at",
            "final_digest",
        },
        "reports.reportedit": {"version"},
        "reports.circularchoice": {"version", "praised", "named", "with_consent"},
        "reports.reportfile": {"format"},
        "reports.issue": {"state", "number"},
    },
    models={
        "report": ("reports.report", "reports.reportedit", "reports.reportfile"),
        "report.submit": ("reports.issue",),
        "report.take_back": ("reports.issue",),
        "report.return": ("reports.issue",),
        "report.choose": ("reports.circularchoice",),
        "report.issue": ("reports.issue",),
        "report.withdraw": ("reports.issue",),
        "matrix": ("reports.report",),
    },
    keys={
        "report": {"files": "文件", "digest": "数据集摘要", "sha256": _DIGEST},
        "matrix": {"sha256": _DIGEST},
    },
    hidden_keys={"reason": "理由", "text": "内容"},
    places={
        "/overview/": "总览",
        "/matrix/": "责任矩阵",
        "/agencies/": "单位",
        "/status/": "填报情况",
        "/trends/": "指标与趋势",
        "/dates/": "节点与期限",
        "/compare/": "两期对照",
        "/reports/": "报告",
    },
)
