"""Data of every column type of both servers, and whether two clients print the same of them.

    connect_data.py script mysql|postgres    a script that makes a table for each type: d_NAME (id, v)
    connect_data.py queries mysql|postgres   one that prints each of these tables
    connect_data.py postgres FIELDS TSV CSV  passes where the same data are in all three: psql -Atz0, tsv
                                             and csv of connect without a header, --null '<null>'
    connect_data.py json mysql|postgres TSV JSON
                                             passes where json has the data of tsv with a header: numbers as
                                             such where no reader damages them, JSON as such, bytes in hex

The values are the limits of each type, and others of a random generator that always begins alike.
Strings are quoted in all the ways that their dialect has.
"""
import csv
import io
import itertools
import json
import random
import re
import sys
from decimal import Decimal

SCRIPTS = [
    "", " ", "plain", "it's", 'say "so"', "back\\slash", "\\", "\\N", "NULL", "tab\there", "line\nline",
    "carriage\rreturn\r\n", "a;b", "-- no comment", "/* nor this", "$$", "$q$", "trailing  ", "%s%n", "\x01\x1f\x7f",
    "Größe, façade, Łódź", "Ελληνικά", "Русский", "العربية ١٢٣", "עברית", "हिन्दी", "ไทย", "中文字", "日本語ｶﾅ", "한국어",
    "e\u0301 combined", "😀 👩‍👩‍👧 🏳️‍🌈", "\u200bzero\u200dwidth\ufeff", "\u202eright to left", "𝔘𝔫𝔦 \U0010fffd",
]
JSONS = ['null', 'true', '0', '-1.5e10', '123456789012345678901234567890', '""', '"\\u00e9\\n\\t\\"\\\\"', '[]',
         '{}', '[1, [2, [3, null]], {"a": {"b": []}}]', '{"ключ": "значение", "": 0}', '"😀"', '  {"blanks" :1}  ']
ALL_BYTES = bytes(range(256))


# --- quoting ---------------------------------------------------------------------------------

def quote_postgres(text, style):
    plain = "'" + text.replace("'", "''") + "'"
    if style == 1:
        return "E'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
    if style == 2 and "$q" not in text and not text.endswith("$"):
        return f"$q${text}$q$"
    if style == 3:
        escaped = "".join(c if 31 < ord(c) < 127 and c not in "\\'" else f"\\+{ord(c):06x}" for c in text)
        return f"U&'{escaped}'"
    return plain


def quote_mysql(text, style):
    # mysql itself drops a carriage return at the end of a line, in quotes, too.
    escaped = text.replace("\\", "\\\\").replace("\r", "\\r")
    if style == 1:
        return '"' + escaped.replace('"', '""') + '"'
    if style == 2:
        return f"CONVERT(x'{text.encode().hex()}' USING utf8mb4)"
    if style == 3:
        return "'" + escaped.replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t") + "'"
    return "'" + escaped.replace("'", "''") + "'"


# --- values ----------------------------------------------------------------------------------

class Values:
    """Lists of SQL expressions."""

    def __init__(self, quote):
        self.random = random.Random(20260101)
        self.quote = quote

    def quoted(self, texts):
        return [self.quote(text, self.random.randrange(4)) for text in texts]

    def texts(self, longest=None):
        texts = SCRIPTS + ["".join(self.random.choices("aé☃😀'\"\\\t;$ ", k=self.random.randrange(40)))
                           for _ in range(40)]
        if longest is None:
            texts.append("long " * 20000)
        else:
            texts = [text[:longest] for text in texts]
        return self.quoted(texts)

    def integers(self, low, high):
        near = [low, low + 1, -1, 0, 1, high - 1, high]
        return [str(n) for n in near + [self.random.randint(low, high) for _ in range(20)] if low <= n <= high]

    def decimals(self, digits, scale):
        limit = "9" * (digits - scale) + "." + "9" * scale
        values = [limit, "-" + limit, "0", "-0." + "0" * (scale - 1) + "1", "1." + "0" * scale, "0.1"]
        for _ in range(20):
            n = str(self.random.randrange(10 ** self.random.randrange(1, digits)))
            values.append(self.random.choice(["", "-"]) + n[scale:] + "0." + n[:scale])
        return values

    def floats(self, *limits):
        values = list(limits) + ["0", "-0e0", "1", "0.1", "-1.5", "1e15", "123456789012345680", "3.141592653589793"]
        return values + [f"{self.random.uniform(-1, 1) * 10.0 ** self.random.randrange(-30, 30)!r}"
                         for _ in range(20)]

    def blobs(self, longest=70000):
        blobs = [b"", b"\0", b"\\x00", b"\t\n\\", ALL_BYTES, ALL_BYTES[::-1], b"\xff" * 300, b"text",
                 self.random.randbytes(longest)]
        return [blob[:longest] for blob in blobs + [self.random.randbytes(20) for _ in range(10)]]


