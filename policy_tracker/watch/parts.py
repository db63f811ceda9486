"""The health of each part: one list for 系统状态, /readyz and /metrics."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.models import Min
from django.utils.timezone import localdate, localtime

from agencies.models import Event, OutboxItem, Seal
from agencies.outbound.channels import channels_on
from lib.enqueue import BEAT_SEEN, WORKER_SEEN
from lib.files import list_files
from lib.jobs import LeasedJob
from measures.models import Measure, SheetImport
from policy_tracker.backup.actions import damaged_backups, kept_backups
from reports.models import Report

# Seconds. A worker reports every few seconds, beat's tick runs each minute.
WORKER_SILENCE, BEAT_SILENCE = 60, 180
QUEUE_LONG = 200
JOB_WAITS = timedelta(minutes=5)
SEAL_WAITS = timedelta(minutes=30)
MAIL_WAITS = timedelta(hours=20)  # covers a night: messages are sent only in working hours
BACKUP_AGE, REHEARSAL_AGE = timedelta(hours=26), timedelta(days=8)
LOW_DISK, FULL_DISK = 2 * 1024**3, 200 * 1024**2  # bytes


class PartStatus(NamedTuple):
    name: str
    label: str
    tone: str  # green: as it should be; yellow: look at it today; red: something does not work
    sentence: str
    advice: str = ""  # what to do if it is not green
    figures: Mapping[str, float] = {}  # by the metric's name, in its base unit

    @property
    def word(self) -> str:
        return {"green": "正常", "yellow": "需处理", "red": "异常"}[self.tone]


def all_parts(*, at: datetime) -> list[PartStatus]:
    """Return all parts; if the database is gone, those that need it are left out."""
    found = [*essential_parts(at=at)]
    if found[0].tone == "green":
        found += [read(at) for read in _OF_THE_DATABASE]
    found += [_files()] if settings.FILES_BUCKET else []
    return [*found, _backups(at)]


def essential_parts(*, at: datetime) -> Iterator[PartStatus]:
    """Yield database, broker, worker, beat and disk, in this order; each check is fast."""
    yield _database()
    broker = _broker()
    yield broker
    if broker.tone != "red":
        yield _heard(WORKER_SEEN, "worker", "后台任务", WORKER_SILENCE, at)
        yield _heard(BEAT_SEEN, "beat", "定时任务", BEAT_SILENCE, at)
    yield _disk()


def _database() -> PartStatus:
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        advice = "看数据库的日志（默认启动时是var/log/database.log）；磁盘满时先腾出空间。"
        return PartStatus("database", "数据库", "red", "联系不上，页面打不开、不能保存。", advice)
    taken = time.perf_counter() - began
    return PartStatus(
        "database", "数据库", "green", "正常。", figures={"database_answer_seconds": taken}
    )


def _broker() -> PartStatus:
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2
        )
        length = sum(client.llen(queue.name) for queue in settings.CELERY_TASK_QUEUES)
    except redis.RedisError:
        advice = "重启Redis或Valkey；已提交的任务留在数据库里，恢复后自动继续。"
        sentence = "联系不上，报告、表格和定时任务都停着；页面照常。"
        return PartStatus("broker", "消息队列", "red", sentence, advice)
    figures = {"queue_length": float(length)}
    if length > QUEUE_LONG:
        advice = "看后台任务的日志；长期如此应增加后台进程。"
        return PartStatus(
            "broker", "消息队列", "yellow", f"有{length}个任务在排队。", advice, figures
        )
    return PartStatus("broker", "消息队列", "green", f"有{length}个任务在排队。", figures=figures)


def _heard(key: str, name: str, label: str, silence: int, at: datetime) -> PartStatus:
    seen = cache.get(key)
    advice = "看它的日志，重新启动；默认启动时会自动重启，python3 start.py --status可查。"
    if seen is None:
        words = "还没有听到它的消息，刚启动时请等两分钟再看。"
        return PartStatus(name, label, "red", words, advice)
    age = abs(at.timestamp() - seen)  # negative if the clock was set back since
    figures = {f"{name}_silence_seconds": age}
    if age > silence:
        return PartStatus(name, label, "red", f"已有{_span(age)}没有消息。", advice, figures)
    return PartStatus(name, label, "green", f"{_span(age)}前有消息。", figures=figures)


def _disk() -> PartStatus:
    usage = shutil.disk_usage(settings.VAR_DIR)
    sentence = f"剩余{usage.free / 1024**3:.1f}GB，共{usage.total / 1024**3:.1f}GB。"
    tone = "red" if usage.free < FULL_DISK else "yellow" if usage.free < LOW_DISK else "green"
    advice = "删除不要的日志和旧备份，或换更大的磁盘；满了以后不能保存，已有的可以看。"
    figures = {"disk_free_bytes": float(usage.free)}
    return PartStatus("disk", "磁盘", tone, sentence, advice if tone != "green" else "", figures)


def _files() -> PartStatus:
    """Whether S3-compatible storage answers; files on the disk need no check."""
    try:
        list_files("anything")  # a query for one file would also succeed without the bucket
    except OSError:
        advice = "看对象存储是否运行、密钥是否有效；恢复前不能上传、下载和生成报告，页面照常。"
        return PartStatus("files", "文件存储", "red", "联系不上。", advice)
    return PartStatus("files", "文件存储", "green", "正常。")


def _jobs(at: datetime) -> PartStatus:
    waiting = [since for jobs in (Report, SheetImport) if (since := _oldest(jobs))]
    age = (at - min(waiting)).total_seconds() if waiting else 0.0
    figures = {"oldest_job_seconds": age}
    if age > JOB_WAITS.total_seconds():
        sentence = f"最早的报告或表格已排队{_span(age)}。"
        advice = "看“后台任务”是否正常；正常时会自动重试，三次不成会写明原因。"
        return PartStatus("jobs", "报告和表格", "yellow", sentence, advice, figures)
    sentence = f"最早的已排队{_span(age)}。" if waiting else "没有在排队的。"
    return PartStatus("jobs", "报告和表格", "green", sentence, figures=figures)


def _oldest(jobs: type[LeasedJob]) -> datetime | None:
    """Return since when the oldest job without a worker has been waiting."""
    waiting = jobs._default_manager.filter(state__in=list(jobs.STARTS_AS))
    found: datetime | None = waiting.aggregate(since=Min("queued_at"))["since"]
    return found


def _outbox(at: datetime) -> PartStatus:
    if not channels_on():
        return PartStatus("outbox", "外发", "green", "邮件和政务平台待办未启用。")
    dead = OutboxItem.objects.dead().count()
    since = OutboxItem.objects.unsent().aggregate(since=Min("created_at"))["since"]
    age = (at - since).total_seconds() if since else 0.0
    figures = {"outbox_dead": float(dead), "outbox_oldest_seconds": age}
    if dead:
        advice = "在“外发记录”看原因，排除后重发。"
        return PartStatus("outbox", "外发", "yellow", f"{dead}件没有送达。", advice, figures)
    if age > MAIL_WAITS.total_seconds():
        advice = "看邮件服务器或政务平台是否通。"
        sentence = f"最早的一件已等{_span(age)}。"
        return PartStatus("outbox", "外发", "yellow", sentence, advice, figures)
    return PartStatus("outbox", "外发", "green", "都已送出，或在等工作时间。", figures=figures)


def _lights(at: datetime) -> PartStatus:
    today = localdate(at)
    oldest = Measure.objects.aggregate(day=Min("light_on"))["day"] or today
    days = (today - oldest).days
    figures = {"lights_age_days": float(days)}
    if days:
        advice = "每天0时5分自动评定；可在服务器上运行manage.py refresh_lights。"
        sentence = f"有措施的灯是{oldest:%Y-%m-%d}评定的。"
        return PartStatus("lights", "预警灯", "yellow", sentence, advice, figures)
    return PartStatus("lights", "预警灯", "green", "今天已评定。", figures=figures)


def _audit(at: datetime) -> PartStatus:
    broken = Event.objects.broken().first()
    newest = Seal.objects.without_digests().newest()
    unsealed = Event.objects.unsealed().order_by().aggregate(since=Min("at"))["since"]
    # An unsealed event older than the last seal was written after it: it may name an earlier day.
    since = max(unsealed, newest.at) if unsealed and newest else unsealed
    age = (at - since).total_seconds() if since else 0.0
    figures = {"audit_unsealed_seconds": age}
    if broken:
        advice = "不要删除任何数据，保留现场，按运维手册“The audit trail”一节办理。"
        return PartStatus("audit", "审计记录", "red", broken.sentence, advice, figures)
    if age > SEAL_WAITS.total_seconds():
        words = f"最早的一条已等待封存{_span(age)}。" if newest else "还没有封存过。"
        advice = "看“定时任务”“后台任务”是否正常；每五分钟封存一次。"
        return PartStatus("audit", "审计记录", "yellow", words, advice, figures)
    until = f"已封存至{localtime(newest.at):%Y-%m-%d %H:%M}。" if newest else "还没有要封存的。"
    return PartStatus("audit", "审计记录", "green", until, figures=figures)


def _backups(at: datetime) -> PartStatus:
    advice = "在“备份”立即备份或演练，看收件箱里没有成功的原因。"
    damaged = "".join(damaged_backups())
    kept = kept_backups()
    if not kept:
        first = "在“备份”立即备份一次，此后每天自动备份。"
        return PartStatus("backup", "备份", "yellow", f"{damaged}还没有备份。", first)
    age = at - kept[0].made_at
    figures = {"backup_age_seconds": age.total_seconds()}
    words = f"最新的是{_span(age.total_seconds())}前的"
    rehearsed = max((one.rehearsed_at for one in kept if one.rehearsed_at), default=None)
    if age > BACKUP_AGE:
        return PartStatus("backup", "备份", "yellow", f"{words}。", advice, figures)
    if damaged:
        remove = "先确认另有完好的备份，再由运维人员把它移走。"
        return PartStatus("backup", "备份", "yellow", damaged, remove, figures)
    if settings.BACKUP_BUCKET and not kept[0].copied_at:
        sentence = f"{words}，没有复制到对象存储。"
        return PartStatus("backup", "备份", "yellow", sentence, advice, figures)
    if kept[0].faults:
        sentence = f"{words}，其中{kept[0].faults}个文件缺失或被改动。"
        return PartStatus("backup", "备份", "yellow", sentence, advice, figures)
    if rehearsed is None or at - rehearsed > REHEARSAL_AGE:
        sentence = f"{words}，八天内没有演练过恢复。"
        return PartStatus("backup", "备份", "yellow", sentence, advice, figures)
    return PartStatus("backup", "备份", "green", f"{words}，恢复已演练。", figures=figures)


def _span(seconds: float) -> str:
    for unit, length in (("天", 86400), ("小时", 3600), ("分钟", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)}{unit}"
    return f"{int(seconds)}秒"


_OF_THE_DATABASE: tuple[Callable[[datetime], PartStatus], ...] = (_jobs, _outbox, _lights, _audit)
