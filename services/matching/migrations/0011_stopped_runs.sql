-- A run says how far it is within a step, may be stopped by a person, and says how sure it ended.
ALTER TABLE run DROP CONSTRAINT run_state_check;
ALTER TABLE run ADD CONSTRAINT run_state_check
    CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled'));
ALTER TABLE run DROP CONSTRAINT run_check;
ALTER TABLE run ADD CONSTRAINT run_ended
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL));
ALTER TABLE run ADD COLUMN step_done integer NOT NULL DEFAULT 0 CHECK (step_done >= 0);
ALTER TABLE run ADD COLUMN step_of integer NOT NULL DEFAULT 0 CHECK (step_of >= 0);
ALTER TABLE run ADD COLUMN result text CHECK (result IN ('optimal', 'out_of_time', 'impossible'));
ALTER TABLE run ADD COLUMN stopped_by_id uuid;
ALTER TABLE run ADD CONSTRAINT run_stopped_by_somebody
    CHECK ((state = 'cancelled') = (stopped_by_id IS NOT NULL));
UPDATE run SET result = CASE WHEN gap = 0 THEN 'optimal' ELSE 'out_of_time' END WHERE state = 'done';
