"""The wall of design section 4: what the database itself refuses, whoever asks and however.

Plain SQL, ENABLE ALWAYS and without an ignore switch, so that raw SQL, ``update()``, ``bulk_update``,
``create(state=…)``, the shell, the admin, ``SET session_replication_role`` and ``SET pgtrigger.ignore`` all meet it.
"""

from django.db import migrations

STATES = """
CREATE FUNCTION wall_request_state() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.outcome <> '' THEN
            RAISE EXCEPTION 'wall: a request begins as a draft, not as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        NEW.state_number := 0;
        RETURN NEW;
    END IF;
    IF NEW.control_number <> OLD.control_number OR NEW.agency_id <> OLD.agency_id
       OR NEW.authority_id <> OLD.authority_id OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'wall: control number, agency, authority and creation of a request never change'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        IF NEW.outcome <> OLD.outcome THEN
            RAISE EXCEPTION 'wall: an outcome comes only with a change of state' USING ERRCODE = 'check_violation';
        END IF;
        NEW.state_number := OLD.state_number;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (VALUES
        ('draft', 'submitted'), ('submitted', 'in_intake'), ('in_intake', 'returned'), ('in_legal_review', 'returned'),
        ('returned', 'submitted'), ('in_intake', 'in_legal_review'), ('in_legal_review', 'in_impairment_check'),
        ('in_impairment_check', 'awaiting_approval'), ('awaiting_approval', 'approved'),
        ('awaiting_approval', 'in_legal_review'), ('awaiting_approval', 'denied'), ('approved', 'awaiting_release'),
        ('awaiting_release', 'responded'), ('responded', 'closed'), ('denied', 'closed'), ('draft', 'withdrawn'),
        ('submitted', 'withdrawn'), ('in_intake', 'withdrawn'), ('returned', 'withdrawn'),
        ('in_legal_review', 'withdrawn'), ('in_impairment_check', 'withdrawn'), ('awaiting_approval', 'withdrawn'),
        ('approved', 'withdrawn'), ('awaiting_release', 'withdrawn'), ('returned', 'lapsed')
    ) THEN
        RAISE EXCEPTION 'wall: no move leads from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    NEW.state_number := OLD.state_number + 1;
    RETURN NEW;
END
$wall$;
CREATE TRIGGER wall_request_state BEFORE INSERT OR UPDATE ON requests_disclosurerequest
    FOR EACH ROW EXECUTE FUNCTION wall_request_state();
ALTER TABLE requests_disclosurerequest ENABLE ALWAYS TRIGGER wall_request_state;

CREATE FUNCTION wall_request_kept() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    RAISE EXCEPTION 'wall: requests are never deleted' USING ERRCODE = 'restrict_violation';
END
$wall$;
CREATE TRIGGER wall_request_kept BEFORE DELETE ON requests_disclosurerequest
    FOR EACH ROW EXECUTE FUNCTION wall_request_kept();
ALTER TABLE requests_disclosurerequest ENABLE ALWAYS TRIGGER wall_request_kept;

CREATE FUNCTION wall_request_event() RETURNS trigger LANGUAGE plpgsql AS $wall$
DECLARE
    came_from text := '';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.state = OLD.state THEN
            RETURN NULL;
        END IF;
        came_from := OLD.state;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM requests_event
        WHERE disclosure_request_id = NEW.id AND state_number = NEW.state_number
          AND from_state = came_from AND to_state = NEW.state
          AND transaction_number = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'wall: request % moved to % without its event', NEW.id, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$wall$;
CREATE CONSTRAINT TRIGGER wall_request_event AFTER INSERT OR UPDATE ON requests_disclosurerequest
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wall_request_event();
ALTER TABLE requests_disclosurerequest ENABLE ALWAYS TRIGGER wall_request_event;
"""

