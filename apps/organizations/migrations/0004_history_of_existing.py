"""Give every organization that is stored already its founding, its abolition and its initials."""

from django.db import migrations

from apps.common.domain.sort_keys import pinyin_initials

BATCH = 2_000
FOUNDINGS = """
INSERT INTO organizations_organizationchange
    (organization_id, kind, "on", reason, before, after, counterparts, recorded_by, recorded_at)
SELECT id, 'founded', founded_on, '', '{}',
       jsonb_build_object('code', code, 'name', name, 'kind', kind, 'field', field, 'superior', superior_id,
                          'exists', true, 'founded_on', founded_on),
       '[]', '系统', now()
FROM organizations_organization one
WHERE NOT EXISTS (SELECT FROM organizations_organizationchange WHERE organization_id = one.id)
ORDER BY id
"""
ABOLITIONS = """
INSERT INTO organizations_organizationchange
    (organization_id, kind, "on", reason, before, after, counterparts, recorded_by, recorded_at)
SELECT id, 'abolished', abolished_on, '', '{"exists": true}', '{"exists": false}', '[]', '系统', now()
FROM organizations_organization one
WHERE abolished_on IS NOT NULL
  AND NOT EXISTS (SELECT FROM organizations_organizationperiod WHERE organization_id = one.id)
ORDER BY id
"""
PERIODS = """
INSERT INTO organizations_organizationperiod (organization_id, begins_on, ends_on, code, name, kind, field, superior_id)
SELECT id, founded_on, abolished_on, code, name, kind, field, superior_id
FROM organizations_organization one
WHERE (founded_on IS NULL OR abolished_on IS NULL OR abolished_on > founded_on)
  AND NOT EXISTS (SELECT FROM organizations_organizationperiod WHERE organization_id = one.id)
"""


def fill(apps, schema_editor):
    Organization = apps.get_model("organizations", "Organization")
    with schema_editor.connection.cursor() as cursor:
        for statement in (FOUNDINGS, ABOLITIONS, PERIODS):
            cursor.execute(statement)
    batch = []
    for organization in Organization.objects.filter(initials_key="").only("name").iterator(chunk_size=BATCH):
        organization.initials_key = pinyin_initials(organization.name)
        batch.append(organization)
        if len(batch) == BATCH:
            Organization.objects.bulk_update(batch, ["initials_key"])
            batch = []
    Organization.objects.bulk_update(batch, ["initials_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0003_history"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
