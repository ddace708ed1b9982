-- Somebody who left a household takes along what they themselves asked for: the worker moves it when the card of
-- their own family comes.
CREATE POLICY worker ON interest USING ((SELECT asker_role()) = 'system');
GRANT UPDATE (family_id) ON interest TO events_app;
