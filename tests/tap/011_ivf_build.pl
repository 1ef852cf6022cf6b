# A build of an sbert_ivf index is ended in each of its phases, by a crash or by a cancel: nothing of it is left, and the
# next build is whole. The same for cancels of vacuum, of an insert that trains the index, and of scans: they end soon.
# Builds with little memory, or with more processes, give the same rows.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use CpuTime;
use IvfTable;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "wal_level = replica\nautovacuum = off\njit = off\nmaintenance_work_mem = 64MB\n");
$node->start;

sub sql { return $node->safe_psql('postgres', $_[0]); }
my $whole = q{SELECT * FROM sbert.index_verify('items_e') LIMIT 5};
my $left_over = q{SELECT relname FROM pg_class WHERE relname LIKE 'again%' OR relname LIKE '%ccnew%'};

# How the build of `again` begins, with so many workers.
sub with_workers
{
    my ($workers) = @_;
    return "ALTER TABLE items SET (parallel_workers = $workers);\nSET max_parallel_maintenance_workers = $workers;\n"
        . "SET min_parallel_table_scan_size = 0;\n";
}
my $create = "CREATE INDEX again ON items USING sbert_ivf (e vector_l2_ops);\n";
my $drop = 'DROP INDEX IF EXISTS again';
my @phases = ('sampling table', 'training lists', 'assigning rows to lists', 'writing rows', 'writing lists', 'measuring searches');

ivf_create($node, 12000);

# ---- processes and memory ----------------------------------------------------------------------------------------------

for my $workers (0, 2, 4)
{
    my ($seen, $error) = ivf_at_phase($node, 'none', 'workers', with_workers($workers) . $create);
    is($error, '', "built with $workers workers");
    cmp_ok($seen, $workers == 0 ? '==' : '>', 0, "$seen workers took part");
    sql("DROP INDEX items_e; ALTER INDEX again RENAME TO items_e");
    $node->stop('immediate');
    $node->start;
    ivf_whole($node, "$workers workers, and a crash at once");
    is(sql(q{SELECT rows FROM sbert.index_stats('items_e')}), '12000', "$workers workers: every row once");
}
for my $workers (0, 2)
{
    sql(with_workers($workers) . "SET maintenance_work_mem = '1MB'; REINDEX INDEX items_e");
    is(sql(q{SELECT rows, lists > 1 FROM sbert.index_stats('items_e')}), '12000|t', "1 MB, $workers workers");
    ivf_whole($node, "1 MB, $workers workers");
}
sql("SET maintenance_work_mem = '1MB'; DELETE FROM items WHERE id % 9 = 0; VACUUM items; $ivf_insert(1, 12000) i WHERE i % 9 = 0");
ivf_whole($node, 'vacuum and inserts with 1 MB');

# ---- crashes ---------------------------------------------------------------------------------------------------------

my @crashes = (map({ [ $_, 0, 'create' ] } @phases), [ 'training lists', 2, 'reindex' ], [ 'assigning rows to lists', 2, 'create' ],
    [ 'assigning rows to lists', 4, 'reindex' ], [ 'writing lists', 4, 'create' ], [ 'assigning rows to lists', 0, 'concurrently' ]);
for my $crash (@crashes)
{
    my ($phase, $workers, $how) = @$crash;
    my $name = "crash in $how, $phase, $workers workers";
    my $before = sql(q{SELECT pg_relation_filepath('items_e')});
    (my $build = $create) =~ s/INDEX/INDEX CONCURRENTLY/ if $how eq 'concurrently';
    $build = $how eq 'reindex' ? 'REINDEX INDEX items_e' : $build // $create;
    my ($caught) = ivf_at_phase($node, $phase, 'crash', with_workers($workers) . $build, $drop);
    is($caught, 0, "$name: it was in this phase");
    is(sql($left_over), $how eq 'concurrently' ? 'again' : '', "$name: what is left");
    is(sql(q{SELECT pg_relation_filepath('items_e')}), $before, "$name: the old file is in use");
    is(sql($whole), '', "$name: and whole");
}
is(sql(q{SELECT indisvalid FROM pg_index WHERE indexrelid = 'again'::regclass}), 'f', 'the index of the concurrent build is not valid');
unlike(sql('SET enable_seqscan = off; EXPLAIN SELECT id FROM items ORDER BY e <-> vec(1) LIMIT 3'), qr/again/, 'and not used');
sql('REINDEX INDEX CONCURRENTLY again');
is(sql(q{SELECT indisvalid FROM pg_index WHERE indexrelid = 'again'::regclass}), 't', 'until it is made anew');
sql('DROP INDEX items_e; ALTER INDEX again RENAME TO items_e');
ivf_whole($node, 'after all crashes');

# ---- cancels ---------------------------------------------------------------------------------------------------------

sub cancelled
{
    my ($name, $took, $error) = @_;
    like($error, qr/canceling statement due to/, "$name: cancelled");
    cmp_ok($took, '<', 200, "$name: $took ms of work after it");
}

