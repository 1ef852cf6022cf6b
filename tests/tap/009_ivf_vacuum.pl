# Vacuum of an sbert_ivf index: what it frees is used again, it can be cancelled and goes on next time, and it takes
# inserts, splits and the rule of searches in its stride.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IvfTable;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nmaintenance_work_mem = 16MB\n");
$node->start;
ivf_create($node, 20000);

sub stat_of { return $node->safe_psql('postgres', "SELECT $_[0] FROM sbert.index_stats('items_e')"); }
my $bytes = stat_of('bytes');

# rounds of deleting and inserting do not make it grow
for my $round (1 .. 4)
{
    $node->safe_psql('postgres', 'DELETE FROM items WHERE id % 2 = ' . $round % 2 . '; VACUUM items');
    ivf_whole($node, "deleted, round $round") if $round == 1;
    cmp_ok(stat_of('fill'), '>', 0.55, "chains are packed, round $round");
    $node->safe_psql('postgres', "$ivf_insert(1, 20000) i WHERE i % 2 = " . $round % 2);
}
ivf_whole($node, 'rounds');
cmp_ok(stat_of('bytes'), '<', 1.25 * $bytes, 'space is used again');

# everything goes, everything comes back
$node->safe_psql('postgres', 'DELETE FROM items; VACUUM items');
is(stat_of('rows, dead_rows'), '0|0', 'empty');
ivf_whole($node, 'empty');
$node->safe_psql('postgres', "$ivf_insert(1, 20000) i");
ivf_whole($node, 'filled again');
cmp_ok(stat_of('bytes'), '<', 1.35 * $bytes, 'and no larger');

# cancelled again and again, slow by its cost delay, it comes to its end
$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 3 = 0');
my $cancelled = 0;
for my $timeout (5, 20, 60, 150, 400)
{
    my ($code, $out, $error) = $node->psql('postgres', "SET vacuum_cost_delay = 5; SET vacuum_cost_limit = 100;
        SET statement_timeout = $timeout; SET client_min_messages = error; VACUUM items");
    $cancelled++ if $error =~ /canceling/;
    is($node->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('items_e')}), '', "cancelled after $timeout ms: whole");
}
cmp_ok($cancelled, '>', 2, 'vacuum was cancelled');
$node->safe_psql('postgres', 'VACUUM items');
is(stat_of('dead_rows'), '0', 'the next one goes on');
ivf_whole($node, 'cancelled and done');

# a statement that waits for nothing while vacuum is slow
my $slow = $node->background_psql('postgres');
$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 5 = 0');
$slow->query_until(qr//, "SET vacuum_cost_delay = 10; SET vacuum_cost_limit = 1; VACUUM items;\n");
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_progress_vacuum});
$node->safe_psql('postgres', "SET statement_timeout = '${PostgreSQL::Test::Utils::timeout_default}s'; $ivf_insert(50001, 50400) i");
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_progress_vacuum});
eval { $slow->quit };
$node->safe_psql('postgres', 'VACUUM items');
ivf_whole($node, 'inserts while vacuum runs');

# the counts that the planner sees
$node->safe_psql('postgres', 'VACUUM ANALYZE items');
is($node->safe_psql('postgres', q{SELECT reltuples::bigint = (SELECT count(*) FROM items) FROM pg_class WHERE relname = 'items_e'}),
    't', 'reltuples');

done_testing();
