"""The separation of the three administrators (三权分立), held by the database: no way of writing gets around it.

Source: GB/T 22239-2019, 8.1.5.1-3; security reference A1, row 6. One account holds one of the three roles and nothing else, is no
secretary's, and no namesake of its holder holds another of the three: the same person with two accounts is still one person. Two who
really share a name are told apart in the name shown (张伟（信息中心）).
"""

import pgtrigger

from apps.accounts.domain.roles import ADMIN_ROLES

ADMINS = ", ".join(f"'{role}'" for role in ADMIN_ROLES)
LOCK = 7_205_004  # administrators are made one after the other
REFUSED = "USING ERRCODE = 'integrity_constraint_violation'"

ROLES_APART = pgtrigger.Trigger(
    name="roles_apart",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    declare=[("holder", "accounts_user%ROWTYPE")],
    func=f"""
        SELECT * INTO holder FROM accounts_user WHERE id = NEW.user_id FOR UPDATE;
        IF NEW.role NOT IN ({ADMINS}) THEN
            IF EXISTS (SELECT 1 FROM accounts_roleassignment
                       WHERE user_id = NEW.user_id AND role IN ({ADMINS}) AND id IS DISTINCT FROM NEW.id) THEN
                RAISE EXCEPTION 'an administrator holds no other role' {REFUSED};
            END IF;
            RETURN NEW;
        END IF;
        PERFORM pg_advisory_xact_lock({LOCK});
        IF holder.secretary_id IS NOT NULL THEN
            RAISE EXCEPTION 'a secretary is no administrator' {REFUSED};
        END IF;
        IF EXISTS (SELECT 1 FROM accounts_roleassignment
                   WHERE user_id = NEW.user_id AND role <> NEW.role AND id IS DISTINCT FROM NEW.id) THEN
            RAISE EXCEPTION 'an administrator holds no other role' {REFUSED};
        END IF;
        IF EXISTS (SELECT 1 FROM accounts_roleassignment r JOIN accounts_user u ON u.id = r.user_id
                   WHERE r.role IN ({ADMINS}) AND r.role <> NEW.role AND r.id IS DISTINCT FROM NEW.id
                   AND u.display_name = holder.display_name) THEN
            RAISE EXCEPTION 'one person holds one of the three administrators'' roles' {REFUSED};
        END IF;
        RETURN NEW;
    """,  # noqa: S608 -- put together from constants
)

ADMINISTRATORS_APART = pgtrigger.Trigger(
    name="administrators_apart",
    operation=pgtrigger.UpdateOf("secretary_id", "display_name"),
    when=pgtrigger.Before,
    func=f"""
        IF NOT EXISTS (SELECT 1 FROM accounts_roleassignment WHERE user_id = NEW.id AND role IN ({ADMINS})) THEN
            RETURN NEW;
        END IF;
        PERFORM pg_advisory_xact_lock({LOCK});
        IF NEW.secretary_id IS NOT NULL THEN
            RAISE EXCEPTION 'a secretary is no administrator' {REFUSED};
        END IF;
        IF EXISTS (SELECT 1 FROM accounts_roleassignment own
                   JOIN accounts_roleassignment r ON r.role <> own.role AND r.user_id <> own.user_id
                   JOIN accounts_user u ON u.id = r.user_id
                   WHERE own.user_id = NEW.id AND own.role IN ({ADMINS}) AND r.role IN ({ADMINS})
                   AND u.display_name = NEW.display_name) THEN
            RAISE EXCEPTION 'one person holds one of the three administrators'' roles' {REFUSED};
        END IF;
        RETURN NEW;
    """,  # noqa: S608 -- put together from constants
)
