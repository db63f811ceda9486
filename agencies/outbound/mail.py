"""Text of e-mails, and a mail connection that checks the server's address."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.urls import reverse
from django.utils.timezone import localtime

from agencies.choices import OutboxAction
from agencies.models import Message, OutboxItem
from agencies.outbound.channels import NotNowError, RefusedError, UnreachableError
from lib.addresses import connect, networks_of
from lib.chinese import before_quote

PLATFORM = "扩大进口工作跟踪平台"
LINES_MOST = 30
END = (
    "引用的内容请登录平台查看。本邮件由平台自动发送，请勿回复；\n"
    "要改收哪些邮件：收件箱—邮件提醒。本平台为非涉密系统。"
)


class CheckedSMTP(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _connect(host, port, timeout)


class CheckedSMTPSSL(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # TLS checks the host name, not the address: the certificate is issued for the name.
        return self.context.wrap_socket(_connect(host, port, timeout), server_hostname=host)


class CheckedEmailBackend(EmailBackend):
    """Django's backend, but it connects only to public addresses and listed networks."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return CheckedSMTPSSL if self.use_ssl else CheckedSMTP


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    listed = networks_of(settings.OUTBOUND_NETWORKS)
    return connect(host, port, timeout=timeout, listed=listed)


def untold_of(item: OutboxItem) -> list[Message]:
    """Return the messages an e-mail still has to contain: not settled and, in a digest, unread."""
    if item.what is OutboxAction.NOTIFY:
        return [item.message] if item.message and item.message.settled_at is None else []
    return list(item.digested.in_inbox().unread())


def mail_of(item: OutboxItem, messages: list[Message]) -> EmailMessage:
    """Compose an e-mail. Text that a sentence quotes, such as a note or opinion, is left out."""
    if item.what is OutboxAction.NOTIFY:
        subject, lines = messages[0].about.label, [_line(messages[0])]
        url = messages[0].url or reverse("agencies:inbox")
    else:
        subject = f"{len(messages)}条未读消息"
        lines = [f"{number}. {_line(one)}" for number, one in enumerate(messages[:LINES_MOST], 1)]
        if len(messages) > LINES_MOST:
            lines.append(f"另有{len(messages) - LINES_MOST}条，见收件箱。")
        url = reverse("agencies:inbox")
    body = [f"{item.user.name}，您好：", *lines, f"打开：{urljoin(settings.SITE_URL, url)}", END]
    return EmailMessage(
        subject=f"【{PLATFORM}】{subject}",
        body="\n\n".join(body) + "\n",
        to=[item.user.email],
        headers={"Message-ID": message_id(item), "Auto-Submitted": "auto-generated"},
    )


def message_id(item: OutboxItem) -> str:
    """Return the same Message-ID at every attempt, so that a mailbox can recognise a duplicate."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{item.key}@{domain}>"


def _line(message: Message) -> str:
    told = localtime(message.created_at)
    return f"【{message.about.label}】{before_quote(message.sentence)}（{told:%m-%d %H:%M}）"


def open_connection() -> BaseEmailBackend:
    """Open one connection for all e-mails of a run. Raises UnreachableError."""
    connection = get_connection()
    with _in_our_words():
        connection.open()
    return connection


def send_mail(mail: EmailMessage, connection: BaseEmailBackend) -> None:
    """Return once the server has accepted it. Raises the errors of agencies.outbound.channels."""
    with _in_our_words():
        connection.send_messages([mail])


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Replace a server's error text by our own: it may quote addresses, names and texts."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refusal("收件地址被拒收", max(codes, default=550)) from None
    except smtplib.SMTPAuthenticationError as error:
        raise UnreachableError(f"邮件服务器不接受平台的账号（{error.smtp_code}）") from None
    except smtplib.SMTPConnectError as error:
        raise UnreachableError(f"邮件服务器暂不接受连接（{error.smtp_code}）") from None
    except smtplib.SMTPServerDisconnected:
        raise UnreachableError("邮件服务器中断了连接") from None
    except smtplib.SMTPResponseException as error:
        raise _refusal("邮件被拒收", error.smtp_code) from None
    except (OSError, smtplib.SMTPException) as error:
        raise UnreachableError(f"邮件服务器连接不上（{type(error).__name__}）") from None


def _refusal(words: str, code: int) -> Exception:
    """Return the error for an SMTP code: 5xx is permanent, 4xx temporary (RFC 5321, 4.2.1)."""
    kind = RefusedError if code >= 500 else NotNowError
    return kind(f"{words}（{code}）")
