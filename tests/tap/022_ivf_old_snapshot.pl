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
$node->append_conf('postgresql.conf', "old_snapshot_threshold = 1min\nautovacuum = off\njit = off\nmaintenance_work_mem = 16MB\n");
$node->start;

# What is indexed in each table, what is asked for, and what is deleted: of `near` the nearest rows, of `gone` all of their
# cluster, so that whole lists become empty, of `still` nothing. In `spans` blocks and rows span pages; it is indexed by an
# expression, so that no vector comes from TOAST, which says by itself that a snapshot is too old.
my %table = (
    near => [ 'e', 'vec(7)', 'id IN (7, 47, 87, 127, 167)' ],
    gone => [ 'e', 'vec(7)', 'id % 40 = 7' ],
    still => [ 'e', 'vec(7)', 'false' ],
    spans => [ '(wide(id)::vector(9000))', 'wide(7)', 'id BETWEEN 5 AND 9' ],
);
my @tables = sort keys %table;
ivf_create($node, 6000);
$node->safe_psql('postgres', q{
    CREATE FUNCTION wide(i bigint) RETURNS vector LANGUAGE sql IMMUTABLE AS $$
        SELECT array_agg(sin(i * j * 0.37))::public.vector FROM generate_series(1, 9000) j
    $$;
    CREATE TABLE near AS SELECT id, e FROM items;
    CREATE TABLE gone AS SELECT id, e FROM items;
    CREATE TABLE still AS SELECT id, e FROM items;
    CREATE TABLE spans AS SELECT i::bigint AS id FROM generate_series(1, 120) i;
    CREATE FUNCTION answer(query text, recall text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
        said text;
    BEGIN
        PERFORM set_config('sbert.target_recall', recall, true);
        EXECUTE format('SELECT string_agg(id::text, '','' ORDER BY id) FROM (%s) s', query) INTO said;
        RETURN CASE WHEN length(said) < 100 THEN said ELSE md5(said) END;
    EXCEPTION WHEN snapshot_too_old THEN
        RETURN SQLERRM;
    END $$});
$node->safe_psql('postgres', "CREATE INDEX ${_}_e ON $_ USING sbert_ivf ($table{$_}[0] vector_l2_ops); VACUUM ANALYZE $_") for @tables;

my @asked;
for my $table (@tables)
{
    push @asked, map { [ $table, @$_ ] } [ 0, 5 ], [ 0.999, 5 ], [ 1, 5 ], [ 0, 100000 ];
}
my $old = $node->background_psql('postgres');
sub answers
{
    my @answers;
    for (@asked)
    {
        my ($table, $recall, $limit) = @$_;
        my ($indexed, $question) = @{ $table{$table} };
        push @answers, $old->query_safe("SELECT answer('SELECT id FROM $table ORDER BY $indexed <-> $question LIMIT $limit', '$recall')");
    }
    return @answers;
}
$old->query_safe('SET enable_seqscan = off; SET enable_sort = off; BEGIN ISOLATION LEVEL REPEATABLE READ');
my @before = answers();
$node->safe_psql('postgres', "DELETE FROM $_ WHERE $table{$_}[2]") for @tables;
# The server knows of each minute the xid that its first snapshot saw, and goes by it when the minute is over. A threshold of 0 would
# leave out this wait, but then VACUUM spares what a snapshot sees.
$node->safe_psql('postgres', 'SELECT pg_sleep(61 - extract(second FROM clock_timestamp()))') for 1, 2;
for my $table (@tables)
{
    $node->safe_psql('postgres', "VACUUM $table");
    is($node->safe_psql('postgres', "SELECT rows = (SELECT count(*) FROM $table) FROM sbert.index_stats('${table}_e')"), 't', "$table: vacuumed");
}
cmp_ok($node->safe_psql('postgres', q{SELECT empty_lists FROM sbert.index_stats('gone_e')}), '>', 0, 'gone: lists are empty');

my @after = answers();
for my $i (0 .. $#asked)
{
    my ($table, $recall, $limit) = @{ $asked[$i] };
    is($after[$i], $table eq 'still' ? $before[$i] : 'snapshot too old', "$table, target $recall, LIMIT $limit");
}
$old->quit;

done_testing();
