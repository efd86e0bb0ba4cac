"""Write every scheme's questions and points as one evaluation form. Items keep their number as key: opened marks name it."""

from django.db import migrations

LABELS = {"good": "好", "fairly_good": "较好", "average": "一般", "poor": "差"}


def _plain(number):
    return f"{number.normalize():f}"


def _definition(scheme):
    grades = scheme.grade_rules.order_by("-points")
    options = [
        {"key": g.grade, "label": LABELS[g.grade], "value": _plain(g.points), "low": None, "high": None}
        for g in grades
    ]
    items = [
        {
            "key": str(item.pk), "text": item.name, "kind": "grade", "weight": _plain(item.weight), "section": "",
            "hint": item.hint, "scale": "grades", "is_required": False, "is_overall": False,
            "minimum": "0", "maximum": "100", "step": "1", "max_chars": 300,
        }
        for item in scheme.ballot_items.order_by("order_no")
    ]  # fmt: skip
    return {
        "format": 2, "title": "述职评议测评表", "subtitle": "", "footer": "本表无记名", "notes": "", "items": items, "rules": [],
        "scales": [{"key": "grades", "label": "好、较好、一般、差", "options": options}], "orientation": "per_person",
        "shows_example": True, "must_read_seconds": 0, "comments": "none", "comment_max_chars": 300, "excludes_self": False,
    }  # fmt: skip


def write_forms(apps, schema_editor):
    scheme_model = apps.get_model("cycles", "ReviewScheme")
    paper_model = apps.get_model("cycles", "SchemePaper")
    for scheme in scheme_model.objects.all():
        if scheme.ballot_items.exists():
            paper_model.objects.create(
                scheme=scheme, order_no=1, name="测评表", preset="standard", definition=_definition(scheme)
            )


def forget_forms(apps, schema_editor):
    apps.get_model("cycles", "SchemePaper").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("cycles", "0003_evaluation_forms")]

    operations = [migrations.RunPython(write_forms, forget_forms)]
