# old_snapshot_threshold (until 16) lets vacuum remove rows that an old snapshot still sees. A search under such a snapshot gives
# the rows that it should, or says "snapshot too old": it never leaves rows out.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IvfTable;

my $node = PostgreSQL::Test::Cluster->new('main');
plan skip_all => 'PostgreSQL 17 has no old_snapshot_threshold' if $node->pg_version >= 17;
$node->init;
$node->append_conf('postgresql.conf', "old_snapshot_threshold = 0\nautovacuum = off\njit = off\nmaintenance_work_mem = 16MB\n");
$node->start;

# The tables, and what is deleted from each: `near` are the nearest of what is asked, `gone` is all of their cluster, so that
# whole lists become empty; in `blocks` blocks of lists span pages, in `spans` rows do too.
ivf_create($node, 6000);
$node->safe_psql('postgres', q{
    CREATE FUNCTION wide(i bigint, d int) RETURNS vector LANGUAGE sql IMMUTABLE AS $$
        SELECT array_agg(sin(i * j * 0.37))::vector FROM generate_series(1, d) j
    $$;
    CREATE TABLE near AS SELECT id, e FROM items;
    CREATE TABLE gone AS SELECT id, e FROM items;
    CREATE TABLE blocks AS SELECT i AS id, wide(i, 4500)::vector(4500) AS e FROM generate_series(1, 120) i;
    CREATE TABLE spans AS SELECT i AS id, wide(i, 9000)::vector(9000) AS e FROM generate_series(1, 120) i;
});
my %deleted = (near => 'id IN (7, 47, 87, 127, 167)', gone => 'id % 40 = 7', blocks => 'id BETWEEN 5 AND 9', spans => 'id BETWEEN 5 AND 9');
my @tables = sort keys %deleted;
$node->safe_psql('postgres', "CREATE INDEX ${_}_e ON $_ USING sbert_ivf (e vector_l2_ops); VACUUM ANALYZE $_") for @tables;

# The answer, or that there is none.
$node->safe_psql('postgres', q{
    CREATE FUNCTION answer(name text, recall text, rows int) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
        said text;
    BEGIN
        PERFORM set_config('sbert.target_recall', recall, true);
        EXECUTE format('SELECT array_agg(d ORDER BY d) FROM (SELECT e <-> q.v AS d FROM %1$I
            ORDER BY e <-> q.v LIMIT %2$s) s', name, rows) INTO said;
        RETURN md5(said);
    EXCEPTION WHEN snapshot_too_old THEN
        RETURN SQLERRM;
    END $$});
