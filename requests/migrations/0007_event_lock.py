"""An event locks its request no more than an act does, so that reminders can be written which name it meanwhile."""

from django.db import migrations

EVENT = """
CREATE OR REPLACE FUNCTION wall_event() RETURNS trigger LANGUAGE plpgsql AS $wall$
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
            WHERE id = NEW.disclosure_request_id FOR {lock};
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
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0006_finding_counts")]

    operations = [
        migrations.RunSQL(
            EVENT.format(lock="NO KEY UPDATE"),
            EVENT.format(lock="UPDATE"),
        )
    ]
