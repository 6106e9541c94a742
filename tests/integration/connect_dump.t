#!/bin/bash
# Dumps of both servers, with all that a schema can hold, are restored by rdspass connect: what is
# dumped of the copy is the same text.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/connect.sh
. "$(dirname "$0")/connect.sh"

start --postgres-endpoint-port 5432 --mysql-endpoint-port 3306
data() { python3 -IBX utf8 "$top/tests/integration/connect_data.py" "$@"; }

# Makes $1 by connect, from the dump of orders; dumps it by the words that follow.
copies() { # NAME COPY SED COMMAND…
    local name=$1 copy=$2 filter=$3
    shift 3
    exits "$name: the dump" 0 through "$@"
    cp "$tmp/out" "$tmp/dump.sql"
    database=$copy
    exits '  is restored' 0 connect <"$tmp/dump.sql"
    is '  quietly' "$err" ''
    exits '  and dumped again' 0 through "${@//#orders/$copy}"
    database=orders
    sed "$filter" "$tmp/dump.sql" >"$tmp/before"
    sed "$filter" "$tmp/out" >"$tmp/after"
    tap_result "$(cmp -s "$tmp/before" "$tmp/after"
        echo $?)" '  to the same text' ||
        diag "$(diff -a "$tmp/before" "$tmp/after" | head -n 5 | cut -c 1-200)"
}

# --- PostgreSQL ------------------------------------------------------------------------

reach postgres
for copy in copy_copy copy_inserts; do
    ask "CREATE DATABASE $copy OWNER $user"
done
ask "ALTER TABLE orders OWNER TO $user"
ask "ALTER DATABASE orders OWNER TO $user"
data script postgres >"$tmp/schema.sql"
cat >>"$tmp/schema.sql" <<'SQL'
CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'it''s a "shop"; with \ and $$ in its comment';
SET search_path = shop;
CREATE TABLE item (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CHECK (name <> ';' AND name !~ '^\s*$'),
    price numeric(10, 2) DEFAULT 0.00,
    taxed numeric GENERATED ALWAYS AS (price * 1.19) STORED,
    tags text[] DEFAULT '{}'::text[],
    "odd ""name;" date
);
CREATE TABLE log (at timestamptz NOT NULL, what text, PRIMARY KEY (at, what)) PARTITION BY RANGE (at);
CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE log_new PARTITION OF log DEFAULT;
CREATE INDEX item_by_name ON item (lower(name)) WHERE price > 0;
CREATE VIEW cheap AS SELECT id, name FROM item WHERE price < 10 WITH CHECK OPTION;
CREATE MATERIALIZED VIEW total AS SELECT count(*) AS items, sum(price) AS price FROM item;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE WHEN n IS NULL THEN 0 ELSE n * 2 END;
END;
CREATE PROCEDURE clean(days int)
BEGIN ATOMIC
    DELETE FROM log WHERE at < now() - make_interval(days => days);
    INSERT INTO log VALUES (now(), 'cleaned; by ''clean''');
END;
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    text_of text := $in$ a ';' and $$ within $in$;
BEGIN
    -- a comment; with a quote '
    INSERT INTO shop.log VALUES (clock_timestamp(), TG_OP || text_of || $$; $$ || NEW.name);
    RETURN NEW;
END;
$body$;
CREATE TRIGGER noted AFTER INSERT OR UPDATE ON item FOR EACH ROW WHEN (NEW.price > 0) EXECUTE FUNCTION noted();
CREATE RULE no_delete AS ON DELETE TO item WHERE OLD.price > 100 DO INSTEAD (
    INSERT INTO log VALUES (now(), 'kept'); INSERT INTO log VALUES (now() + interval '1 s', 'really'));
