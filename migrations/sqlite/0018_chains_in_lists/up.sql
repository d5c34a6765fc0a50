-- Which entries are about a record, in lists and not in an index (docs/adr/0013): an index of records, which come in no order,
-- costs each entry a page of its own.

-- Whose 256 entries are, in their order: the last four bytes of the id of the record that each is about, or of none where it is about
-- none. It is written with the tile of their hashes.
CREATE TABLE log_whose (
    n INTEGER NOT NULL PRIMARY KEY CHECK (n >= 0),
    records BLOB NOT NULL CHECK (length(records) = 1024)
) STRICT;

-- The same by record, of longer and longer spans of the log.
CREATE TABLE log_chain (
    level INTEGER NOT NULL CHECK (level >= 1),
    -- By the first bits of the four bytes.
    part INTEGER NOT NULL CHECK (part >= 0),
    -- The index that the span begins with.
    first INTEGER NOT NULL CHECK (first >= 0),
    -- Eight bytes each, in ascending order: the four bytes, and the index of the entry in the span, the higher first.
    entries BLOB NOT NULL CHECK (length(entries) > 0 AND length(entries) % 8 = 0),
    PRIMARY KEY (level, part, first)
) STRICT, WITHOUT ROWID;

-- Below which index a level has all spans; and of the next span all parts below this one.
CREATE TABLE log_chained (
    level INTEGER NOT NULL PRIMARY KEY CHECK (level >= 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    part INTEGER NOT NULL CHECK (part >= 0)
) STRICT;
INSERT INTO log_chained (level, size, part) VALUES (1, 0, 0), (2, 0, 0), (3, 0, 0);

INSERT INTO log_whose (n, records)
SELECT idx / 256, unhex(group_concat(CASE WHEN subject_id IS NULL THEN '00000000'
        ELSE coalesce(nullif(substr(subject_id, -8), '00000000'), '00000001') END, '' ORDER BY idx))
FROM log_entry GROUP BY idx / 256 HAVING count(*) = 256;

DROP INDEX log_entry_by_subject;

-- A build of before would fill tiles and not tell whose their entries are: it can do nothing here.
CREATE TRIGGER log_tile_whose BEFORE INSERT ON log_tile
WHEN NEW.level = 0 AND NOT EXISTS (SELECT 1 FROM log_whose WHERE n = NEW.n) BEGIN
    SELECT RAISE(ABORT, 'a tile, and not whose its entries are');
END;
CREATE TRIGGER log_whose_no_update BEFORE UPDATE ON log_whose BEGIN
    SELECT RAISE(ABORT, 'log_whose is append-only');
END;
CREATE TRIGGER log_whose_no_delete BEFORE DELETE ON log_whose BEGIN
    SELECT RAISE(ABORT, 'log_whose is append-only');
END;
CREATE TRIGGER log_whose_no_replace BEFORE INSERT ON log_whose
WHEN EXISTS (SELECT 1 FROM log_whose WHERE n = NEW.n) BEGIN
    SELECT RAISE(ABORT, 'log_whose is append-only');
END;
CREATE TRIGGER log_chain_no_update BEFORE UPDATE ON log_chain BEGIN
    SELECT RAISE(ABORT, 'log_chain is append-only');
END;
CREATE TRIGGER log_chain_no_delete BEFORE DELETE ON log_chain BEGIN
    SELECT RAISE(ABORT, 'log_chain is append-only');
END;
CREATE TRIGGER log_chain_no_replace BEFORE INSERT ON log_chain
WHEN EXISTS (SELECT 1 FROM log_chain WHERE level = NEW.level AND part = NEW.part AND first = NEW.first) BEGIN
    SELECT RAISE(ABORT, 'log_chain is append-only');
END;
CREATE TRIGGER log_chained_grows BEFORE UPDATE ON log_chained
WHEN NEW.level <> OLD.level
    OR NOT (NEW.size = OLD.size AND NEW.part > OLD.part OR NEW.size > OLD.size AND NEW.part = 0)
    OR NEW.size > CASE NEW.level
        WHEN 1 THEN (SELECT coalesce(max(n) + 1, 0) * 256 FROM log_whose)
        ELSE (SELECT size FROM log_chained WHERE level = NEW.level - 1)
    END BEGIN
    SELECT RAISE(ABORT, 'log_chained only grows, and no further than what it is made of');
END;
CREATE TRIGGER log_chained_no_delete BEFORE DELETE ON log_chained BEGIN
    SELECT RAISE(ABORT, 'log_chained only grows');
END;
CREATE TRIGGER log_chained_no_replace BEFORE INSERT ON log_chained
WHEN EXISTS (SELECT 1 FROM log_chained WHERE level = NEW.level) BEGIN
    SELECT RAISE(ABORT, 'log_chained only grows');
END;
