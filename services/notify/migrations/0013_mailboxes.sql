-- However an address is spelt, its mails come to one mailbox: letters' size and what stands behind a plus count for nothing,
-- and where a provider is known to pass by dots they neither. So that nobody has a mailbox filled by a list (domain.md A4 row
-- 41), however many spellings, or agencies, they think of.
CREATE FUNCTION mailbox(address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN of_domain IN ('gmail.com', 'googlemail.com') THEN replace(of_box, '.', '') || '@gmail.com'
                ELSE of_box || '@' || of_domain END
      FROM (SELECT split_part(split_part(lower(address), '@', 1), '+', 1) AS of_box,
                   split_part(lower(address), '@', 2) AS of_domain) AS parts
$$;
CREATE INDEX mailing_reader_mailbox ON mailing_reader (mailbox(address)) WHERE state <> 'left';

-- How many questions, and words that they are on a list, any agency has sent to the mailbox of an address since. Of who left
-- no address is kept, so none is counted here.
CREATE FUNCTION mails_to_mailbox(of_address text, since timestamptz) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)
      FROM mailing_reader AS r
      JOIN mailing_mail AS m ON m.reader_id = r.id
     WHERE asker_role() = 'system' AND r.state <> 'left' AND mailbox(r.address) = mailbox(of_address)
       AND m.kind <> 'whats_new' AND m.asked_at > mails_to_mailbox.since
$$;
REVOKE ALL ON FUNCTION mails_to_mailbox(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mails_to_mailbox(text, timestamptz) TO notify_app;
