-- What a consultation led to, in one of three words, written beside who came; the newest counts (domain.md A3 row 30).
ALTER TABLE attendance ADD COLUMN led_to text CHECK (led_to IN ('one_off', 'follow_up', 'longer_programme'));
