from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0023_intake_drafts")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="archived_at",
            field=models.DateTimeField("归档时间", null=True, blank=True),
        ),
    ]
