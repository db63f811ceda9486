"""Of several agencies that the notice names as lead one leads; the others are marked as such."""

from django.db import migrations, models

ROLES = ["lead", "joint_lead", "responsible", "support"]
LABELS = ["牵头单位", "并列牵头单位", "责任单位", "配合单位"]


def role_of(model):
    """What its role may be, in the database too."""
    name = f"{model}_role_known"
    choices = list(zip(ROLES, LABELS, strict=True))
    field = models.CharField("责任", max_length=20, choices=choices)
    known = models.CheckConstraint(condition=models.Q(role__in=ROLES), name=name)
    return [
        migrations.RemoveConstraint(model, name),
        migrations.AlterField(model, "role", field),
        migrations.AddConstraint(model, known),
    ]


class Migration(migrations.Migration):
    dependencies = [("measures", "0036_supporting_in_changes")]

    operations = [*role_of("filing"), *role_of("responsibility")]