def postgres_types():
    values = Values(quote_postgres)
    quoted = values.quoted
    dates = ["-infinity", "infinity", "4713-01-01 BC", "5874897-12-31", "0001-01-01", "2000-02-29", "1999-12-31"]
    times = ["4713-01-01 00:00:00 BC", "294276-12-31 23:59:59.999999", "infinity", "-infinity",
             "2026-03-29 02:30:00.5", "1970-01-01"]
    texts = ["{}", '{a,"b c",NULL,"NULL","qu\\"ote","back\\\\slash","",☃}', "{{1,2},{3,4}}", '{"{}","a,b"}']
    yield "smallint", "smallint", values.integers(-2**15, 2**15 - 1)
    yield "int", "int", values.integers(-2**31, 2**31 - 1)
    yield "bigint", "bigint", values.integers(-2**63, 2**63 - 1)
    yield "numeric", "numeric", values.decimals(60, 20) + quoted(["NaN", "Infinity", "-Infinity", "1e500", "1e-400"])
    yield "numeric_38_10", "numeric(38,10)", values.decimals(38, 10)
    yield "real", "real", quoted(["NaN", "Infinity", "-Infinity", "3.4028235e38", "1e-45", "1.17549435e-38", "0.1"])
    yield "double", "double precision", values.floats("1.7976931348623157e308", "-5e-324", "2.2250738585072014e-308") \
        + quoted(["NaN", "Infinity", "-Infinity"])
    yield "money", "money", quoted(["-92233720368547758.08", "92233720368547758.07", "0", "-1.5"])
    yield "boolean", "boolean", ["true", "false"]
    yield "char", "char(60)", values.texts(60)
    yield "varchar", "varchar(100)", values.texts(100)
    yield "text", "text", values.texts()
    yield "name", "name", values.texts(10)
    yield "one_byte", '"char"', quoted(["", "a", "\\377"])
    yield "bytea", "bytea", [f"'\\x{blob.hex()}'" for blob in values.blobs()]
    yield "date", "date", quoted(dates)
    yield "time", "time", quoted(["00:00:00", "24:00:00", "23:59:59.999999", "12:34:56.7"])
    yield "timetz", "timetz", quoted(["00:00:00+15:59", "24:00:00-15:59", "12:34:56.789012+05:30"])
    yield "timestamp", "timestamp", quoted(times)
    yield "timestamptz", "timestamptz", quoted(times[1:] + ["2026-03-29 01:59:59.999999+00"])
    yield "interval", "interval", quoted([
        "178000000 years", "-178000000 years", "1 mon -1 day +00:00:00.000001", "-0.5 seconds", "0",
        "1 year 2 months 3 days 04:05:06.789", "2562047788 hours"])
    yield "uuid", "uuid", quoted(["00000000-0000-0000-0000-000000000000", "f" * 32,
                                  "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}"])
    yield "json", "json", quoted(JSONS)
    yield "jsonb", "jsonb", quoted(JSONS)
    yield "xml", "xml", quoted(["<a b='c'>&amp;☃</a>", "text <b/>"])
    yield "jsonpath", "jsonpath", quoted(['$.a[*] ? (@ > 1)', 'strict $."k☃"'])
    yield "bit", "bit(70)", ["B'" + "10" * 35 + "'", "B'" + "0" * 70 + "'"]
    yield "varbit", "varbit", ["B''", "B'1'", "X'00ff'"]
    yield "point", "point", quoted(["(0,-0)", "(1e300,-1e-300)", "(NaN,Infinity)"])
    yield "line", "line", quoted(["{1,-1,0.1}"])
    yield "lseg", "lseg", quoted(["[(0,0),(1.5,2)]"])
    yield "box", "box", quoted(["(2,2),(0,0)"])
    yield "path", "path", quoted(["[(0,0),(1,1),(2,0)]", "((0,0),(1,1))"])
    yield "polygon", "polygon", quoted(["((0,0),(1,1),(2,0))"])
    yield "circle", "circle", quoted(["<(1,2),3.5>"])
    yield "inet", "inet", quoted(["0.0.0.0/0", "255.255.255.255", "10.1.2.3/8", "::", "2001:db8::1/64", "::ffff:1.2.3.4"])
    yield "cidr", "cidr", quoted(["10.0.0.0/8", "2001:db8::/32"])
    yield "macaddr", "macaddr", quoted(["08:00:2b:01:02:03", "ffffffffffff"])
    yield "macaddr8", "macaddr8", quoted(["08:00:2b:01:02:03:04:05"])
    yield "int4range", "int4range", quoted(["empty", "(,)", "[1,10)", "[-2147483648,2147483646]"])
    yield "numrange", "numrange", quoted(["empty", "(,1.5]", "[0.1,2)"])
    yield "tsrange", "tsrange", quoted(['["2026-01-01 00:00:00",infinity]', "(,)"])
    yield "daterange", "daterange", quoted(["[2026-01-01,2026-12-31]"])
    yield "int8multirange", "int8multirange", quoted(["{}", "{[1,2],[5,9)}"])
    yield "ints", "int[]", quoted(["{}", "{1,NULL,-3}", "{{1,2},{3,4}}", "[0:1]={5,6}"])
    yield "texts", "text[]", quoted(texts)
    yield "byteas", "bytea[]", ["ARRAY['\\x00ff'::bytea, NULL, '']"]
    yield "tsvector", "tsvector", quoted(["", "a:1A b:2,3 'it''s':4", "ñandú ☃"])
    yield "tsquery", "tsquery", quoted(["fat & (rat | !cat)", "'two words':*B <2> x"])
    yield "enum", "mood", quoted(["", "happy", "so so", "traurig ☹", "it's", 'a"b'])
    yield "composite", "pair", ["ROW(1, 'a')", "ROW(NULL, '')", "ROW(-1, E'q\"(),\\\\ \\t')"]
    yield "domain", "positive", values.integers(1, 2**31 - 1)
    yield "oid", "oid", ["0", "4294967295"]
    yield "regclass", "regclass", quoted(["pg_class", "1"])
    yield "pg_lsn", "pg_lsn", quoted(["0/0", "FFFFFFFF/FFFFFFFF"])
    yield "xid8", "xid8", quoted(["0", "18446744073709551615"])
    yield "tid", "tid", quoted(["(4294967295,65535)"])