EVENTS = """
CREATE FUNCTION wall_event() RETURNS trigger LANGUAGE plpgsql AS $wall$
DECLARE
    stands text;
    counted integer;
BEGIN
    NEW.id := nextval(pg_get_serial_sequence('requests_event', 'id'));
    NEW.recorded_at := clock_timestamp();
    NEW.transaction_number := pg_current_xact_id()::text::bigint;
    IF NEW.disclosure_request_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.state_number IS NOT NULL THEN
        SELECT state, state_number INTO stands, counted FROM requests_disclosurerequest
            WHERE id = NEW.disclosure_request_id FOR UPDATE;
        IF stands IS DISTINCT FROM NEW.to_state OR counted IS DISTINCT FROM NEW.state_number THEN
            RAISE EXCEPTION 'wall: the event says %, the request stands at %', NEW.to_state, stands
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.is_refused OR NEW.actor_id IS NULL OR NEW.stage = '' THEN
        RETURN NEW;
    END IF;
    -- One at a time, so that two sessions cannot each overlook what the other has not committed yet.
    PERFORM 1 FROM requests_disclosurerequest WHERE id = NEW.disclosure_request_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM requests_event e
        WHERE e.disclosure_request_id = NEW.disclosure_request_id AND e.actor_id = NEW.actor_id AND NOT e.is_refused
          AND wall_apart(e.stage, NEW.stage)
    ) OR (NEW.stage IN ('approval', 'release') AND EXISTS (
        SELECT 1 FROM requests_linedecision d JOIN requests_line l ON l.id = d.line_id
        WHERE l.disclosure_request_id = NEW.disclosure_request_id AND d.decided_by_id = NEW.actor_id
    )) THEN
        RAISE EXCEPTION 'wall: four eyes: this person already acted in another stage of request %',
            NEW.disclosure_request_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$wall$;

CREATE FUNCTION wall_apart(one text, other text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $wall$
    SELECT one <> other AND (
        (one IN ('legal_review', 'impairment', 'approval', 'release')
         AND other IN ('legal_review', 'impairment', 'approval', 'release'))
        OR (one = 'matching' AND other IN ('approval', 'release'))
        OR (other = 'matching' AND one IN ('approval', 'release'))
    )
$wall$;
CREATE TRIGGER wall_event BEFORE INSERT ON requests_event FOR EACH ROW EXECUTE FUNCTION wall_event();
ALTER TABLE requests_event ENABLE ALWAYS TRIGGER wall_event;

CREATE FUNCTION wall_decider() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    PERFORM 1 FROM requests_disclosurerequest r JOIN requests_line l ON l.disclosure_request_id = r.id
        WHERE l.id = NEW.line_id FOR NO KEY UPDATE OF r;
    IF EXISTS (
        SELECT 1 FROM requests_event e JOIN requests_line l ON l.disclosure_request_id = e.disclosure_request_id
        WHERE l.id = NEW.line_id AND e.actor_id = NEW.decided_by_id AND NOT e.is_refused
          AND wall_apart(e.stage, 'legal_review')
    ) THEN
        RAISE EXCEPTION 'wall: four eyes: this person already acted in another stage' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$wall$;
CREATE TRIGGER wall_decider BEFORE INSERT OR UPDATE ON requests_linedecision
    FOR EACH ROW EXECUTE FUNCTION wall_decider();
ALTER TABLE requests_linedecision ENABLE ALWAYS TRIGGER wall_decider;
"""

LINES = """
CREATE FUNCTION wall_line_content() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    RAISE EXCEPTION 'wall: what an agency set forth is never rewritten; a mended line is a new version'
        USING ERRCODE = 'restrict_violation';
END
$wall$;
CREATE TRIGGER wall_line_content BEFORE UPDATE OF
    disclosure_request_id, number, since_version, name, first_name, middle_name, last_name, suffix, address, street,
    unit, city, state, zip, country, taxable_periods, statutory_authority, reason, case_number, engaged_official,
    engaged_title, tin, date_of_birth, order_date, under_investigation
    ON requests_line FOR EACH ROW EXECUTE FUNCTION wall_line_content();
ALTER TABLE requests_line ENABLE ALWAYS TRIGGER wall_line_content;

CREATE FUNCTION wall_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    IF EXISTS (
        SELECT 1 FROM requests_disclosurerequest r
        WHERE r.id = OLD.disclosure_request_id
          AND (r.state IN ('approved', 'awaiting_release', 'responded', 'denied', 'closed', 'withdrawn', 'lapsed')
               OR (TG_OP = 'DELETE' AND OLD.since_version <= r.signed_version))
    ) THEN
        RAISE EXCEPTION 'wall: the lines of this request are frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$wall$;
CREATE TRIGGER wall_line_frozen BEFORE UPDATE OF verdict, findings, standing, until_version, engaged_by_id OR DELETE
    ON requests_line FOR EACH ROW EXECUTE FUNCTION wall_line_frozen();
ALTER TABLE requests_line ENABLE ALWAYS TRIGGER wall_line_frozen;
"""

APPEND_ONLY_TABLES = ["requests_event", "requests_signature", "requests_approval", "requests_document"]

APPEND_ONLY = """
CREATE FUNCTION wall_append_only() RETURNS trigger LANGUAGE plpgsql AS $wall$
BEGIN
    RAISE EXCEPTION 'wall: rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$wall$;
""" + "".join(
    f"""
CREATE TRIGGER wall_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION wall_append_only();
CREATE TRIGGER wall_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION wall_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER wall_append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER wall_no_truncate;
"""
    for table in APPEND_ONLY_TABLES
)

DROP = """
DROP TRIGGER wall_request_state ON requests_disclosurerequest;
DROP TRIGGER wall_request_kept ON requests_disclosurerequest;
DROP TRIGGER wall_request_event ON requests_disclosurerequest;
DROP TRIGGER wall_event ON requests_event;
DROP TRIGGER wall_decider ON requests_linedecision;
DROP TRIGGER wall_line_content ON requests_line;
DROP TRIGGER wall_line_frozen ON requests_line;
""" + "".join(
    f"DROP TRIGGER wall_append_only ON {table}; DROP TRIGGER wall_no_truncate ON {table};"
    for table in APPEND_ONLY_TABLES
) + """
DROP FUNCTION wall_request_state(); DROP FUNCTION wall_request_kept(); DROP FUNCTION wall_request_event();
DROP FUNCTION wall_event(); DROP FUNCTION wall_decider(); DROP FUNCTION wall_apart(text, text);
DROP FUNCTION wall_line_content(); DROP FUNCTION wall_line_frozen(); DROP FUNCTION wall_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0001_initial")]

    operations = [migrations.RunSQL(STATES + EVENTS + LINES + APPEND_ONLY, DROP)]
