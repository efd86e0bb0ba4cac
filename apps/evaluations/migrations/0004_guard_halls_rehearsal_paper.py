import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0003_marks_name_their_form"), ("cycles", "0005_forms_replace_items")]

    operations = [
        migrations.AlterField(
            model_name="openedmark",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="cycles.schemepaper"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="credential",
            trigger=pgtrigger.compiler.Trigger(
                name="slips_stay_write",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = NEW.session_id)\n        NOT IN ('draft', 'keyed', 'rehearsed', 'open') THEN\n        RAISE EXCEPTION 'slips are fixed after closing' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="720bbb5dea01b8ba09ebbcd4ea69bb5669668361",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_slips_stay_write_505d9",
                    table="evaluations_credential",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="credential",
            trigger=pgtrigger.compiler.Trigger(
                name="slips_stay_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT (SELECT s.rehearsal_of_id IS NOT NULL OR s.state = 'purged' FROM evaluations_evaluationsession s WHERE s.id = OLD.session_id) THEN\n        RAISE EXCEPTION 'slips are never deleted' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN OLD;\n",
                    hash="343eb78dc8eab29e2ed9e1833a7a0b0088c70fb2",
                    operation="DELETE",
                    pgid="pgtrigger_slips_stay_delete_3bd84",
                    table="evaluations_credential",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evaluationsession",
            trigger=pgtrigger.compiler.Trigger(
                name="one_way",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF array_position(ARRAY['draft','keyed','rehearsed','open','closed','opened','released','purged'], NEW.state::text) - array_position(ARRAY['draft','keyed','rehearsed','open','closed','opened','released','purged'], OLD.state::text) NOT IN (0, 1) THEN\n        RAISE EXCEPTION 'a session moves one step forward' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="bcffaa47c96d203e5129308f68044e32c2af0b0f",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_way_e3663",
                    table="evaluations_evaluationsession",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evaluationsession",
            trigger=pgtrigger.compiler.Trigger(
                name="key_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF OLD.state NOT IN ('draft', 'keyed', 'rehearsed') AND (NEW.public_key IS DISTINCT FROM OLD.public_key\n        OR NEW.pad_bytes <> OLD.pad_bytes OR NEW.form_hash <> OLD.form_hash OR NEW.form IS DISTINCT FROM OLD.form) THEN\n        RAISE EXCEPTION 'key and form are fixed' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="e481d4b34d6f29293101efc1b2966892e3a7e427",
                    operation="UPDATE",
                    pgid="pgtrigger_key_stays_afe38",
                    table="evaluations_evaluationsession",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openedmark",
            trigger=pgtrigger.compiler.Trigger(
                name="while_opening",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = (SELECT g.session_id FROM evaluations_sessiongroup g WHERE g.id = NEW.group_id)) <> 'closed' THEN\n        RAISE EXCEPTION 'marks are written once, while the urn is opened' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="78e3fa46097462b74c2dd3207a9315d9dbaafdac",
                    operation="INSERT",
                    pgid="pgtrigger_while_opening_cd35f",
                    table="evaluations_openedmark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openedmark",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="afd0d94fa3c8886858802ffe91ff736456eb91c5",
                    operation="UPDATE",
                    pgid="pgtrigger_never_changed_8f77e",
                    table="evaluations_openedmark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openedmark",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT (SELECT s.rehearsal_of_id IS NOT NULL FROM evaluations_evaluationsession s WHERE s.id = (SELECT g.session_id FROM evaluations_sessiongroup g WHERE g.id = OLD.group_id)) THEN\n        RAISE EXCEPTION 'opened ballots stay' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN OLD;\n",
                    hash="837ebb1a757e824ae3e378fbb9a36400e120c361",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_dd912",
                    table="evaluations_openedmark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="urnentry",
            trigger=pgtrigger.compiler.Trigger(
                name="urn_open_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT (SELECT s.rehearsal_of_id IS NOT NULL OR s.state IN ('open', 'purged') FROM evaluations_evaluationsession s\n        JOIN evaluations_credential c ON c.session_id = s.id WHERE c.id = OLD.credential_id) THEN\n        RAISE EXCEPTION 'the urn is not open' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN OLD;\n",
                    hash="ede9b50010fd1a22eaeb5695970b3fb2c9919ae5",
                    operation="DELETE",
                    pgid="pgtrigger_urn_open_delete_ff45c",
                    table="evaluations_urnentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openedcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="comment_while_opening",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = NEW.session_id) <> 'closed' THEN\n        RAISE EXCEPTION 'marks are written once, while the urn is opened' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="49e0f4cfff68fe9fdd3de1e8a3f9558bab56aeae",
                    operation="INSERT",
                    pgid="pgtrigger_comment_while_opening_e3b05",
                    table="evaluations_openedcomment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openedcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="comment_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="0be0dfd3d3a42b03bf589571f876b5b6abb72938",
                    operation="UPDATE",
                    pgid="pgtrigger_comment_never_changed_53763",
                    table="evaluations_openedcomment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openedcomment",
            trigger=pgtrigger.compiler.Trigger(
                name="comment_never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT (SELECT s.rehearsal_of_id IS NOT NULL FROM evaluations_evaluationsession s WHERE s.id = OLD.session_id) THEN\n        RAISE EXCEPTION 'opened ballots stay' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN OLD;\n",
                    hash="79425e8f77435ebb104d487830f395b4f8649188",
                    operation="DELETE",
                    pgid="pgtrigger_comment_never_deleted_ac4cc",
                    table="evaluations_openedcomment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paperentry",
            trigger=pgtrigger.compiler.Trigger(
                name="entries_stay_write",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF (SELECT s.state NOT IN ('open', 'closed') AND s.rehearsal_of_id IS NULL FROM evaluations_evaluationsession s\n        JOIN evaluations_paperbatch b ON b.session_id = s.id WHERE b.id = NEW.batch_id) THEN\n        RAISE EXCEPTION 'paper totals are sealed before the urn is opened' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="5288f8d4676debc83869b256cb31ec7e6f35afe7",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_entries_stay_write_45718",
                    table="evaluations_paperentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paperentry",
            trigger=pgtrigger.compiler.Trigger(
                name="entries_stay_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF (SELECT s.state NOT IN ('open', 'closed') AND s.rehearsal_of_id IS NULL FROM evaluations_evaluationsession s\n        JOIN evaluations_paperbatch b ON b.session_id = s.id WHERE b.id = OLD.batch_id) THEN\n        RAISE EXCEPTION 'paper totals are sealed before the urn is opened' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN OLD;\n",
                    hash="4010bdcfd125b00a33073545d95d8f228b52869f",
                    operation="DELETE",
                    pgid="pgtrigger_entries_stay_delete_6af1b",
                    table="evaluations_paperentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paperbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="heads_stay_write",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = NEW.session_id) NOT IN ('keyed', 'rehearsed', 'open')\n       AND NOT (SELECT s.rehearsal_of_id IS NOT NULL FROM evaluations_evaluationsession s WHERE s.id = NEW.session_id) THEN\n        RAISE EXCEPTION 'paper forms are counted before closing' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="8d88f40e631e94184a3911bcdfcb85b6ad8a1758",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_heads_stay_write_f1819",
                    table="evaluations_paperbatch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paperbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="heads_stay_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = OLD.session_id) NOT IN ('keyed', 'rehearsed', 'open')\n       AND NOT (SELECT s.rehearsal_of_id IS NOT NULL FROM evaluations_evaluationsession s WHERE s.id = OLD.session_id) THEN\n        RAISE EXCEPTION 'paper forms are counted before closing' USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN OLD;\n",
                    hash="4a5d878a34007c58cf72c407e569f0606a0b311e",
                    operation="DELETE",
                    pgid="pgtrigger_heads_stay_delete_5c419",
                    table="evaluations_paperbatch",
                    when="BEFORE",
                ),
            ),
        ),
    ]