def mysql_types():
    values = Values(quote_mysql)
    quoted = values.quoted
    blobs = [f"x'{blob.hex()}'" for blob in values.blobs()]
    small = [f"x'{blob.hex()}'" for blob in values.blobs(250)]
    shapes = ["POINT(0 -1.5)", "LINESTRING(0 0,1 1,2 0)", "POLYGON((0 0,4 0,4 4,0 0))", "MULTIPOINT(0 0,1 1)",
              "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))"]
    moments = ["0000-00-00 00:00:00", "1000-01-01 00:00:00", "9999-12-31 23:59:59.999999", "2026-03-29 02:30:00.5"]
    for name, bits in ("tinyint", 8), ("smallint", 16), ("mediumint", 24), ("int", 32), ("bigint", 64):
        yield name, name, values.integers(-2**(bits - 1), 2**(bits - 1) - 1)
        yield f"{name}_unsigned", f"{name} unsigned", values.integers(0, 2**bits - 1)
    yield "zerofill", "int(8) zerofill", ["0", "42", "4294967295"]
    yield "boolean", "boolean", ["true", "false"]
    yield "decimal", "decimal(65,30)", values.decimals(65, 30)
    yield "decimal_10", "decimal(10,2)", values.decimals(10, 2)
    yield "decimal_0", "decimal(65,0)", ["9" * 65, "-" + "9" * 65, "0"]
    yield "float", "float", ["3.402823466e38", "-1.175494351e-38", "0.1", "16777217", "-0e0", "1e-40"]
    yield "float_7_3", "float(7,3)", ["9999.999", "-0.001", "1.5"]
    yield "double", "double", values.floats("1.7976931348623157e308", "-2.2250738585072014e-308")
    yield "bit_1", "bit(1)", ["b'0'", "b'1'"]
    yield "bit_64", "bit(64)", ["0", "18446744073709551615", "x'0041005c090a0d00'"]
    yield "year", "year", ["0", "1901", "2155"]
    yield "date", "date", quoted(["0000-00-00", "1000-01-01", "9999-12-31", "2000-02-29"])
    yield "time", "time(6)", quoted(["-838:59:59", "838:59:59", "00:00:00.000001", "12:34:56.7"])
    yield "datetime", "datetime(6)", quoted(moments)
    yield "timestamp", "timestamp(6) null", quoted(["1970-01-02 00:00:00", "2038-01-18 03:14:07.999999"])
    yield "char", "char(60)", values.texts(60)
    yield "varchar", "varchar(100)", values.texts(100)
    yield "tinytext", "tinytext", values.texts(50)
    yield "text", "text", values.texts(10000)
    yield "mediumtext", "mediumtext", values.texts()
    yield "longtext", "longtext", values.texts()
    yield "latin1", "varchar(100) character set latin1", quoted(["", "façade ÿ", "plain"])
    yield "utf16", "varchar(100) character set utf16", values.texts(100)
    yield "binary", "binary(8)", [f"x'{n:016x}'" for n in (0, 2**64 - 1, 0x5c090a000d2727)]
    yield "varbinary", "varbinary(300)", small
    yield "tinyblob", "tinyblob", small
    yield "blob", "blob", [blob for blob in blobs if len(blob) < 2**16]
    yield "mediumblob", "mediumblob", blobs
    yield "longblob", "longblob", blobs
    yield "enum", "enum('', 'happy', 'so so', 'traurig ☹', 'it''s', 'a\\\\b')", \
        quoted(["", "happy", "so so", "traurig ☹", "it's", "a\\b"])
    yield "set", "set('a', 'b c', '☃')", quoted(["", "a", "a,b c,☃"])
    yield "json", "json", quoted(JSONS)
    yield "geometry", "geometry", [f"ST_GeomFromText('{shape}')" for shape in shapes]
    yield "point", "point", ["POINT(1e300, -1e-300)"]
    yield "uuid", "uuid", quoted(["00000000-0000-0000-0000-000000000000", "f" * 32])
    yield "inet6", "inet6", quoted(["::", "2001:db8::1", "::ffff:1.2.3.4"])


