"""Pack the lines of the previews there are; on the way back, unpack them."""

import gzip
import json

from django.db import migrations


def pack(apps, schema_editor):
    for one in _imports(apps, schema_editor):
        lines = "".join(
            f"{line[2]}\t{json.dumps(line, ensure_ascii=False)}\n" for line in map(_whole, one.preview)
        )
        one.lines = gzip.compress(lines.encode(), 4, mtime=0) if lines else b""
        one.save(update_fields=["lines"])


def unpack(apps, schema_editor):
    for one in _imports(apps, schema_editor):
        lines = gzip.decompress(one.lines).splitlines() if one.lines else []
        one.preview = [json.loads(line.partition(b"\t")[2]) for line in lines]
        one.save(update_fields=["preview"])


def _imports(apps, schema_editor):
    model = apps.get_model("rosters", "RosterImport")
    return model.objects.using(schema_editor.connection.alias).iterator(10)


def _whole(line):
    """Give a line without details what it lacks."""
    return [*line, *["", []][len(line) - 4 :]]


class Migration(migrations.Migration):
    dependencies = [("rosters", "0003_packed_lines")]

    operations = [migrations.RunPython(pack, unpack)]
