"""A measure's number may say its part: where numbers restart, 200003 is the third of the second."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0034_special_periods")]

    operations = [
        migrations.AlterField(
            model_name="measure",
            name="ordinal",
            field=models.PositiveIntegerField(verbose_name="序号"),
        ),
    ]
