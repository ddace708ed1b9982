-- Whom an event invited after a placement is nobody's to read, also where it could not be delivered (domain.md A3 row 28).
DROP POLICY failures ON notice;
CREATE POLICY failures ON notice FOR SELECT
    USING ((SELECT asker_role()) IN ('coordinator', 'agency_admin') AND agency = (SELECT asker_agency())
           AND state = 'failed' AND kind <> 'invited');
