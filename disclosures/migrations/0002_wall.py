"""The wall around the answers: append-only, and a yes only where name and address agree."""

from django.db import migrations

TABLES = ["disclosures_response", "disclosures_answer", "disclosures_accountingentry", "disclosures_receipt"]

ANSWERS = """
CREATE FUNCTION wall_response() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    NEW.transaction_number := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END
$wall$;
CREATE TRIGGER wall_response BEFORE INSERT ON disclosures_response FOR EACH ROW EXECUTE FUNCTION wall_response();
ALTER TABLE disclosures_response ENABLE ALWAYS TRIGGER wall_response;

CREATE FUNCTION wall_answers() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT response_id FROM added) a JOIN disclosures_response r ON r.id = a.response_id
        WHERE r.transaction_number <> pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'wall: answers are written only together with their response' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM added a WHERE a.answer = 'yes' AND NOT EXISTS (
            SELECT 1 FROM disclosures_matchresult m WHERE m.line_id = a.line_id AND (
                (m.result = 'yes' AND m.name_agrees AND m.address_agrees)
                OR (m.resolution = 'yes' AND m.can_be_yes AND (
                    SELECT count(DISTINCT d.matcher_id) FROM disclosures_matchdecision d
                    WHERE d.result_id = m.id AND d.choice = 'yes' AND d.undone_at IS NULL) >= 2)))
    ) THEN
        RAISE EXCEPTION 'wall: a yes needs a record that agrees on name and address' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM added a WHERE a.answer IN ('yes', 'no') AND NOT EXISTS (
            SELECT 1 FROM requests_line l WHERE l.id = a.line_id AND l.until_version IS NULL
              AND l.standing IN ('complete', 'accepted'))
    ) THEN
        RAISE EXCEPTION 'wall: only a line that the gate or counsel accepted is answered'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$wall$;
CREATE TRIGGER wall_answers AFTER INSERT ON disclosures_answer REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wall_answers();
ALTER TABLE disclosures_answer ENABLE ALWAYS TRIGGER wall_answers;

CREATE FUNCTION wall_compared() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added a WHERE NOT EXISTS (
            SELECT 1 FROM requests_line l WHERE l.id = a.line_id AND l.until_version IS NULL
              AND l.standing IN ('complete', 'accepted'))
    ) THEN
        RAISE EXCEPTION 'wall: only a line that the gate or counsel accepted is compared'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$wall$;
CREATE TRIGGER wall_compared AFTER INSERT ON disclosures_matchresult REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wall_compared();
ALTER TABLE disclosures_matchresult ENABLE ALWAYS TRIGGER wall_compared;

CREATE FUNCTION wall_accounted() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF EXISTS (
        SELECT 1 FROM disclosures_answer a LEFT JOIN disclosures_accountingentry e ON e.answer_id = a.id
        WHERE a.response_id = NEW.id AND (a.answer IN ('yes', 'no')) <> (e.id IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'wall: an answer leaves only with its accounting entry' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM disclosures_answer WHERE response_id = NEW.id
        HAVING count(*) FILTER (WHERE answer = 'yes') = NEW.yes_count
           AND count(*) FILTER (WHERE answer = 'no') = NEW.no_count
           AND count(*) FILTER (WHERE answer = 'not_answered') = NEW.not_answered_count
    ) THEN
        RAISE EXCEPTION 'wall: the counts of the response do not reconcile with its answers'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM requests_event
        WHERE disclosure_request_id = NEW.disclosure_request_id AND state_number IS NOT NULL
          AND to_state = 'responded' AND actor_id = NEW.released_by_id
          AND transaction_number = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'wall: answers leave only with the release of their request' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$wall$;
CREATE CONSTRAINT TRIGGER wall_accounted AFTER INSERT ON disclosures_response
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wall_accounted();
ALTER TABLE disclosures_response ENABLE ALWAYS TRIGGER wall_accounted;

CREATE FUNCTION wall_released() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM disclosures_response WHERE disclosure_request_id = NEW.id
          AND transaction_number = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'wall: request % is released without its response', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$wall$;
CREATE CONSTRAINT TRIGGER wall_released AFTER UPDATE ON requests_disclosurerequest
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state = 'responded' AND OLD.state <> 'responded') EXECUTE FUNCTION wall_released();
ALTER TABLE requests_disclosurerequest ENABLE ALWAYS TRIGGER wall_released;

CREATE FUNCTION wall_entries() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added e JOIN disclosures_answer a ON a.id = e.answer_id JOIN disclosures_response r ON r.id = a.response_id
        WHERE r.transaction_number <> pg_current_xact_id()::text::bigint
           OR e.disclosure_request_id <> r.disclosure_request_id OR e.line_number <> a.line_number
    ) THEN
        RAISE EXCEPTION 'wall: accounting is written only together with its answer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$wall$;
CREATE TRIGGER wall_entries AFTER INSERT ON disclosures_accountingentry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wall_entries();
ALTER TABLE disclosures_accountingentry ENABLE ALWAYS TRIGGER wall_entries;

CREATE FUNCTION wall_matcher() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF NEW.choice = 'yes' AND NOT EXISTS (
        SELECT 1 FROM disclosures_matchresult m WHERE m.id = NEW.result_id AND m.can_be_yes
    ) THEN
        RAISE EXCEPTION 'wall: with a component different or missing the choices are no and return'
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM requests_disclosurerequest q JOIN disclosures_matchrun r ON r.disclosure_request_id = q.id
        JOIN disclosures_matchresult m ON m.run_id = r.id WHERE m.id = NEW.result_id FOR NO KEY UPDATE OF q;
    IF EXISTS (
        SELECT 1 FROM requests_event e
        JOIN disclosures_matchrun r ON r.disclosure_request_id = e.disclosure_request_id
        JOIN disclosures_matchresult m ON m.run_id = r.id
        WHERE m.id = NEW.result_id AND e.actor_id = NEW.matcher_id AND NOT e.is_refused
          AND wall_apart(e.stage, 'matching')
    ) THEN
        RAISE EXCEPTION 'wall: four eyes: this person already acted in another stage' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$wall$;
CREATE TRIGGER wall_matcher BEFORE INSERT OR UPDATE OF choice, matcher_id, result_id ON disclosures_matchdecision
    FOR EACH ROW EXECUTE FUNCTION wall_matcher();
ALTER TABLE disclosures_matchdecision ENABLE ALWAYS TRIGGER wall_matcher;

CREATE FUNCTION wall_event_matcher() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF NOT NEW.is_refused AND NEW.stage IN ('approval', 'release') AND NEW.actor_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM disclosures_matchdecision d
        JOIN disclosures_matchresult m ON m.id = d.result_id JOIN disclosures_matchrun r ON r.id = m.run_id
        WHERE r.disclosure_request_id = NEW.disclosure_request_id AND d.matcher_id = NEW.actor_id
    ) THEN
        RAISE EXCEPTION 'wall: four eyes: this person decided a line of this request' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$wall$;
CREATE TRIGGER wall_event_matcher BEFORE INSERT ON requests_event
    FOR EACH ROW EXECUTE FUNCTION wall_event_matcher();
ALTER TABLE requests_event ENABLE ALWAYS TRIGGER wall_event_matcher;
"""

APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER wall_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION wall_append_only();
CREATE TRIGGER wall_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION wall_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER wall_append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER wall_no_truncate;
"""
    for table in TABLES
)

DROP = "".join(
    f"DROP TRIGGER wall_append_only ON {table}; DROP TRIGGER wall_no_truncate ON {table};" for table in TABLES
) + """
DROP TRIGGER wall_response ON disclosures_response; DROP TRIGGER wall_accounted ON disclosures_response;
DROP TRIGGER wall_answers ON disclosures_answer; DROP TRIGGER wall_entries ON disclosures_accountingentry;
DROP TRIGGER wall_released ON requests_disclosurerequest;
DROP TRIGGER wall_compared ON disclosures_matchresult; DROP TRIGGER wall_matcher ON disclosures_matchdecision;
DROP TRIGGER wall_event_matcher ON requests_event;
DROP FUNCTION wall_response(); DROP FUNCTION wall_answers(); DROP FUNCTION wall_accounted(); DROP FUNCTION wall_compared();
DROP FUNCTION wall_matcher(); DROP FUNCTION wall_event_matcher(); DROP FUNCTION wall_released(); DROP FUNCTION wall_entries();
"""


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_initial"), ("requests", "0002_wall")]

    operations = [migrations.RunSQL(ANSWERS + APPEND_ONLY, DROP)]
