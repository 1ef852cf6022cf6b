#!/usr/bin/env bash
# Spring AI's PgVectorStore: java_spring/. By TCP, which is all that the driver speaks: PGPASSWORD is set.
set -euo pipefail
. "$(dirname "$0")/client.sh"

client java_spring java javac mvn
at_least 17 java "$(javac -version 2>&1 | cut -d ' ' -f 2)"
require_file "$(pg_path sharedir)/extension/hstore.control" "PostgreSQL's contrib modules"

fetch "$CLIENT_SOURCE/pom.xml" mvn --batch-mode --quiet -Dstyle.color=never --file "$CLIENT_SOURCE/pom.xml" \
    -Dmaven.repo.local="$CLIENT_BUILD/repository" -DoutputDirectory="$CLIENT_BUILD/jars" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
javac -Werror -Xlint:all,-serial -d "$CLIENT_BUILD/classes" -cp "$CLIENT_BUILD/jars/*" "$CLIENT_SOURCE"/*.java
in_vector_database java -Dslf4j.internal.verbosity=ERROR -cp "$CLIENT_BUILD/classes:$CLIENT_BUILD/jars/*" SpringClient
