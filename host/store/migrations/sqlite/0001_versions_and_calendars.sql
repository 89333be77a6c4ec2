-- What a host keeps from its first start: the versions it has loaded and the calendars it has counted by.
--
-- Nothing here is ever changed or removed: a decision names its version and its calendar by digest, and must still find
-- both after years. The triggers hold this for every program that opens the file, not only for motcua.

-- "MCUA": tells this file from the database of another program.
PRAGMA application_id = 1296258369;

-- One version of a procedure: the component and what one looks it up by.
CREATE TABLE versions (
    -- SHA-256 of the component, as `sha256:` and lower-case hexadecimal digits.
    digest        TEXT    NOT NULL PRIMARY KEY CHECK (length(digest) = 71 AND digest GLOB 'sha256:*' AND substr(digest, 8) NOT GLOB '*[^0-9a-f]*'),
    -- National code, for example 2.001594.
    code          TEXT    NOT NULL CHECK (code <> ''),
    slug          TEXT    NOT NULL CHECK (slug <> ''),
    -- First and last day of receipt it decides, both inclusive.
    valid_from    TEXT    NOT NULL CHECK (date(valid_from) IS valid_from),
    valid_to      TEXT    CHECK (valid_to IS NULL OR date(valid_to) IS valid_to),
    -- Contract it was built against, for example motcua:procedure@1.0.0.
    contract      TEXT    NOT NULL,
    -- Engine that first admitted it.
    engine        TEXT    NOT NULL,
    -- Seconds since 1970-01-01T00:00:00 UTC.
    first_seen_at INTEGER NOT NULL,
    -- Last, so that reading the columns before it does not read the component.
    component     BLOB    NOT NULL
) STRICT;

CREATE INDEX versions_by_code ON versions (code, valid_from);

-- Which component a source text compiles to: a second start does not compile again.
CREATE TABLE compilations (
    -- SHA-256 of the source, as `sha256:` and lower-case hexadecimal digits.
    source_digest TEXT    NOT NULL CHECK (length(source_digest) = 71 AND source_digest GLOB 'sha256:*' AND substr(source_digest, 8) NOT GLOB '*[^0-9a-f]*'),
    -- Name and version of the compiler.
    compiler      TEXT    NOT NULL CHECK (compiler <> ''),
    digest        TEXT    NOT NULL REFERENCES versions (digest),
    first_seen_at INTEGER NOT NULL,
    PRIMARY KEY (source_digest, compiler)
) STRICT, WITHOUT ROWID;

CREATE INDEX compilations_by_digest ON compilations (digest);

-- One state of knowledge about the days off of one year. A later notice makes a new row.
CREATE TABLE calendars (
    -- SHA-256 of the bytes, as `sha256:` and lower-case hexadecimal digits.
    digest        TEXT    NOT NULL PRIMARY KEY CHECK (length(digest) = 71 AND digest GLOB 'sha256:*' AND substr(digest, 8) NOT GLOB '*[^0-9a-f]*'),
    -- ISO 3166-1 alpha-2 in lower case.
    country       TEXT    NOT NULL CHECK (length(country) = 2 AND country NOT GLOB '*[^a-z]*'),
    year          INTEGER NOT NULL CHECK (year BETWEEN 1900 AND 2199),
    first_seen_at INTEGER NOT NULL,
    -- Canonical form, the one the digest is taken of.
    bytes         BLOB    NOT NULL
) STRICT;

CREATE INDEX calendars_by_year ON calendars (country, year);

-- Insert if absent: what is there already stays, whatever conflict clause the statement has. (Without this,
-- INSERT OR REPLACE would delete the old row without firing its delete trigger.)
CREATE TRIGGER versions_keep_the_first BEFORE INSERT ON versions
WHEN EXISTS (SELECT 1 FROM versions WHERE digest = NEW.digest OR rowid = NEW.rowid)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER compilations_keep_the_first BEFORE INSERT ON compilations
WHEN EXISTS (SELECT 1 FROM compilations WHERE source_digest = NEW.source_digest AND compiler = NEW.compiler)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER calendars_keep_the_first BEFORE INSERT ON calendars
WHEN EXISTS (SELECT 1 FROM calendars WHERE digest = NEW.digest OR rowid = NEW.rowid)
BEGIN SELECT RAISE(IGNORE); END;

CREATE TRIGGER versions_are_never_edited BEFORE UPDATE ON versions
BEGIN SELECT RAISE(ABORT, 'a version is never edited'); END;
CREATE TRIGGER versions_are_never_deleted BEFORE DELETE ON versions
BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END;
CREATE TRIGGER compilations_are_never_edited BEFORE UPDATE ON compilations
BEGIN SELECT RAISE(ABORT, 'a compilation is never edited'); END;
CREATE TRIGGER compilations_are_never_deleted BEFORE DELETE ON compilations
BEGIN SELECT RAISE(ABORT, 'a compilation is never deleted'); END;
CREATE TRIGGER calendars_are_never_edited BEFORE UPDATE ON calendars
BEGIN SELECT RAISE(ABORT, 'a calendar is never edited'); END;
CREATE TRIGGER calendars_are_never_deleted BEFORE DELETE ON calendars
BEGIN SELECT RAISE(ABORT, 'a calendar is never deleted'); END;
