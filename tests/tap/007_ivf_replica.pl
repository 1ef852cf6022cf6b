# A replica of an sbert_ivf index has the same pages after inserts, training, splits, deletes and vacuum, answers the
# same, and prepared transactions survive a restart.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IvfTable;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf',
    "wal_consistency_checking = 'generic'\nautovacuum = off\nmax_prepared_transactions = 5\nmaintenance_work_mem = 16MB\n"
        . "wal_keep_size = 4GB\n"); # a replica on a busy machine is far behind
$primary->start;
$primary->backup('copy');
my $replica = PostgreSQL::Test::Cluster->new('replica');
$replica->init_from_backup($primary, 'copy', has_streaming => 1);
$replica->start;

# The replica verifies itself and finds the rows of the primary. A difference between a page and its
# WAL record would have ended it.
sub same
{
    my ($name) = @_;
    $primary->wait_for_catchup($replica, 'replay', $primary->lsn('insert'));
    is($replica->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('items_e')}), '', "$name: whole");
    is(ivf_rows($replica, 'index'), ivf_rows($primary, 'table'), "$name: every row is found");
    my $query = q{SET enable_seqscan = off; SET sbert.target_recall = 0.9;
        SELECT q, (SELECT array_agg(id) FROM (SELECT id FROM items ORDER BY e <-> vec(q), id LIMIT 10) s)
        FROM generate_series(1, 20) q};
    is($replica->safe_psql('postgres', $query), $primary->safe_psql('postgres', $query), "$name: the same answers");
}

ivf_create($primary, 100);
same('a build of few rows');
$primary->safe_psql('postgres', "$ivf_insert(101, 3000) i");
same('inserts');
$primary->safe_psql('postgres', "$ivf_insert(3001, 12000) i");
cmp_ok($replica->safe_psql('postgres', q{SELECT lists FROM sbert.index_stats('items_e')}), '>', 64, 'training and splits');
same('training and splits');
$primary->safe_psql('postgres', 'DELETE FROM items WHERE id % 3 > 0; VACUUM items');
same('vacuum');
$primary->safe_psql('postgres', "UPDATE items SET e = vec(id + 1); $ivf_insert(12001, 15000) i");
same('updates');
$primary->safe_psql('postgres', 'VACUUM items');
same('vacuum again');
$primary->safe_psql('postgres', 'REINDEX INDEX items_e');
same('REINDEX');
$primary->safe_psql('postgres', 'TRUNCATE items');
$primary->safe_psql('postgres', "$ivf_insert(1, 500) i");
same('TRUNCATE');

$primary->safe_psql('postgres', "BEGIN; $ivf_insert(20001, 20500) i; PREPARE TRANSACTION 'kept'");
$primary->safe_psql('postgres', "BEGIN; $ivf_insert(30001, 30500) i; PREPARE TRANSACTION 'dropped'");
$primary->restart;
$primary->safe_psql('postgres', "COMMIT PREPARED 'kept'; ROLLBACK PREPARED 'dropped'");
same('prepared transactions');

$replica->promote;
$replica->safe_psql('postgres', "$ivf_insert(40001, 40500) i");
ivf_whole($replica, 'promoted');

done_testing();
