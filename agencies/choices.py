"""The closed lists of this app: each member with its label, tone and other texts."""

from django.db.models import TextChoices


class AgencyKind(TextChoices):
    MUNICIPAL = "municipal", "市级部门"
    CENTRAL = "central", "中央垂直管理"
    ENTERPRISE = "enterprise", "企业"
    DISTRICT = "district", "区县政府"
    ZONE = "zone", "开发区管委会"


class AccountState(TextChoices):
    """Whether a person can sign in. Computed by UserQuerySet.with_state, never stored."""

    USABLE = "usable", "启用"
    MUST_CHANGE = "must_change", "须改密码"
    LOCKED = "locked", "锁定"
    OFF = "off", "停用"

    @property
    def tone(self) -> str:
        return {"usable": "green", "must_change": "yellow", "locked": "red", "off": "grey"}[self]


class Validity(TextChoices):
    """Whether a membership has begun or ended. Computed by Membership.validity, never stored."""

    TO_COME = "to_come", "未生效"
    HOLDS = "holds", "任职中"
    ENDED = "ended", "已终止"

    @property
    def tone(self) -> str:
        return {"to_come": "blue", "holds": "green", "ended": "grey"}[self]

    @property
    def is_over(self) -> bool:
        return self is Validity.ENDED


class MailChoice(TextChoices):
    """How a person wants messages of a kind by e-mail, besides the inbox."""

    NONE = "none", "不发邮件"
    AT_ONCE = "at_once", "即时发送"
    DIGEST = "digest", "并入每日摘要"


class MessageKind(TextChoices):
    """The kind of an inbox message. Each app declares its kinds in a subclass it contributes."""

    @property
    def tone(self) -> str:
        return "blue"

    @property
    def asks(self) -> bool:
        """Whether it asks for an action: then it is also a 待办 elsewhere until that is done."""
        return False

    @property
    def is_business(self) -> bool:
        """Whether only people with a business role get it."""
        return True

    @property
    def is_of_system(self) -> bool:
        """Whether only system administrators get it."""
        return False

    @property
    def mail_default(self) -> MailChoice:
        """Whether it is also sent by e-mail to people who have not chosen."""
        return MailChoice.NONE


class OutboxChannel(TextChoices):
    EMAIL = "email", "邮件"
    WEBHOOK = "webhook", "政务平台待办"


class OutboxAction(TextChoices):
    NOTIFY = "notify", "消息邮件"
    DIGEST = "digest", "每日摘要"
    CREATE = "create", "新建待办"
    FINISH = "finish", "办结待办"
    CANCEL = "cancel", "取消待办"

    @property
    def channel(self) -> OutboxChannel:
        mails = (OutboxAction.NOTIFY, OutboxAction.DIGEST)
        return OutboxChannel.EMAIL if self in mails else OutboxChannel.WEBHOOK


class OutboxState(TextChoices):
    QUEUED = "queued", "待发送"
    FAILED = "failed", "待重试"
    SENT = "sent", "已发送"
    DEAD = "dead", "发送失败"
    VOID = "void", "不再发送"

    @property
    def tone(self) -> str:
        tones = {"queued": "blue", "failed": "yellow", "sent": "green", "dead": "red"}
        return tones.get(self.value, "grey")


class ToDoGroup(TextChoices):
    """The headings of 今日待办, in the order of the page."""

    TODAY = "today", "今天到期"
    WEEK = "week", "本周到期"
    LATE = "late", "已逾期"
    REVIEW = "waiting", "待审核"
    DECIDE = "decide", "待签发与审批"
    END = "end", "待办结"
    RETURNED = "mending", "退回"
    ANSWER = "answer", "待答复"
    CONFIRM = "confirm", "待确认写入"
    LATER = "later", "待填报"
    PERIODS = "periods", "填报期"
    CHECK = "check", "待核对"
    AUDIT = "audit", "审计"
    ACCOUNTS = "accounts", "账号"
    FAILED = "failed", "失败的任务"


class AgencyMessage(MessageKind):
    HANDED_OVER = "handed_over", "交接"
    ACCOUNT = "account", "账号"
    SYSTEM = "system", "系统运行"

    @property
    def is_business(self) -> bool:
        return False

    @property
    def is_of_system(self) -> bool:
        return self is AgencyMessage.SYSTEM


class AdminStep(TextChoices):
    """What two administrators together may do to another administrator's account."""

    RESET = "reset", "重置密码"
    FACTOR = "factor", "重置两步验证"
    OFF = "off", "停用账号"
    ON = "on", "启用账号"

    def of(self, whose: str) -> str:
        """Return the step as part of a sentence: 重置“auditor”的密码, 停用您的账号."""
        verb, noun = self.label[:2], self.label[2:]
        return f"{verb}{whose}的{noun}"


class AdminRequestState(TextChoices):
    OPEN = "open", "待确认"
    CONFIRMED = "confirmed", "已确认办理"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"

    @property
    def tone(self) -> str:
        return {"open": "blue", "confirmed": "green", "refused": "red", "withdrawn": "grey"}[self]


class Outcome(TextChoices):
    DONE = "done", "成功"
    REFUSED = "refused", "被拒"

    @property
    def tone(self) -> str:
        return "green" if self is Outcome.DONE else "red"


class EventSource(TextChoices):
    """Whether an event came from a request or from a job or command."""

    OUTSIDE = "outside", "页面或接口"
    INSIDE = "inside", "后台任务或命令"


class TrailAction(TextChoices):
    """Events about the audit trail itself."""

    VERIFIED = "audit.verified", "审计记录核验一致"
    BROKEN = "audit.broken", "审计记录核验不符"
    DROPPED = "audit.drop", "清除到期的审计记录"

    @property
    def tone(self) -> str:
        return {"audit.verified": "green", "audit.broken": "red"}.get(self.value, "grey")


class SealAlgorithm(TextChoices):
    """The algorithm of a seal's digests: SM3 if this machine's OpenSSL has it."""

    SM3 = "sm3", "SM3"
    SHA256 = "sha256", "SHA-256"


class RefusalKind(TextChoices):
    """Refusals that may come in floods, so that those of one minute become one event."""

    NOT_FOUND = "not_found", "打开不存在或无权查看的页面"
    STALE_FORM = "stale_form", "表单令牌无效"
    THROTTLED = "throttled", "来源地址暂停受理期间登录"
