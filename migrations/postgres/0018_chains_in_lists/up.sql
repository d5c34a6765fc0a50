-- Which entries are about a record, in lists and not in an index (docs/adr/0013): an index of records, which come in no order,
-- costs each entry a page of its own.

-- Whose 256 entries are, in their order: the last four bytes of the id of the record that each is about, or of none where it is about
-- none. It is written with the tile of their hashes.
CREATE TABLE log_whose (
    n BIGINT NOT NULL PRIMARY KEY CHECK (n >= 0),
    records BYTEA NOT NULL CHECK (length(records) = 1024)
);

-- The same by record, of longer and longer spans of the log.
CREATE TABLE log_chain (
    level INTEGER NOT NULL CHECK (level >= 1),
    -- By the first bits of the four bytes.
    part INTEGER NOT NULL CHECK (part >= 0),
    -- The index that the span begins with.
    first BIGINT NOT NULL CHECK (first >= 0),
    -- Eight bytes each, in ascending order: the four bytes, and the index of the entry in the span, the higher first.
    entries BYTEA NOT NULL CHECK (length(entries) > 0 AND length(entries) % 8 = 0),
    PRIMARY KEY (level, part, first)
);

-- Below which index a level has all spans; and of the next span all parts below this one.
CREATE TABLE log_chained (
    level INTEGER NOT NULL PRIMARY KEY CHECK (level >= 1),
    size BIGINT NOT NULL CHECK (size >= 0),
    part INTEGER NOT NULL CHECK (part >= 0)
);
INSERT INTO log_chained (level, size, part) VALUES (1, 0, 0), (2, 0, 0), (3, 0, 0);

-- From here on nobody writes an entry, so that what is made of them below is made of all.
DROP INDEX log_entry_by_subject;

-- A build of before would fill tiles and not tell whose their entries are: it can do nothing here.
CREATE FUNCTION log_tile_has_whose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM log_whose WHERE n = NEW.n) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a tile, and not whose its entries are' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER log_tile_whose AFTER INSERT ON log_tile
    FOR EACH ROW WHEN (NEW.level = 0) EXECUTE FUNCTION log_tile_has_whose();

INSERT INTO log_whose (n, records)
SELECT idx / 256, string_agg(CASE WHEN subject_id IS NULL THEN '\x00000000'
        ELSE coalesce(nullif(substring(uuid_send(subject_id) FROM 13), '\x00000000'), '\x00000001') END, '' ORDER BY idx)
FROM log_entry GROUP BY idx / 256 HAVING count(*) = 256;

CREATE FUNCTION log_chained_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.level = OLD.level
        AND (NEW.size = OLD.size AND NEW.part > OLD.part OR NEW.size > OLD.size AND NEW.part = 0)
        AND NEW.size <= (CASE NEW.level
            WHEN 1 THEN (SELECT coalesce(max(n) + 1, 0) * 256 FROM log_whose)
            ELSE (SELECT size FROM log_chained WHERE level = NEW.level - 1)
        END) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_chained only grows, and no further than what it is made of' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER log_whose_append_only BEFORE UPDATE OR DELETE ON log_whose
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_whose_no_truncate BEFORE TRUNCATE ON log_whose
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_chain_append_only BEFORE UPDATE OR DELETE ON log_chain
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_chain_no_truncate BEFORE TRUNCATE ON log_chain
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_chained_grows BEFORE UPDATE ON log_chained
    FOR EACH ROW EXECUTE FUNCTION log_chained_only_grows();
CREATE TRIGGER log_chained_no_delete BEFORE DELETE ON log_chained
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_chained_no_truncate BEFORE TRUNCATE ON log_chained
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();

GRANT SELECT, INSERT ON log_whose, log_chain TO samrad_app;
GRANT SELECT, UPDATE (size, part) ON log_chained TO samrad_app;
