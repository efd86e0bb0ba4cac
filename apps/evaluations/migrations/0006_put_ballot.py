"""Casting in one round trip. Each statement of the function sees what was committed before it, so the session's state
is read after the lock that closing waits for; the plans stay cached per connection."""

from django.db import migrations

CREATE = """
CREATE FUNCTION evaluations_put_ballot(
    the_session bigint, the_lock bigint, the_selector text, the_verifier bytea,
    the_ciphertext bytea, the_tracker text, the_voucher bytea
) RETURNS boolean LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
DECLARE
    slip uuid;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(the_lock);
    PERFORM FROM evaluations_evaluationsession s
        WHERE s.id = the_session AND s.state = 'open' AND s.pad_bytes + 49 = octet_length(the_ciphertext);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE evaluations_credential c SET state = 'online'
        WHERE c.session_id = the_session AND c.selector = the_selector AND c.fast_verifier = the_verifier
          AND c.state IN ('unused', 'online')
        RETURNING c.id INTO slip;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO evaluations_urnentry AS u (credential_id, ciphertext, tracker, voucher)
        VALUES (slip, the_ciphertext, the_tracker, the_voucher)
        ON CONFLICT (credential_id) DO UPDATE
        SET ciphertext = excluded.ciphertext, tracker = excluded.tracker, voucher = excluded.voucher;
    RETURN true;
END
$$
"""
DROP = "DROP FUNCTION evaluations_put_ballot(bigint, bigint, text, bytea, bytea, text, bytea)"


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0005_hall_screens")]

    operations = [migrations.RunSQL(CREATE, DROP)]
