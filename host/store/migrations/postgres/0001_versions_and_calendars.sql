-- What a host keeps from its first start: the versions it has loaded and the calendars it has counted by. The same tables
-- as in the embedded database, under the same names; whole numbers are bigint everywhere, so that there is one way to read
-- them, and texts compare byte by byte, as there.
--
-- Nothing here is ever changed or removed: a decision names its version and its calendar by digest, and must still find
-- both after years. The triggers hold this for every program that connects, not only for motcua.

-- Tells this database from the one of another program.
COMMENT ON TABLE _sqlx_migrations IS 'motcua';

-- Refuses whatever fires it, with the reason it is given.
CREATE FUNCTION motcua_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END
$$;

-- SHA-256, as `sha256:` and lower-case hexadecimal digits.
CREATE DOMAIN motcua_digest AS text COLLATE "C" CHECK (VALUE ~ '^sha256:[0-9a-f]{64}$');

-- A day of the calendar, as YYYY-MM-DD. to_date refuses a day that there is not.
CREATE DOMAIN motcua_day AS text COLLATE "C"
    CHECK (VALUE ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND to_char(to_date(VALUE, 'YYYY-MM-DD'), 'YYYY-MM-DD') = VALUE);

-- One version of a procedure: the component and what one looks it up by.
CREATE TABLE versions (
    digest        motcua_digest    NOT NULL PRIMARY KEY,
    -- National code, for example 2.001594.
    code          text COLLATE "C" NOT NULL CHECK (code <> ''),
    slug          text COLLATE "C" NOT NULL CHECK (slug <> ''),
    -- First and last day of receipt it decides, both inclusive.
    valid_from    motcua_day       NOT NULL,
    valid_to      motcua_day,
    -- Contract it was built against, for example motcua:procedure@1.0.0.
    contract      text COLLATE "C" NOT NULL,
    -- Engine that first admitted it.
    engine        text COLLATE "C" NOT NULL,
    -- Seconds since 1970-01-01T00:00:00 UTC.
    first_seen_at bigint           NOT NULL,
    component     bytea            NOT NULL
);

CREATE INDEX versions_by_code ON versions (code, valid_from);

-- Which component a source text compiles to: a second start does not compile again.
CREATE TABLE compilations (
    source_digest motcua_digest    NOT NULL,
    -- Name and version of the compiler.
    compiler      text COLLATE "C" NOT NULL CHECK (compiler <> ''),
    digest        motcua_digest    NOT NULL REFERENCES versions (digest),
    first_seen_at bigint           NOT NULL,
    PRIMARY KEY (source_digest, compiler)
);

CREATE INDEX compilations_by_digest ON compilations (digest);

-- One state of knowledge about the days off of one year. A later notice makes a new row.
CREATE TABLE calendars (
    digest        motcua_digest    NOT NULL PRIMARY KEY,
    -- ISO 3166-1 alpha-2 in lower case.
    country       text COLLATE "C" NOT NULL CHECK (country ~ '^[a-z]{2}$'),
    year          bigint           NOT NULL CHECK (year BETWEEN 1900 AND 2199),
    first_seen_at bigint           NOT NULL,
    -- Canonical form, the one the digest is taken of.
    bytes         bytea            NOT NULL
);

CREATE INDEX calendars_by_year ON calendars (country, year);

-- For each statement, not for each row: even an edit that finds no row is refused.
CREATE TRIGGER versions_are_never_edited BEFORE UPDATE ON versions
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a version is never edited');
CREATE TRIGGER versions_are_never_deleted BEFORE DELETE OR TRUNCATE ON versions
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a version is never deleted');
CREATE TRIGGER compilations_are_never_edited BEFORE UPDATE ON compilations
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a compilation is never edited');
CREATE TRIGGER compilations_are_never_deleted BEFORE DELETE OR TRUNCATE ON compilations
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a compilation is never deleted');
CREATE TRIGGER calendars_are_never_edited BEFORE UPDATE ON calendars
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a calendar is never edited');
CREATE TRIGGER calendars_are_never_deleted BEFORE DELETE OR TRUNCATE ON calendars
FOR EACH STATEMENT EXECUTE FUNCTION motcua_refuse('a calendar is never deleted');