PREAMBLE = {
    "postgres": "SET TIME ZONE 'Europe/Berlin';\n"
                "CREATE TYPE mood AS ENUM ('', 'happy', 'so so', 'traurig ☹', 'it''s', 'a\"b');\n"
                "CREATE TYPE pair AS (a int, b text);\nCREATE DOMAIN positive AS int CHECK (VALUE > 0);\n",
    "mysql": "SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+01:00';\n",
}
TYPES = {"postgres": postgres_types, "mysql": mysql_types}


def script(engine):
    yield PREAMBLE[engine]
    for name, kind, values in TYPES[engine]():
        yield f"CREATE TABLE d_{name} (id int PRIMARY KEY, v {kind});\n"
        rows = ",\n".join(f"({n}, {value})" for n, value in enumerate(["NULL"] + values))
        yield f"INSERT INTO d_{name} VALUES {rows};\n"


def queries(engine):
    yield "SET TIME ZONE 'Asia/Tokyo';\n" if engine == "postgres" else "SET time_zone = '+09:00';\n"
    for name, _, _ in TYPES[engine]():
        yield f"SELECT id, v FROM d_{name} ORDER BY id;\n"


# --- reading what clients print --------------------------------------------------------------

ESCAPES = {"t": "\t", "n": "\n", "\\": "\\", "0": "\0"}


