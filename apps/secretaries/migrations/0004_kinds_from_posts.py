"""Set the kind of every stored appointment by the words of its post.

The rule is copied, as a migration must not change with the code. Where two people hold one kind of post at the same
time, the one entered later is kept as 其他职务, and both are named for somebody to look at.
"""

import re

from django.db import migrations

OTHERS = re.compile(
    r"(?:常务|专职)?副书记|书记助理|书记员|(?:纪委|纪检组?|纪检监察|政法委|统战|团委|团工委|团总支|团支部|共青团)书记"
)
ACTING = re.compile(r"主持.{0,6}工作|代理书记|(?<![时现古近当世])代(?:党?(?:工?委|总支|支部|组)?)书记")


def kind_of(post):
    if ACTING.search(post):
        return "acting"
    if "书记" in OTHERS.sub("", post.replace("第一书记", "")):
        return "secretary"
    return "first" if "第一书记" in post else "other"


def shares_a_day(one, other):
    if one.started_on == one.ended_on or other.started_on == other.ended_on:
        return False
    return (one.ended_on is None or other.started_on < one.ended_on) and (
        other.ended_on is None or one.started_on < other.ended_on
    )


def set_kinds(apps, schema_editor):
    Appointment = apps.get_model("secretaries", "Appointment")
    kept = {}
    for row in Appointment.objects.order_by("pk").select_related("organization", "secretary"):
        row.kind = kind_of(row.post)
        if row.kind != "other":
            holders = kept.setdefault((row.organization_id, row.kind), [])
            other = next((one for one in holders if shares_a_day(one, row)), None)
            if other is None:
                holders.append(row)
            else:
                print(  # noqa: T201 -- told to whoever runs the migration
                    f"  {row.organization.name}：{other.secretary.name}、{row.secretary.name}的任职时间重叠，后者改记为其他职务，请核对。"
                )
                row.kind = "other"
        if row.kind != "secretary":
            row.save(update_fields=["kind"])


def leave(apps, schema_editor):
    """The column goes with the migration before this one."""


class Migration(migrations.Migration):
    dependencies = [("secretaries", "0003_appointment_kind")]

    operations = [migrations.RunPython(set_kinds, leave)]
