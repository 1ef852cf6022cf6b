# An sbert_ivf index whose tablespace is full: inserts fail, VACUUM does not; it makes room for inserts, and what needs
# new pages is done by the next one that has them.
#
# SBERT_SMALL_DISK: an empty folder on a disk of 3 MB of its own (run.sh mounts one where it may).
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IvfTable;
use IO::Handle;

plan skip_all => 'no small disk (run.sh mounts one as root)' unless $ENV{SBERT_SMALL_DISK};

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nmaintenance_work_mem = 16MB\n");
$node->start;
ivf_create($node, 10);
$node->safe_psql('postgres', "CREATE TABLESPACE small LOCATION '$ENV{SBERT_SMALL_DISK}'");
$node->safe_psql('postgres', 'DROP INDEX items_e; CREATE INDEX items_e ON items USING sbert_ivf (e vector_l2_ops) TABLESPACE small;
    CREATE TABLE spare TABLESPACE small AS SELECT repeat(md5(i::text), 20) AS filler FROM generate_series(1, 500) i');

# SQLSTATE of an error; 'well' where there is none.
sub state_of
{
    my ($sql) = @_;
    my ($code, $out, $error) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$sql", on_error_stop => 1);
    return $error =~ /ERROR:  (\w{5})/ ? $1 : 'well';
}

# What VACUUM says of the index, at most DEBUG1.
sub vacuum
{
    my ($name) = @_;
    my ($code, $out, $error) = $node->psql('postgres', 'SET client_min_messages = debug1; VACUUM (FREEZE) items');
    is($code, 0, "$name: VACUUM ends well") or diag($error);
    ivf_whole($node, $name);
    return $error;
}

# ---- a list that is longer than what is free ---------------------------------------------------------------------------

# Takes all that is left of the disk.
sub fill_up
{
    my $file = "$ENV{SBERT_SMALL_DISK}/filler";
    open(my $filler, '>:raw', $file) or die "$file: $!";
    $filler->autoflush(1);
    1 while print $filler "\0" x 4096;
    close $filler;
    return $file;
}

my $filler;
$node->safe_psql('postgres', "$ivf_insert(11, 3000) i"); # fewer than are trained: one list
$filler = fill_up();
$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 2 = 0');
like(vacuum('one list, half deleted'), qr/no space left for packing/, 'it is left as it is');
is(state_of("$ivf_insert(1, 200) i"), 'well', 'rows that are gone make room');
unlink $filler;
unlike(vacuum('one list, space again'), qr/no space left/, 'it is packed');
cmp_ok($node->safe_psql('postgres', q{SELECT fill FROM sbert.index_stats('items_e')}), '>', 0.9, 'well');

# ---- many lists --------------------------------------------------------------------------------------------------------

my $state = 'well';
for (my $from = 3001; $state eq 'well' && $from < 200000; $from += 1000)
{
    $state = state_of("$ivf_insert($from, $from + 999) i");
}
is($state, '53100', 'an insert fails when the disk is full');
cmp_ok($node->safe_psql('postgres', q{SELECT lists FROM sbert.index_stats('items_e')}), '>', 64, 'there are many lists');
ivf_whole($node, 'full');
vacuum('full, of a failed insert');

my $age = 'SELECT age(relfrozenxid) < 10 FROM pg_class WHERE relname = \'items\'';
$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 2 = 0');
vacuum('half deleted');
is($node->safe_psql('postgres', $age), 't', 'relfrozenxid moves on');
is($node->safe_psql('postgres', q{SELECT dead_rows FROM sbert.index_stats('items_e')}), '0', 'the dead rows are out');
is(state_of("$ivf_insert(300001, 300200) i"), 'well', 'there is room for inserts');

# whole lists go: their blocks serve others
$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 40 < 20');
vacuum('half of the lists deleted');
cmp_ok($node->safe_psql('postgres', q{SELECT free_blocks FROM sbert.index_stats('items_e')}), '>', 0, 'blocks are given back');

# with space again, what was left is done
$node->safe_psql('postgres', 'DROP TABLE spare; CHECKPOINT');
unlike(vacuum('space again'), qr/no space left/, 'nothing is left undone');
cmp_ok($node->safe_psql('postgres', q{SELECT fill FROM sbert.index_stats('items_e')}), '>', 0.55, 'chains are packed');
is(state_of("$ivf_insert(400001, 402000) i"), 'well', 'inserts go on');
ivf_whole($node, 'at the end');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_locks WHERE locktype = 'page'}), '0', 'no lock is left');

$node->safe_psql('postgres', 'DROP TABLE items; DROP TABLESPACE small');
done_testing();
