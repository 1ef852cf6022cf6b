# A crash in the middle of inserts, training, splits, vacuum or a build leaves an sbert_ivf index whole.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IPC::Run ();
use IvfTable;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "checkpoint_timeout = 30s\nautovacuum = off\nmaintenance_work_mem = 16MB\n");
$node->start;
ivf_create($node, 10);

# Runs a statement, over and over, until the server goes away.
sub keep_running
{
    my ($sql, $clients) = @_;
    my $file = $node->basedir . '/' . (0 + @{[ glob($node->basedir . '/*.sql') ]}) . '.sql';
    append_to_file($file, $sql);
    return IPC::Run::start([ 'pgbench', '-n', '-c', $clients, '-T', 60, '-f', $file, $node->connstr('postgres') ],
        '>', '/dev/null', '2>', '/dev/null');
}

sub crash_after
{
    my ($seconds, @runs) = @_;
    select(undef, undef, undef, $seconds);
    $node->stop('immediate');
    $_->finish for @runs;
    $node->start;
}

my $insert = q{\set i random(1, 1000000)
INSERT INTO items SELECT i, vec(i) FROM generate_series(:i, :i + 20) i;
};
my $delete = q{\set i random(0, 6)
DELETE FROM items WHERE id % 7 = :i AND random() < 0.3;
};
my $vacuum = "VACUUM items;\n";

# from an empty index through the first training
crash_after(1.5, keep_running($insert, 2));
ivf_whole($node, 'crash in inserts');
my $trained = 0;
for my $round (1 .. 20)
{
    crash_after(0.7 + 0.13 * $round, keep_running($insert, 3));
    is($node->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('items_e')}), '', "inserts, round $round: whole");
    $trained = $node->safe_psql('postgres', q{SELECT lists > 1 AND rows > 8000 FROM sbert.index_stats('items_e')}) eq 't';
    last if $trained;
}
ok($trained, 'the training happened on the way');
ivf_whole($node, 'crashes in inserts and splits');

for my $round (1 .. 4)
{
    crash_after(0.5 + 0.37 * $round, keep_running($insert, 2), keep_running($delete, 1), keep_running($vacuum, 1));
    ivf_whole($node, "crash in vacuum, round $round");
}
$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 3 = 0; VACUUM items');
ivf_whole($node, 'vacuum after the crashes');
is($node->safe_psql('postgres', q{SELECT dead_rows FROM sbert.index_stats('items_e')}), '0', 'nothing dead is left');

# a build
for my $after (0.1, 0.4, 1)
{
    my $build = IPC::Run::start(
        [ 'psql', '-X', '-d', $node->connstr('postgres'), '-c', 'CREATE INDEX again ON items USING sbert_ivf (e vector_l2_ops)' ],
        '>', '/dev/null', '2>', '/dev/null');
    crash_after($after, $build);
    $node->safe_psql('postgres', 'DROP INDEX IF EXISTS again');
}
ivf_whole($node, 'crash in another build');
$node->safe_psql('postgres', 'REINDEX INDEX items_e');
ivf_whole($node, 'REINDEX');

# unlogged: empty after a crash, and usable
$node->safe_psql('postgres', q{
    CREATE UNLOGGED TABLE lost (id int, e vector(24));
    CREATE INDEX lost_e ON lost USING sbert_ivf (e vector_l2_ops);
    INSERT INTO lost SELECT i, vec(i) FROM generate_series(1, 5000) i});
crash_after(0);
is($node->safe_psql('postgres', q{SELECT rows, lists FROM sbert.index_stats('lost_e')}), '0|1', 'an unlogged index is empty');
$node->safe_psql('postgres', 'INSERT INTO lost SELECT i, vec(i) FROM generate_series(1, 5000) i');
is($node->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('lost_e')}), '', 'and grows again');

# the first row of an index makes its origin, here of eight pages
for my $after (0.02, 0.06, 0.15)
{
    $node->safe_psql('postgres', 'CREATE TABLE wide (e vector(16000)); CREATE INDEX wide_e ON wide USING sbert_ivf (e vector_l2_ops)');
    my $rows = 'INSERT INTO wide SELECT array_fill(1000 + i / 64.0, ARRAY[16000])::real[]::vector FROM generate_series(1, 40) i';
    crash_after($after, IPC::Run::start([ 'psql', '-X', '-d', $node->connstr('postgres'), '-c', $rows ], '>', '/dev/null', '2>', '/dev/null'));
    is($node->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('wide_e')}), '', "a crash $after s into the first row: whole");
    $node->safe_psql('postgres', $rows);
    is($node->safe_psql('postgres', q{SET enable_seqscan = off; SET enable_sort = off;
        SELECT count(*) FROM (SELECT FROM wide ORDER BY e <-> array_fill(1000, ARRAY[16000])::real[]::vector LIMIT 100) s}), $node->safe_psql('postgres', 'SELECT count(*) FROM wide'), 'and usable');
    $node->safe_psql('postgres', 'DROP TABLE wide');
}

# two-phase commit and rollback
$node->safe_psql('postgres', "BEGIN; $ivf_insert(2000001, 2000050) i; ROLLBACK");
ivf_whole($node, 'rollback');

done_testing();
