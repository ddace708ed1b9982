-- Somebody who left a household takes along the places, lines and call-backs that they asked for: the worker moves them,
-- as it moves what they asked for of workshops. It may touch both for the agency that keeps the family, and no other's.
CREATE POLICY worker ON call_back
    USING ((SELECT asker_role()) = 'system' AND family_agency = (SELECT asker_agency()));
CREATE POLICY worker ON eligibility_asking
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM family_card AS f
                        WHERE f.family_id = eligibility_asking.family_id AND f.agency = (SELECT asker_agency())));
