"""Logs in by `rdspass token --format json`, as a program that reads JSON would.

    json_login.py FILE ROOTS DATABASE QUERY

The object says who and where; the stock client of its engine gets the token in its environment.
"""
import json
import os
import sys

file, roots, database, query = sys.argv[1:]
with open(file, encoding="utf-8") as text:
    login = json.load(text)
host, port, user = login["host"], str(login["port"]), login["user"]
if login["engine"] == "postgres":
    os.environ |= {"PGHOST": host, "PGPORT": port, "PGUSER": user, "PGPASSWORD": login["token"],
                   "PGSSLMODE": "verify-full", "PGSSLROOTCERT": roots, "PGDATABASE": database}
    os.execvp("psql", ["psql", "-XAtwc", query])
os.environ["MYSQL_PWD"] = login["token"]
os.execvp("mariadb", ["mariadb", "--no-defaults", f"--ssl-ca={roots}", "--ssl-verify-server-cert",
                      "--default-character-set=utf8mb4", f"--host={host}", f"--port={port}",
                      f"--user={user}", f"--database={database}", "-rNBe", query])
