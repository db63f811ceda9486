"""备份: the existing backups and their rehearsals, for the system administrator."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from agencies.guards import GET, POST, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest, redirect_with
from policy_tracker.backup.actions import damaged_backups, enqueue_by_hand, kept_backups


@allowed_to(Perm.KEEP_SYSTEM, methods=GET)
def backups(request: UserRequest) -> HttpResponse:
    context = {
        "backups": kept_backups(),
        "damaged": damaged_backups(),
        "place": settings.BACKUP_DIR,
        "keep_days": settings.BACKUP_KEEP_DAYS,
        "is_encrypted": bool(settings.BACKUP_RECIPIENT),
        "bucket": settings.BACKUP_BUCKET,
    }
    return render(request, "policy_tracker/backups.html", context)


@allowed_to(Perm.KEEP_SYSTEM, methods=POST)
def backup_now(request: UserRequest) -> HttpResponse:
    enqueue_by_hand("policy_tracker.tasks.back_up", by=request.user)
    return redirect_with(
        request, "已开始备份，完成后列在下面；没有成功会发消息到您的收件箱。", "backups:list"
    )


@allowed_to(Perm.KEEP_SYSTEM, methods=POST)
def backup_rehearse(request: UserRequest) -> HttpResponse:
    enqueue_by_hand("policy_tracker.tasks.rehearse_restore", by=request.user)
    return redirect_with(
        request,
        "已开始演练：把最新的备份恢复到临时的数据库里核对，不影响使用。结果列在下面。",
        "backups:list",
    )
