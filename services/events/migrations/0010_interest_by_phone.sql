-- Staff write down what a family asked for by phone, and take it back (domain.md E59), as far as they see the family.
CREATE POLICY asked_by_phone ON interest FOR INSERT
    WITH CHECK ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
                AND EXISTS (SELECT FROM family_card AS f WHERE f.family_id = interest.family_id));
CREATE POLICY withdrawn_by_phone ON interest FOR DELETE
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND EXISTS (SELECT FROM family_card AS f WHERE f.family_id = interest.family_id));
