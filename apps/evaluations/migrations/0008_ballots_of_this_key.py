"""A page that was opened before the key was made anew seals to the former key: such a ballot could never be opened, so it is
refused while its evaluator can still fill in again. Told by the page in the same statement that puts the ballot into the urn."""

from django.db import migrations

HEAD = """
CREATE FUNCTION evaluations_put_ballot(
    the_session bigint, the_lock bigint, the_selector text, the_verifier bytea,
    the_ciphertext bytea, the_tracker text, the_voucher bytea{parameter}
) RETURNS boolean LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
DECLARE
    slip uuid;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(the_lock);
    PERFORM FROM evaluations_evaluationsession s
        WHERE s.id = the_session AND s.state = 'open' AND s.pad_bytes + 49 = octet_length(the_ciphertext){condition};
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
BEFORE = HEAD.format(parameter="", condition="")
AFTER = HEAD.format(
    parameter=", the_key bytea",
    condition="\n          AND (the_key IS NULL OR s.public_key = the_key)",
)
DROP_BEFORE = "DROP FUNCTION evaluations_put_ballot(bigint, bigint, text, bytea, bytea, text, bytea)"
DROP_AFTER = "DROP FUNCTION evaluations_put_ballot(bigint, bigint, text, bytea, bytea, text, bytea, bytea)"


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0007_renew_cover_codes")]

    operations = [
        migrations.RunSQL(AFTER, DROP_AFTER),
        migrations.RunSQL(DROP_BEFORE, BEFORE),
    ]
