# Dumps with indexes made as hnsw and ivfflat restore; so does one without a word of sbert, such as pgvector's databases give, once
# the database has sbert. A preloaded module finds sbert's, and a restart keeps settings of a database.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir;

$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->safe_psql('source', q{
    CREATE EXTENSION sbert;
    CREATE EXTENSION vector;
    CREATE TABLE items (id int PRIMARY KEY, v vector(3), h halfvec(3));
    INSERT INTO items SELECT i, ARRAY[i, i % 7, 1]::vector, ARRAY[i % 5, i, 1]::vector FROM generate_series(1, 500) i;
    CREATE INDEX by_hnsw ON items USING hnsw (v vector_cosine_ops) WITH (m = 16, ef_construction = 64);
    CREATE INDEX by_default ON items USING ivfflat (v);
    CREATE INDEX by_half ON items USING ivfflat (h halfvec_ip_ops) WITH (lists = 10);
    CREATE TABLE parts (id int, v vector(3)) PARTITION BY LIST (id);
    CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
    CREATE INDEX by_part ON parts USING hnsw (v vector_l2_ops) WITH (m = 8);
    INSERT INTO parts VALUES (1, '[1,2,3]');
});

# What the indexes are, and that each is whole and answers.
my $state = q{
    SELECT pg_get_indexdef(c.oid) FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE amname IN ('hnsw', 'ivfflat') ORDER BY 1;
    SELECT count(*) FROM pg_class c JOIN pg_am a ON a.oid = c.relam, sbert.index_verify(c.oid)
        WHERE amname IN ('hnsw', 'ivfflat') AND relkind = 'i';
    SET enable_seqscan = off;
    SET sbert.target_recall = 1;
    SELECT array_agg(id) FROM (SELECT id FROM items ORDER BY v <=> '[3,2,1]', id LIMIT 5) s;
    SELECT array_agg(id) FROM (SELECT id FROM items ORDER BY v <-> '[3.1,2,1]', id LIMIT 5) s;
    SELECT array_agg(id) FROM (SELECT id FROM items ORDER BY h <#> '[3,2,1]', id LIMIT 5) s;
    SELECT extname, extversion FROM pg_extension ORDER BY 1};
my $expected = $node->safe_psql('source', $state);
like($expected, qr/USING hnsw \(v vector_cosine_ops\) WITH \(m='16', ef_construction='64'\)/, 'parameters are kept');

for my $format ('custom', 'plain')
{
    $node->command_ok([ 'pg_dump', '-F', $format, '-f', "$dir/$format", '-d', $node->connstr('source') ], "dump $format");
    $node->safe_psql('postgres', "CREATE DATABASE $format");
    my @restore = $format eq 'custom'
        ? ('pg_restore', '--exit-on-error', '-d', $node->connstr($format), "$dir/$format")
        : ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($format), '-f', "$dir/$format");
    $node->command_ok(\@restore, "restore $format");
    is($node->safe_psql($format, $state), $expected, "the same after restore $format");
}

# As a dump of pgvector's is: it creates the extension vector alone.
my $dump = slurp_file("$dir/plain");
$dump =~ s/^(?:CREATE|COMMENT ON) EXTENSION (?:IF NOT EXISTS )?sbert\b.*\n//mg;
unlike($dump, qr/^[^-].*EXTENSION.*\bsbert\b/m, 'no sbert in the dump');
append_to_file("$dir/pgvectors", $dump);
my @restore = ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/pgvectors", '-d');
$node->safe_psql('postgres', 'CREATE DATABASE without');
$node->command_checks_all([ @restore, $node->connstr('without') ], 3, [],
    [ qr/required extension "sbert" is not installed/, qr/Use CREATE EXTENSION \.\.\. CASCADE/ ], 'without sbert');
$node->safe_psql('postgres', 'CREATE DATABASE once');
$node->safe_psql('once', 'CREATE EXTENSION sbert');
$node->command_ok([ @restore, $node->connstr('once') ], "restore as pgvector's");
is($node->safe_psql('once', $state), $expected, "the same after restore as pgvector's");

# Preloaded alone, and with settings that were made before.
$node->safe_psql('postgres', 'ALTER DATABASE source SET hnsw.ef_search = 1000');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'vector'\nivfflat.probes = 20\n");
$node->restart;
is($node->safe_psql('source', $state), $expected, 'the same where the module is preloaded');
my $target = q{SET enable_seqscan = off; EXPLAIN SELECT id FROM items ORDER BY v <=> '[3,2,1]' LIMIT 5};
my ($moved) = $node->safe_psql('source', $target) =~ /Target Recall: ([0-9.]+)/;
my ($default) = $node->safe_psql('once', $target) =~ /Target Recall: ([0-9.]+)/;
is($default, '0.950', 'the default');
cmp_ok($moved, '>', $default, 'moved by the setting of a database');

# A build with workers, where the server plans them for any access method.
$node->safe_psql('source', q{
    SET max_parallel_maintenance_workers = 2;
    SET min_parallel_table_scan_size = 0;
    ALTER TABLE items SET (parallel_workers = 2);
    REINDEX TABLE items});
is($node->safe_psql('source', $state), $expected, 'the same after a build with workers');

done_testing();
