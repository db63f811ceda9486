"""What the audit page shows of this app's events; a field not listed here stays hidden."""

from agencies.choices import TrailAction
from agencies.contributions import OTHER, Action, AuditWords

REFUSED = "refused"  # the first part of the code that the middleware records for a refused attempt

WORDS = AuditWords(
    actions={
        "账号": {
            "user.sign_in": Action("登录", whole=True),
            "user.sign_out": Action("退出", whole=True),
            "user.create": Action("新建账号", whole=True),
            "user.reset_password": Action("重置密码", whole=True),
            "user.set_active": Action("启用或停用账号", whole=True),
            "user.unlock": Action("解除锁定", whole=True),
            "user.end_sessions": Action("结束登录", whole=True),
            "user.change_password": Action("修改密码", whole=True),
            "user.second_factor_on": Action("启用两步验证", whole=True),
            "user.second_factor_off": Action("停用两步验证", whole=True),
            "user.second_factor_reset": Action("重置两步验证", whole=True),
            "user.recovery_code": Action("使用恢复码", whole=True),
            "user.edit_profile": Action("修改个人信息", whole=True),
            "user.link_identity": Action("关联统一身份认证", whole=True),
            "user.set_email": Action("修改人员邮箱", whole=True),
            "user.mail_choices": Action("修改邮件提醒", whole=True),
            "user.review_access": Action("导出账号与角色清单", whole=True),
            "user.look_up": Action("查看办公电话", whole=True),
            "user.encrypt_anew": Action("更换数据密钥", whole=True),
        },
        "管理员账号": {
            "admin.ask": Action("申请办理管理员账号", whole=True),
            "admin.refuse": Action("不同意管理员账号申请", whole=True),
            "admin.withdraw": Action("撤回管理员账号申请", whole=True),
        },
        "角色与单位": {
            "membership.grant": Action("授予角色", whole=True),
            "membership.end": Action("终止角色", whole=True),
            "membership.hand_over": Action("交接", whole=True),
        },
        "外发": {
            "outbox.give_up": Action("外发失败", whole=True),
            "outbox.resend": Action("重发", whole=True),
            "outbox.clear": Action("清理外发记录", whole=True),
        },
        OTHER: {
            "audit.export": Action("导出审计记录", whole=True),
            **{one.value: Action(one.label, whole=True) for one in TrailAction},
            # Not `whole`: a rule's sentence may quote what was typed.
            REFUSED: Action("操作被拒"),
        },
    },
    fields={
        "agencies.user": {
            *("username", "name", "is_active", "locked_until"),
            *("phone", "office_phone", "email"),  # stored masked
        },
        "agencies.adminrequest": {"step", "state"},
        "agencies.membership": {"user", "agency", "role", "valid_from", "valid_to"},
    },
    keys={
        "admin": {"account": "账号"},
        "membership": {"stays_as_deputy": "转任B岗", "passed_on": "已移交"},
        "audit": {
            "events": "一致的记录",
            "seals": "一致的封存",
            "last_seal": "末个封存",
            "digest": "末个封存的摘要",
            "seal": "不符的封存",
            "event": "不符的记录",
        },
        REFUSED: {"method": "方式", "path": "地址", "number": "次数"},
    },
    places={
        "/accounts/": "账号",
        "/accounts/admins/": "管理员账号",
        "/accounts/review/": "账号与角色清单",
        "/audit/": "审计",
        "/audit/seals/": "审计封存",
        "/inbox/": "收件箱",
        "/outbox/": "外发记录",
        "/todo/": "今日待办",
        "/me/": "个人信息",
        "/me/sessions/": "结束登录",
        "/me/second-factor/": "两步验证",
        "/login/code/": "两步验证",
        "/password/": "修改密码",
        "/login/": "登录",
        "/login/provider/": "统一身份认证登录",
    },
)
