"""What the lists of people, vacancies and elections are read by: the main appointment of a person, and where an organization stands.

The database keeps both, because appointments are written one by one, by imports as a whole and by other apps, and a list that
rests on them must never be told otherwise than the rows. All is recomputed from the rows of whoever was touched; the row of the
standing is locked first, so that of two writers at once the later one sees what the earlier wrote.
"""

import datetime

import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION secretaries_state_standing(places bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM secretaries_standing WHERE organization_id = ANY(places) ORDER BY organization_id FOR UPDATE;
    INSERT INTO secretaries_standing AS stood
        (organization_id, vacant_from, vacant_until, may_be_vacant, due_on, term_years)
    SELECT place.id, gap.vacant_from, coalesce(gap.vacant_until, '9999-12-31'),
           coalesce(gap.vacant_until, '9999-12-31') > current_date,
           coalesce(election.due_on, '9999-12-31'), coalesce(setting.term_years, secretaries_usual_term(place.kind))
    FROM unnest(places) AS wanted(id)
    JOIN organizations_organization place ON place.id = wanted.id
    LEFT JOIN secretaries_termsetting setting ON setting.organization_id = place.id
    LEFT JOIN secretaries_election election ON election.organization_id = place.id AND election.is_latest
    LEFT JOIN LATERAL (
        SELECT gap.vacant_from, gap.vacant_until
        FROM (
            SELECT started_on, ended_on, lag(ended_on) OVER terms AS left_before, lead(id) OVER terms IS NULL AS is_last
            FROM secretaries_appointment
            WHERE organization_id = place.id AND kind = 'secretary' AND ended_on IS DISTINCT FROM started_on
            WINDOW terms AS (ORDER BY started_on)
        ) AS term
        CROSS JOIN LATERAL (
            VALUES (left_before, started_on, left_before IS DISTINCT FROM started_on),
                   (ended_on, '9999-12-31', is_last AND ended_on IS NOT NULL)
        ) AS gap(vacant_from, vacant_until, is_gap)
        WHERE is_gap ORDER BY gap.vacant_until DESC LIMIT 1
    ) AS gap ON true
    ON CONFLICT (organization_id) DO UPDATE SET
        vacant_from = excluded.vacant_from, vacant_until = excluded.vacant_until,
        may_be_vacant = excluded.may_be_vacant, due_on = excluded.due_on, term_years = excluded.term_years
    WHERE (stood.vacant_from, stood.vacant_until, stood.may_be_vacant, stood.due_on, stood.term_years)
        IS DISTINCT FROM (
            excluded.vacant_from, excluded.vacant_until, excluded.may_be_vacant, excluded.due_on, excluded.term_years
        );
END $$;

CREATE FUNCTION secretaries_usual_term(kind text) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind WHEN 'committee' THEN 5 WHEN 'general_branch' THEN 3 WHEN 'branch' THEN 3 ELSE 0 END::smallint
$$;

CREATE FUNCTION secretaries_choose_main(people bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE secretaries_appointment held SET is_main = NOT held.is_main
    FROM (
        SELECT id, is_main, row_number() OVER (
            PARTITION BY secretary_id ORDER BY ended_on DESC NULLS FIRST, started_on DESC, id
        ) = 1 AS leads
        FROM secretaries_appointment WHERE secretary_id = ANY(people)
    ) AS ranked
    WHERE held.id = ranked.id AND ranked.is_main <> ranked.leads
$$;

CREATE FUNCTION secretaries_on_appointments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    people bigint[];
    places bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT secretary_id), array_agg(DISTINCT organization_id) INTO people, places FROM now_there;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT secretary_id), array_agg(DISTINCT organization_id) INTO people, places FROM was_there;
    ELSE
        SELECT array_agg(DISTINCT secretary_id), array_agg(DISTINCT organization_id) INTO people, places
        FROM (SELECT * FROM was_there UNION ALL SELECT * FROM now_there) AS touched;
    END IF;
    PERFORM secretaries_choose_main(people);
    PERFORM secretaries_state_standing(places);
    RETURN NULL;
END $$;

CREATE FUNCTION secretaries_on_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    places bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT organization_id) INTO places FROM now_there;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT organization_id) INTO places FROM was_there;
    ELSE
        SELECT array_agg(DISTINCT organization_id) INTO places
        FROM (SELECT * FROM was_there UNION ALL SELECT * FROM now_there) AS touched;
    END IF;
    PERFORM secretaries_state_standing(places);
    RETURN NULL;
