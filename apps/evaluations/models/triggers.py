"""What the database itself refuses, whoever writes: states go one way, the urn takes ballots only while it is open."""

STATES = "ARRAY['draft','keyed','rehearsed','open','closed','opened','released','purged']"
ONE_WAY = f"""
    IF array_position({STATES}, NEW.state::text) - array_position({STATES}, OLD.state::text) NOT IN (0, 1) THEN
        RAISE EXCEPTION 'a session moves one step forward' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

KEY_STAYS = """
    IF OLD.state NOT IN ('draft', 'keyed', 'rehearsed') AND (NEW.public_key IS DISTINCT FROM OLD.public_key
        OR NEW.pad_bytes <> OLD.pad_bytes OR NEW.form_hash <> OLD.form_hash OR NEW.form IS DISTINCT FROM OLD.form) THEN
        RAISE EXCEPTION 'key and form are fixed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

# What a rehearsal left, and slips and envelopes after the purge, may be deleted; nothing else ever is.
SLIPS_STAY = """
    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = NEW.session_id)
        NOT IN ('draft', 'keyed', 'rehearsed', 'open') THEN
        RAISE EXCEPTION 'slips are fixed after closing' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

SLIPS_GO = """
    IF NOT (SELECT s.rehearsal_of_id IS NOT NULL OR s.state = 'purged' FROM evaluations_evaluationsession s WHERE s.id = OLD.session_id) THEN
        RAISE EXCEPTION 'slips are never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
"""

URN_OPEN = """
    IF (SELECT s.state FROM evaluations_evaluationsession s JOIN evaluations_credential c ON c.session_id = s.id
        WHERE c.id = NEW.credential_id) <> 'open' THEN
        RAISE EXCEPTION 'the urn is not open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

# While voting goes on an envelope leaves the urn only when its slip is exchanged for paper.
URN_GO = """
    IF NOT (SELECT s.rehearsal_of_id IS NOT NULL OR s.state IN ('open', 'purged') FROM evaluations_evaluationsession s
        JOIN evaluations_credential c ON c.session_id = s.id WHERE c.id = OLD.credential_id) THEN
        RAISE EXCEPTION 'the urn is not open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
"""

# One byte names the suite, 48 bytes are what sealing adds.
ONE_LENGTH = """
    IF octet_length(NEW.ciphertext) <> (SELECT s.pad_bytes + 49 FROM evaluations_evaluationsession s
        JOIN evaluations_credential c ON c.session_id = s.id WHERE c.id = NEW.credential_id) THEN
        RAISE EXCEPTION 'all ballots of a session have one length' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

WHILE_OPENING = """
    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = {session}) <> 'closed' THEN
        RAISE EXCEPTION 'marks are written once, while the urn is opened' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""
# The same for all marks of one statement at a time: opening writes tens of thousands, and asking once is enough.
MARKS_WHILE_OPENING = """
    IF EXISTS (SELECT FROM evaluations_evaluationsession s WHERE s.state <> 'closed' AND s.id IN
        (SELECT g.session_id FROM evaluations_sessiongroup g WHERE g.id IN (SELECT DISTINCT m.group_id FROM new_marks m))) THEN
        RAISE EXCEPTION 'marks are written once, while the urn is opened' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
"""
OF_MARK = "(SELECT g.session_id FROM evaluations_sessiongroup g WHERE g.id = {row}.group_id)"

RESULTS_GO = """
    IF NOT (SELECT s.rehearsal_of_id IS NOT NULL FROM evaluations_evaluationsession s WHERE s.id = {session}) THEN
        RAISE EXCEPTION 'opened ballots stay' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
"""

# Head counts of paper forms are part of the ledger and fixed with it. The code of a lost cover sheet may be renewed later.
HEADS_STAY = """
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.session_id, NEW.group_id, NEW.hall_id, NEW.n_issued, NEW.n_returned, NEW.n_spoiled) IS NOT DISTINCT FROM
           (OLD.session_id, OLD.group_id, OLD.hall_id, OLD.n_issued, OLD.n_returned, OLD.n_spoiled)
           AND (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = NEW.session_id) = 'closed' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = {row}.session_id) NOT IN ('keyed', 'rehearsed', 'open')
       AND NOT (SELECT s.rehearsal_of_id IS NOT NULL FROM evaluations_evaluationsession s WHERE s.id = {row}.session_id) THEN
        RAISE EXCEPTION 'paper forms are counted before closing' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
"""

# What was entered goes with the envelopes at the purge.
ENTRIES_STAY = """
    IF (SELECT s.state NOT IN ('open', 'closed') AND NOT (TG_OP = 'DELETE' AND s.state = 'purged') AND s.rehearsal_of_id IS NULL FROM evaluations_evaluationsession s
        JOIN evaluations_paperbatch b ON b.session_id = s.id WHERE b.id = {row}.batch_id) THEN
        RAISE EXCEPTION 'paper totals are sealed before the urn is opened' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
"""
