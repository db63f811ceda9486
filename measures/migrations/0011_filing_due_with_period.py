from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def move(apps, schema_editor):
    """A filing is never due before its period: those that an extension had left behind follow."""
    filing = apps.get_model("measures", "Filing")
    period = apps.get_model("measures", "Period")
    due = period.objects.filter(pk=OuterRef("period")).values("due_on")
    sooner = filing.objects.filter(due_on__lt=F("period__due_on")).values("pk")
    filing.objects.filter(pk__in=sooner).update(due_on=Subquery(due))


class Migration(migrations.Migration):
    dependencies = [("measures", "0010_instructions")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
