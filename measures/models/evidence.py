"""Stored files, and the evidence attached to notes."""

import pgtrigger
from django.db import models
from django.db.models import Q

from agencies.models import User
from agencies.models.fields import MemberOf, known, link_to
from measures.choices import EvidenceKind
from measures.models.note import Note

SHA256 = r"^[0-9a-f]{64}$"


class StoredFile(models.Model):
    """A file stored outside the database under a random name and shown under its own name."""

    file = models.FileField("文件", max_length=200)
    name = models.CharField("文件名", max_length=150)
    kind = models.CharField("格式", max_length=10, choices=EvidenceKind)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = link_to(User, "上传人")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    kind_choice = MemberOf(EvidenceKind, "kind")


def fixed_file(owner: str, name: str) -> list[models.BaseConstraint]:
    """Return the constraints of a file that is created with its owner row and never changed."""
    return [
        models.UniqueConstraint(
            fields=[owner, "sha256"],
            name=f"{name}_once_a_{owner}",
            violation_error_message="这份材料已经上传过。",
        ),
        models.CheckConstraint(
            name=f"{name}_whole",
            condition=Q(kind__in=EvidenceKind.values, sha256__regex=SHA256, size__gt=0)
            & ~Q(name=""),
        ),
    ]


class Evidence(StoredFile):
    """One file attached to one version of a note.

    A version copied from an earlier one has its own rows for the same stored files.
    """

    note = link_to(Note, "进展", "evidence")

    class Meta:
        ordering = ["note", "id"]
        verbose_name = verbose_name_plural = "佐证材料"
        constraints = [
            models.UniqueConstraint(
                fields=["note", "sha256"],
                name="evidence_once_a_note",
                violation_error_message="这份材料已经上传过。",
            ),
            known("evidence_kind_known", kind=EvidenceKind),
            models.CheckConstraint(
                name="evidence_has_digest", condition=Q(sha256__regex=SHA256, size__gt=0)
            ),
            models.CheckConstraint(name="evidence_has_name", condition=~Q(name="")),
        ]
        triggers = [
            # Adding or removing a file changes the note's content as much as editing its text.
            pgtrigger.Trigger(
                name="frozen_with_its_note",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Delete,
                declare=[("kept", "measures_evidence%ROWTYPE")],
                func="""
                    kept := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    IF EXISTS (
                        SELECT FROM measures_note
                        WHERE id = kept.note_id
                          AND (submitted_at IS NOT NULL OR dropped_at IS NOT NULL)
                    ) THEN RAISE EXCEPTION 'the evidence of a submitted note never changes';
                    END IF;
                    RETURN kept;
                """,
            ),
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
        ]


class KeptFile(StoredFile):
    """A file uploaded with a refused form, kept until its uploader submits the form again.

    `place` names the form; the format is in measures.filings.evidence.
    """

    place = models.CharField("所属表单", max_length=60)

    class Meta:
        ordering = ["id"]
        verbose_name = verbose_name_plural = "留存文件"
        constraints = [
            models.UniqueConstraint(
                fields=["uploaded_by", "place", "sha256"], name="kept_file_once_a_form"
            ),
            models.CheckConstraint(
                name="kept_file_whole",
                condition=Q(kind__in=EvidenceKind.values, sha256__regex=SHA256, size__gt=0)
                & ~Q(name="")
                & ~Q(place=""),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]