for my $case (map({ [ $_, 0 ] } @phases), [ 'assigning rows to lists', 2 ], [ 'measuring searches', 4 ])
{
    my ($phase, $workers) = @$case;
    my ($took, $error) = ivf_at_phase($node, $phase, 'cancel', with_workers($workers) . $create, $drop);
    cancelled("$phase, $workers workers", $took, $error);
    is(sql($left_over), '', "$phase, $workers workers: nothing is left");
}
sql(with_workers(2) . "$drop; $create DROP INDEX items_e; ALTER INDEX again RENAME TO items_e; ALTER TABLE items RESET (parallel_workers)");
ivf_whole($node, 'after all cancels of builds');
is(sql(q{SELECT count(*) FROM pg_locks WHERE locktype = 'page'}), '0', 'no lock is left');

for my $phase ('vacuuming indexes', 'cleaning up indexes')
{
    sql('DELETE FROM items WHERE id % 5 = ' . length($phase) % 5);
    my ($took, $error) = ivf_at_phase($node, $phase, 'cancel', 'SET vacuum_cost_delay = 1; SET vacuum_cost_limit = 100; VACUUM items',
        'DELETE FROM items WHERE random() < 0.2');
    cancelled($phase, $took, $error);
    is(sql($whole), '', "$phase: whole");
    is(sql(q{SELECT count(*) FROM pg_locks WHERE locktype = 'page'}), '0', "$phase: no lock is left");
}
# by parallel workers, each an index
sql(q{CREATE INDEX second ON items USING sbert_ivf (e vector_cosine_ops); DELETE FROM items WHERE id % 3 = 0});
sql('SET min_parallel_index_scan_size = 0; VACUUM (PARALLEL 2) items');
is(sql(q{SELECT rows, dead_rows FROM sbert.index_stats('items_e')}), sql(q{SELECT count(*), 0 FROM items}), 'vacuum in parallel');
is(sql(q{SELECT count(*) FROM sbert.index_verify('second')}), '0', 'the other index is whole');
ivf_whole($node, 'vacuum in parallel');

# The statement is run under a timeout: what the server computes beyond it; -1000 where it ended before.
sql($cpu_ms);
sql(q{CREATE FUNCTION lateness(work text, ms float8) RETURNS float8 LANGUAGE plpgsql AS $$
    DECLARE
        started float8 := cpu_ms(pg_backend_pid());
    BEGIN
        EXECUTE work;
        RETURN -1000;
    EXCEPTION WHEN query_canceled THEN
        RETURN greatest(0, cpu_ms(pg_backend_pid()) - started - ms);
    END $$});
sub lateness
{
    my ($work, $ms, $settings) = @_;
    return sql(($settings // '') . "SET statement_timeout = $ms; SELECT lateness(\$work\$$work\$work\$, $ms)");
}

# an insert that trains the index
sql(q{
    CREATE TABLE wide (e vector(384)) WITH (autovacuum_enabled = off);
    CREATE TABLE source AS SELECT i, (SELECT array_agg(sin(i * j) + cos(i % 50 * j * 1.3)) FROM generate_series(1, 384) j)::real[]::vector(384) AS e
        FROM generate_series(1, 4500) i;
    CREATE INDEX wide_e ON wide USING sbert_ivf (e vector_cosine_ops);
    INSERT INTO wide SELECT e FROM source WHERE i <= 4090});
my ($stopped, $longest) = (0, 0);
for my $ms (8, 15, 25, 40, 60, 80)
{
    my $late = lateness('INSERT INTO wide SELECT e FROM source WHERE i BETWEEN 4091 AND 4130', $ms);
    $stopped++ if $late != -1000;
    $longest = $late if $late > $longest;
    is(sql(q{SELECT count(*) FROM sbert.index_verify('wide_e')}), '0', "an insert, stopped after $ms ms: whole");
}
cmp_ok($stopped, '>=', 2, "$stopped inserts were stopped on their way");
cmp_ok($longest, '<', 200, "at most $longest ms late");
sql('INSERT INTO wide SELECT e FROM source WHERE i > 4130');
is(sql(q{SELECT lists > 1 FROM sbert.index_stats('wide_e')}), 't', 'the training is done by the next one');
is(sql(q{SELECT count(*) FROM sbert.index_verify('wide_e')}), '0', 'whole');

# scans whose filter keeps nothing
my $scans = 'SELECT count(*) FROM generate_series(1, 1000000) q, LATERAL (SELECT id FROM items WHERE id < 0 ORDER BY e <-> %s LIMIT 5) s';
for my $settings ('', q{SET work_mem = '64kB';}, 'SET sbert.target_recall = 1;')
{
    for my $ms (30, 300)
    {
        my $late = lateness(sprintf($scans, 'vec(q)'), $ms, "SET enable_seqscan = off; SET enable_sort = off; $settings");
        cmp_ok($late, '>', -1000, "scans with a filter, $settings: stopped");
        cmp_ok($late, '<', 200, "scans with a filter, $settings: $late ms late");
    }
}
is(sql(q{SELECT count(*) FROM pg_locks WHERE locktype = 'page'}), '0', 'no lock is left');
ivf_whole($node, 'at the end');

done_testing();
