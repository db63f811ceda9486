"""A file kept beside the database: under a random name, shown under its own."""

from django.db import models

from agencies.models import User
from measures.choices import EvidenceKind

SHA256 = r"^[0-9a-f]{64}$"


class StoredFile(models.Model):
    """What every such file is: where it lies, what it is called, its digest, who brought it."""

    file = models.FileField("文件", max_length=200)
    name = models.CharField("文件名", max_length=150)
    kind = models.CharField("格式", max_length=10, choices=EvidenceKind)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def kind_choice(self) -> EvidenceKind:
        return EvidenceKind(self.kind)