CREATE AGGREGATE product(int) (SFUNC = int4mul, STYPE = int, INITCOND = '1');
CREATE OPERATOR |+| (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE SEQUENCE numbers START 7 INCREMENT -3 MAXVALUE 100 MINVALUE -100 CYCLE;
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY cheap ON item USING (price < 1000);
CREATE STATISTICS item_stats ON name, price FROM item;
GRANT SELECT ON item TO PUBLIC;
INSERT INTO item (name, price, tags) VALUES ('plain', 1, '{a,"b c"}'), (E'tab\tline\nback\\slash', NULL, NULL),
    ('\.', 5, '{}'), (E'\\N', 20, '{NULL,"NULL"}'), ('''; DROP TABLE item; --', 999.99, '{☃}'), ('$$', 7, '{}');
REFRESH MATERIALIZED VIEW total;
SELECT lo_from_bytea(0, '\x00ff5c27');
SELECT nextval('numbers');
SQL
exits 'postgres: a schema' 0 connect -f "$tmp/schema.sql"
restrict='s/^\\\(un\)*restrict .*/\\\1restrict/'
copies 'pg_dump' copy_copy "$restrict" pg_dump
like '  has data behind COPY' "$(grep -A 1 '^COPY shop.item' "$tmp/dump.sql" | tail -n 1)" '^1.plain.1.00.\{a,'
copies 'pg_dump --inserts' copy_inserts "$restrict" pg_dump --inserts --quote-all-identifiers

# --- MySQL -----------------------------------------------------------------------------

reach mysql
for copy in copy_dump copy_mysqldump; do
    ask "CREATE DATABASE $copy CHARACTER SET utf8mb4; GRANT ALL ON $copy.* TO '$user'@'%'"
done
data script mysql >"$tmp/schema.sql"
cat >>"$tmp/schema.sql" <<'SQL'
CREATE TABLE item (
    id int AUTO_INCREMENT PRIMARY KEY,
    name varchar(100) NOT NULL DEFAULT ';' COMMENT 'it''s; "a" name \\ with #, -- and /* in it',
    price decimal(10, 2) CHECK (price >= 0),
    taxed decimal(12, 4) AS (price * 1.19) STORED,
    `odd ``name;` date,
    KEY by_name (name(10)), FULLTEXT KEY words (name)
) COMMENT = 'items; // of the shop';
CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, what text)
    PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (1000), PARTITION p1 VALUES LESS THAN MAXVALUE);
DELIMITER ;;
CREATE TRIGGER noted AFTER INSERT ON item FOR EACH ROW
BEGIN
    -- a comment; with a quote '
    INSERT INTO log (what) VALUES (concat('new; ', NEW.name, " // "));
    IF NEW.price > 100 THEN INSERT INTO log (what) VALUES ('dear'); END IF;
END;;
CREATE TRIGGER changed BEFORE UPDATE ON item FOR EACH ROW SET NEW.name = trim(NEW.name);;
DELIMITER //
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2//
CREATE PROCEDURE clean(IN days int, OUT done int)
    COMMENT 'cleans; "all" of it'
BEGIN
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; SET done = -1; END;
    START TRANSACTION; /* ; */
    DELETE FROM log WHERE id < days; # comment; here
    SET done = ROW_COUNT();
    COMMIT;
END//
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE
    DO BEGIN CALL clean(7, @done); END//
delimiter ;
CREATE ALGORITHM = MERGE VIEW cheap AS SELECT id, name, twice(price) AS `twice;` FROM item WHERE price < 10;
CREATE VIEW of_view AS SELECT count(*) AS n FROM cheap;
INSERT INTO item (name, price) VALUES ('plain', 1), ('tab\tline\nback\\slash', NULL), ('\'; DROP TABLE item; -- ', 999.99),
    ("//", 5), ('DELIMITER $$', 7), ('☃ 😀', 8);
SQL
gives 'mysql: a schema' '' -f "$tmp/schema.sql"
dump=(--no-tablespaces --routines --triggers --events --skip-dump-date --skip-comments)
copies 'mariadb-dump' copy_dump '' mariadb-dump "${dump[@]}" --hex-blob orders
like '  has DELIMITER' "$(cat "$tmp/dump.sql")" '^DELIMITER ;;$'
copies 'mysqldump, a row a statement, bytes as they are' copy_mysqldump '' mysqldump "${dump[@]}" \
    --skip-extended-insert --complete-insert --skip-quote-names orders
done_testing
