"""Asks as a Django program does that follows docs/clients.md.

    ask.py postgresql|mysql    prints the number of orders
"""
import os
import sys

import django
from django.conf import settings
from django.db import connection

engine = sys.argv[1]
database = {"ENGINE": "django.db.backends." + engine}
if engine == "mysql":
    import pymysql
    pymysql.version_info = (1, 4, 3, "final", 0)  # Django asks for that of the real MySQLdb
    pymysql.install_as_MySQLdb()
    database |= {"NAME": os.environ["DB_NAME"], "HOST": os.environ["DB_SOCKET"],
                 "USER": os.environ["DB_USER"]}
else:
    database |= {"NAME": os.environ["PGDATABASE"]}
settings.configure(DATABASES={"default": database})
django.setup()
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM orders")
    print(cursor.fetchone()[0])
