# Sourced: psql on the database of SBERT_DSN.
: "${SBERT_DSN:?the connection string of a database, as ./run server dsn prints it}"

sql() { "${PSQL:-psql}" "$SBERT_DSN" -X -q -v ON_ERROR_STOP=1 "$@"; }
