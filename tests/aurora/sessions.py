"""What the server of `fault` answers when it has let somebody in: rows, by a few words of the query."""
import re
import struct

# In Aurora's words; what is not asked for by one of these words has an answer without rows.
ANSWERS = {
    "mysql": [
        (r"version", [["server", "8.0.mysql_aurora.3.08.0"]]),
        (r"select @@innodb_read_only$", [["0"]]),
        (r"read_only", [["read-only", "off"]]),
        (r"show grants", [["GRANT SELECT ON `orders`.* TO `app_user`@`%`"]]),
        (r"show create user", [["CREATE USER `app_user`@`%` IDENTIFIED WITH 'AWSAuthenticationPlugin' "
                                "AS 'RDS' REQUIRE SSL"]]),
        (r"select 1", [["1"]])],
    "postgres": [
        (r"server_version", [["server", "16.4"]]),
        (r"read_only", [["read-only", "off"]]),
        (r"pg_has_role", [["role", "rds_iam"]]),
        (r"rds_iam", [["iam-role", "known"]]),
        (r"select 1", [["1"]])]}
# What is other in a session of that name.
OTHER = {
    ("mysql", "read-only"): {r"select @@innodb_read_only$": [["1"]],
                             r"read_only": [["read-only", "on"]]},
    ("postgres", "read-only"): {r"read_only": [["read-only", "on"]]},
    ("mysql", "no-privilege"): {r"show grants": [["GRANT USAGE ON *.* TO `app_user`@`%`"]]},
    ("mysql", "other-plugin"): {r"show create user": [[
        "CREATE USER `app_user`@`%` IDENTIFIED WITH 'caching_sha2_password' REQUIRE NONE"]]},
    ("postgres", "no-member"): {r"pg_has_role": []},
}
NAMES = {"healthy"} | {name for _, name in OTHER}
DEPRECATE_EOF = 1 << 24


def rows_for(engine, name, query):
    for words, rows in ANSWERS[engine]:
        if re.search(words, query.lower()):
            return OTHER.get((engine, name), {}).get(words, rows)
    return []


def text(value):
    """With its length, which is below 251 in all of them."""
    data = value.encode()
    return bytes([len(data)]) + data


def mysql_result(rows, capabilities):
    """The bodies of the packets of a result; each column is a text."""
    end, last = b"\xfe\0\0\2\0", b"\xfe\0\0\2\0\0\0"
    count = len(rows[0]) if rows else 0
    if count == 0:
        return [b"\0\0\0\2\0\0\0"]
    column = (text("def") + text("") * 3 + text("a") + text("")
              + struct.pack("<BHIBHBH", 12, 45, 1024, 0xfd, 0, 0, 0))
    bodies = [bytes([count])] + [column] * count
    if not capabilities & DEPRECATE_EOF:
        bodies.append(end)
        last = end
    return bodies + [b"".join(map(text, row)) for row in rows] + [last]


def postgres_result(rows, message):
    """The messages of a result."""
    count = len(rows[0]) if rows else 1
    column = b"a\0" + struct.pack("!IHIhih", 0, 0, 25, -1, -1, 0)
    said = message(b"T", struct.pack("!H", count) + column * count)
    for row in rows:
        values = [value.encode() for value in row]
        said += message(b"D", struct.pack("!H", count) + b"".join(
            struct.pack("!I", len(value)) + value for value in values))
    return said + message(b"C", f"SELECT {len(rows)}\0".encode())
