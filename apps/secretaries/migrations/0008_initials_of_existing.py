"""Take the initials of stored people from the capitals of their pinyin key: ZhangSan!11 → zs."""

from django.db import migrations

FILL = """
UPDATE secretaries_secretary
SET initials_key = left(lower(regexp_replace(split_part(pinyin_key, '!', 1), '[^A-Z0-9]', '', 'g')), 60)
"""


class Migration(migrations.Migration):
    dependencies = [("secretaries", "0007_initials_key")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
