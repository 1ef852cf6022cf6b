#!/usr/bin/env bash
# knex, Kysely, Sequelize, TypeORM and Drizzle ORM with the npm package pgvector: node_frameworks/, a program each.
# Prisma is not among them: to generate its client it fetches a program from outside of npm.
set -euo pipefail
. "$(dirname "$0")/client.sh"

client node_frameworks node npm
at_least 20 node "$(node --print process.versions.node)"
cp "$CLIENT_SOURCE"/* "$CLIENT_BUILD/"
fetch "$CLIENT_SOURCE/package-lock.json" \
    npm ci --prefix "$CLIENT_BUILD" --cache "$CLIENT_BUILD/cache" --loglevel=error --no-audit --no-fund --ignore-scripts
for framework in knex kysely sequelize typeorm drizzle; do
    in_vector_database node "$CLIENT_BUILD/$framework.mjs"
done
