"""Both extensions in one server: pgvector's `vector` and our `sbert`, each in a schema of its own."""

import argparse
import os
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

PGVECTOR = "pgv"
OURS = "public"
SCHEMAS = {"vector": PGVECTOR, "sbert": OURS}
TYPES = ["vector", "halfvec", "sparsevec", "bit"]


def database(name, *extensions):
    """A fresh database with these extensions in their schemas; returns a connection to it."""
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    connection = psycopg.connect(dbname=name, autocommit=True)
    for extension in extensions:
        create(connection, extension, SCHEMAS[extension])
    return connection


def create(connection, extension, schema):
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    connection.execute(
        sql.SQL("CREATE EXTENSION {} SCHEMA {}").format(sql.Identifier(extension), sql.Identifier(schema))
    )


def program(name, *arguments, **options):
    """Runs one of the server's programs, such as pg_dump; returns what it prints."""
    path = Path(os.environ["PG_BINDIR"]) / name
    done = subprocess.run([path, *arguments], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{name} {' '.join(arguments)}:\n{done.stderr}")
    return done.stdout


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def types_from_arguments():
    """--types LIST, all by default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--types", default=",".join(TYPES))
    return parser.parse_args().types.split(",")
