from django.db import migrations


class Migration(migrations.Migration):
    """The previews are packed in ``lines``."""

    dependencies = [("rosters", "0004_pack_lines")]

    operations = [migrations.RemoveField(model_name="rosterimport", name="preview")]