def unescape(field):
    parts = field.split("\\")
    text = parts[0]
    rest = iter(parts[1:])
    for part in rest:
        # Two backslashes have nothing between them.
        text += ESCAPES[part[0]] + part[1:] if part else "\\" + next(rest, "")
    return text


def read(path):
    # What is no text is told apart, too.
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def read_tsv(path):
    lines = read(path).split("\n")
    if lines.pop() != "":
        sys.exit(f"# {path} breaks off")
    return [[None if field == "<null>" else unescape(field) for field in line.split("\t")] for line in lines]


def differ(what, place, got, wanted):
    sys.exit(f"# {what}, {place}: {ascii(got)[:200]}, not {ascii(wanted)[:200]}")


csv.field_size_limit(2**31 - 1)


def check_postgres(fields, tsv, csv_file):
    wanted = read(fields).split("\0")[:-1]
    wanted = [[None if field == "<null>" else field for field in wanted[i:i + 2]] for i in range(0, len(wanted), 2)]
    got = {"tsv": read_tsv(tsv),
           "csv": [[None if f == "<null>" else f for f in row]
                   for row in csv.reader(io.StringIO(read(csv_file), newline=""), strict=True)]}
    for form, rows in got.items():
        if len(rows) != len(wanted):
            differ(form, "rows", len(rows), len(wanted))
        for place, (mine, theirs) in enumerate(zip(rows, wanted)):
            if mine != theirs:
                differ(form, f"row {place}", mine, theirs)
    return len(wanted)


NUMBERS = re.compile("(tiny|small|medium|big)?int(_unsigned)?|zerofill|boolean|decimal.*|numeric(_38_10)?|"
                     "float.*|real|double|year|oid|domain")
BINARY = re.compile("bit_.*|binary|varbinary|.*blob|geometry|point")


def kind_of(engine, name):
    if engine == "postgres" and name in ("boolean", "bytea", "point"):
        return name
    if name in ("json", "jsonb"):
        # MariaDB says so only where the client knows that it is no MySQL, as it seems here.
        return "json" if engine == "postgres" else "text"
    return "number" if NUMBERS.fullmatch(name) else "binary" if BINARY.fullmatch(name) else "text"


def is_safe(text):
    """
    Whether a number is one of JSON, and any reader keeps it: integers to 2^53, others as the
    shortest text that a double has, which is what repr makes.
    """
    if not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", text):
        return False
    if re.fullmatch(r"-?\d+", text):
        return text != "-0" and abs(int(text)) <= 2 ** 53
    number = Decimal(text)
    return number == 0 or Decimal(repr(float(text))) == number


def wanted_value(kind, text):
    match kind:
        case _ if text is None:
            return None
        case "boolean":
            return {"t": True, "f": False}[text]
        case "json":
            return json.loads(text, parse_int=Decimal, parse_float=Decimal)
        case "number" if is_safe(text):
            return Decimal(text)
        case "bytea":
            return text.removeprefix("\\x")
        case "binary":
            return text.encode("utf-8", "surrogateescape").hex()
        case _:
            return text


def results(text):
    decoder = json.JSONDecoder(parse_int=Decimal, parse_float=Decimal)
    while text:
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:].removeprefix("\n")


def check_json(engine, tsv, json_file):
    rows = iter(read_tsv(tsv))
    count = 0
    for (name, _, values), result in itertools.zip_longest(TYPES[engine](), results(read(json_file))):
        if next(rows) != ["id", "v"] or len(result) != len(values) + 1:
            sys.exit(f"# {name} does not have its rows")
        for row in result:
            key, text = next(rows)
            wanted = {"id": Decimal(key), "v": wanted_value(kind_of(engine, name), text)}
            if repr(row) != repr(wanted): # so that a number is none but itself, and true is not 1
                differ("json", f"{name} {key}", row, wanted)
            count += 1
    return count


def main():
    match sys.argv[1:]:
        case ["script", engine]:
            sys.stdout.writelines(script(engine))
        case ["queries", engine]:
            sys.stdout.writelines(queries(engine))
        case ["postgres", fields, tsv, csv_file]:
            print("# values:", check_postgres(fields, tsv, csv_file))
        case ["json", engine, tsv, json_file]:
            print("# values:", check_json(engine, tsv, json_file))
        case _:
            sys.exit(__doc__)


main()
