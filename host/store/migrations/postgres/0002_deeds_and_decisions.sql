-- What was done, in one chain of hashes; and decisions with their receipts. Nothing here is ever changed or removed, but
-- for the facts of a decision once their time is up.

-- Texts by their digest: reports of the gate, whole calendars, office hours.
CREATE TABLE texts (
    digest motcua_digest NOT NULL PRIMARY KEY,
    bytes  bytea         NOT NULL
);

-- The chain. `entry` is the line that was hashed; kind and governs are taken out of it to be searched by.
CREATE TABLE deeds (
    number  bigint           NOT NULL PRIMARY KEY CHECK (number >= 1),
    kind    text COLLATE "C" NOT NULL CHECK (kind <> ''),
    -- Whether it changes what is in force or who may do what.
    governs boolean          NOT NULL,
    entry   text COLLATE "C" NOT NULL,
    -- SHA-256 of entry.
    hash    motcua_digest    NOT NULL UNIQUE
);

CREATE INDEX deeds_that_govern ON deeds (number) WHERE governs;

CREATE TABLE decisions (
    -- Number of its entry in the chain.
    number    bigint           NOT NULL PRIMARY KEY REFERENCES deeds (number),
    id        text COLLATE "C" NOT NULL UNIQUE CHECK (id <> ''),
    code      text COLLATE "C" NOT NULL,
    component motcua_digest    NOT NULL REFERENCES versions (digest),
    who       text COLLATE "C" NOT NULL,
    -- Seconds since 1970-01-01T00:00:00 UTC.
    at        bigint           NOT NULL,
    -- Idempotency key of the asker.
    key       text COLLATE "C",
    -- Digest of the request.
    request   motcua_digest    NOT NULL,
    receipt   text COLLATE "C" NOT NULL,
    -- Sealed.
    answer    bytea            NOT NULL
);

CREATE UNIQUE INDEX decisions_by_key ON decisions (who, key) WHERE key IS NOT NULL;
CREATE INDEX decisions_by_code ON decisions (code, number);
CREATE INDEX decisions_by_time ON decisions (at);

-- What was asked, sealed. Personal: the only rows that are ever removed.
CREATE TABLE decision_facts (
    number bigint NOT NULL PRIMARY KEY REFERENCES decisions (number),
    sealed bytea  NOT NULL
);

-- An entry comes after the last one, or not at all: none can be slipped in, and none put in the place of another.
CREATE FUNCTION motcua_comes_last() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM deeds) THEN
        RAISE EXCEPTION 'a deed comes after the last one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER deeds_are_appended BEFORE INSERT ON deeds
FOR EACH ROW EXECUTE FUNCTION motcua_comes_last();

-- Tells every host that listens, when the entry is kept. Within one transaction the same call is made only once.
CREATE FUNCTION motcua_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('motcua_deeds', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER deeds_are_told AFTER INSERT ON deeds
FOR EACH ROW WHEN (NEW.governs) EXECUTE FUNCTION motcua_tell();

CREATE TRIGGER texts_are_never_edited BEFORE UPDATE ON texts
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a text is never edited');
CREATE TRIGGER texts_are_never_deleted BEFORE DELETE OR TRUNCATE ON texts
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a text is never deleted');
CREATE TRIGGER deeds_are_never_edited BEFORE UPDATE ON deeds
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a deed is never edited');
CREATE TRIGGER deeds_are_never_deleted BEFORE DELETE OR TRUNCATE ON deeds
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a deed is never deleted');
CREATE TRIGGER decisions_are_never_edited BEFORE UPDATE ON decisions
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a decision is never edited');
CREATE TRIGGER decisions_are_never_deleted BEFORE DELETE OR TRUNCATE ON decisions
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a decision is never deleted');
CREATE TRIGGER facts_are_never_edited BEFORE UPDATE OR TRUNCATE ON decision_facts
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('facts are only erased');
