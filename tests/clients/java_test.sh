#!/usr/bin/env bash
# com.pgvector with PostgreSQL's JDBC driver: java/. By TCP, which is all that the driver speaks: PGPASSWORD is set.
set -euo pipefail
. "$(dirname "$0")/client.sh"

client java java javac mvn
at_least 17 java "$(javac -version 2>&1 | cut -d ' ' -f 2)"

fetch "$CLIENT_SOURCE/pom.xml" mvn --batch-mode --quiet -Dstyle.color=never --file "$CLIENT_SOURCE/pom.xml" \
    -Dmaven.repo.local="$CLIENT_BUILD/repository" -DoutputDirectory="$CLIENT_BUILD/jars" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
javac -Werror -Xlint:all,-serial -d "$CLIENT_BUILD/classes" -cp "$CLIENT_BUILD/jars/*" "$CLIENT_SOURCE"/*.java
in_each_database java -cp "$CLIENT_BUILD/classes:$CLIENT_BUILD/jars/*" Client