END $$;

CREATE FUNCTION secretaries_on_founding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO secretaries_standing (organization_id, vacant_until, may_be_vacant, due_on, term_years)
    SELECT id, '9999-12-31', true, '9999-12-31', secretaries_usual_term(kind) FROM founded;
    RETURN NULL;
END $$;

CREATE FUNCTION secretaries_on_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM secretaries_state_standing(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
"""
LISTENERS = {
    "secretaries_appointment": "secretaries_on_appointments",
    "secretaries_election": "secretaries_on_places",
    "secretaries_termsetting": "secretaries_on_places",
}
EVENTS = {
    "INSERT": "NEW TABLE AS now_there",
    "UPDATE": "OLD TABLE AS was_there NEW TABLE AS now_there",
    "DELETE": "OLD TABLE AS was_there",
}
# Depth 0: choosing the main appointment changes appointments itself and must not start all over.
TRIGGERS = """
CREATE TRIGGER secretaries_organizations_founded AFTER INSERT ON organizations_organization
    REFERENCING NEW TABLE AS founded FOR EACH STATEMENT EXECUTE FUNCTION secretaries_on_founding();
CREATE TRIGGER secretaries_organizations_kind AFTER UPDATE OF kind ON organizations_organization
    FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION secretaries_on_kind();
""" + "".join(
    f"CREATE TRIGGER secretaries_standing_{event.lower()} AFTER {event} ON {table} REFERENCING {rows}"
    f" FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION {function}();\n"
    for table, function in LISTENERS.items()
    for event, rows in EVENTS.items()
)
NO_TRIGGERS = """
DROP TRIGGER secretaries_organizations_kind ON organizations_organization;
DROP TRIGGER secretaries_organizations_founded ON organizations_organization;
""" + "".join(
    f"DROP TRIGGER secretaries_standing_{event.lower()} ON {table};\n"
    for table in LISTENERS
    for event in EVENTS
)
NO_FUNCTIONS = """
DROP FUNCTION secretaries_on_kind();
DROP FUNCTION secretaries_on_founding();
DROP FUNCTION secretaries_on_places();
DROP FUNCTION secretaries_on_appointments();
DROP FUNCTION secretaries_choose_main(bigint[]);
DROP FUNCTION secretaries_state_standing(bigint[]);
DROP FUNCTION secretaries_usual_term(text);
"""
# The two columns say nearly the same; PostgreSQL would take them for independent and expect a fortieth of the vacancies there are.
STATISTICS = "CREATE STATISTICS secretaries_standing_open (mcv) ON may_be_vacant, vacant_until FROM secretaries_standing"
NO_STATISTICS = "DROP STATISTICS secretaries_standing_open"
UNKNOWN_DAY = datetime.date(9999, 12, 31)


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0009_periods_by_code"),
        ("secretaries", "0010_stroke_order"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="secretary",
            index=models.Index(fields=["born_on", "id"], name="secretaries_by_birth"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="is_main",
            field=models.BooleanField("主要任职", default=True, editable=False),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["-started_on", "id"], name="secretaries_latest"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("is_main", True)), fields=["organization"], name="secretaries_main_place"
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("is_main", True)),
                fields=["started_on", "secretary"],
                name="secretaries_main_since",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", False), ("is_main", True)),
                fields=["ended_on"],
                name="secretaries_main_ended",
            ),
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="organizations.organization",
                    ),
                ),
                ("vacant_from", models.DateField("空缺自", null=True)),
                ("vacant_until", models.DateField("空缺至", default=UNKNOWN_DAY)),
                ("may_be_vacant", models.BooleanField("可能空缺", default=True)),
                ("due_on", models.DateField("应换届日期", default=UNKNOWN_DAY)),
                ("term_years", models.PositiveSmallIntegerField("届期（年）", default=0)),
            ],
            options={
                "verbose_name": "书记与换届现状",
                "verbose_name_plural": "书记与换届现状",
                "indexes": [
                    models.Index(fields=["vacant_until"], name="secretaries_standing_vacant"),
                    models.Index(
                        condition=models.Q(("may_be_vacant", True)),
                        fields=["vacant_from", "organization"],
                        name="secretaries_standing_since",
                    ),
                    models.Index(
                        condition=models.Q(("term_years__gt", 0)),
                        fields=["due_on", "organization"],
                        name="secretaries_standing_due",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STATISTICS, NO_STATISTICS),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
