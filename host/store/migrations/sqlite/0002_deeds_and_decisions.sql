-- What was done, in one chain of hashes; and decisions with their receipts. Nothing here is ever changed or removed, but
-- for the facts of a decision once their time is up.

-- Texts by their digest: reports of the gate, whole calendars, office hours.
CREATE TABLE texts (
    -- SHA-256 of the bytes, as `sha256:` and lower-case hexadecimal digits.
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 71 AND digest GLOB 'sha256:*' AND substr(digest, 8) NOT GLOB '*[^0-9a-f]*'),
    bytes  BLOB NOT NULL
) STRICT;

-- The chain. `entry` is the line that was hashed; kind and governs are taken out of it to be searched by.
CREATE TABLE deeds (
    number  INTEGER NOT NULL PRIMARY KEY CHECK (number >= 1),
    kind    TEXT    NOT NULL CHECK (kind <> ''),
    -- Whether it changes what is in force or who may do what.
    governs INTEGER NOT NULL CHECK (governs IN (0, 1)),
    entry   TEXT    NOT NULL,
    -- SHA-256 of entry, as `sha256:` and lower-case hexadecimal digits.
    hash    TEXT    NOT NULL UNIQUE CHECK (length(hash) = 71 AND hash GLOB 'sha256:*')
) STRICT;

CREATE INDEX deeds_that_govern ON deeds (number) WHERE governs = 1;

CREATE TABLE decisions (
    -- Number of its entry in the chain.
    number    INTEGER NOT NULL PRIMARY KEY REFERENCES deeds (number),
    id        TEXT    NOT NULL UNIQUE CHECK (id <> ''),
    code      TEXT    NOT NULL,
    component TEXT    NOT NULL REFERENCES versions (digest),
    who       TEXT    NOT NULL,
    -- Seconds since 1970-01-01T00:00:00 UTC.
    at        INTEGER NOT NULL,
    -- Idempotency key of the asker.
    key       TEXT,
    -- Digest of the request.
    request   TEXT    NOT NULL,
    receipt   TEXT    NOT NULL,
    -- Sealed.
    answer    BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX decisions_by_key ON decisions (who, key) WHERE key IS NOT NULL;
CREATE INDEX decisions_by_code ON decisions (code, number);
CREATE INDEX decisions_by_time ON decisions (at);

-- What was asked, sealed. Personal: the only rows that are ever removed.
CREATE TABLE decision_facts (
    number INTEGER NOT NULL PRIMARY KEY REFERENCES decisions (number),
    sealed BLOB    NOT NULL
) STRICT;

CREATE TRIGGER texts_keep_the_first BEFORE INSERT ON texts
WHEN EXISTS (SELECT 1 FROM texts WHERE digest = NEW.digest OR rowid = NEW.rowid)
BEGIN SELECT RAISE(IGNORE); END;
-- An entry comes after the last one, or not at all: none can be slipped in, and none put in the place of another.
CREATE TRIGGER deeds_are_appended BEFORE INSERT ON deeds
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM deeds)
BEGIN SELECT RAISE(ABORT, 'a deed comes after the last one'); END;
CREATE TRIGGER decisions_are_appended BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE number = NEW.number OR id = NEW.id OR (who = NEW.who AND key = NEW.key))
BEGIN SELECT RAISE(ABORT, 'a decision is never recorded twice'); END;
CREATE TRIGGER decision_facts_are_added BEFORE INSERT ON decision_facts
WHEN EXISTS (SELECT 1 FROM decision_facts WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'facts are never exchanged'); END;

CREATE TRIGGER texts_are_never_edited BEFORE UPDATE ON texts
BEGIN SELECT RAISE(ABORT, 'a text is never edited'); END;
CREATE TRIGGER texts_are_never_deleted BEFORE DELETE ON texts
BEGIN SELECT RAISE(ABORT, 'a text is never deleted'); END;
CREATE TRIGGER deeds_are_never_edited BEFORE UPDATE ON deeds
BEGIN SELECT RAISE(ABORT, 'a deed is never edited'); END;
CREATE TRIGGER deeds_are_never_deleted BEFORE DELETE ON deeds
BEGIN SELECT RAISE(ABORT, 'a deed is never deleted'); END;
CREATE TRIGGER decisions_are_never_edited BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never edited'); END;
CREATE TRIGGER decisions_are_never_deleted BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
CREATE TRIGGER facts_are_never_edited BEFORE UPDATE ON decision_facts
BEGIN SELECT RAISE(ABORT, 'facts are only erased'); END;
