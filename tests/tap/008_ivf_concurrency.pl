# Inserts, updates, deletes, scans and vacuum of an sbert_ivf index at the same time, from an empty index through its
# training; CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY meanwhile. Afterwards the index is whole.
#
# IVF_SECONDS: how long (default 20).
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IPC::Run ();
use IvfTable;

my $seconds = $ENV{IVF_SECONDS} || 20;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nmaintenance_work_mem = 16MB\n");
$node->start;
ivf_create($node, 10);
# Rows that nobody touches: every scan must find them.
$node->safe_psql('postgres', 'CREATE TABLE kept AS SELECT i AS id FROM generate_series(-300, -1) i;
    INSERT INTO items SELECT id, vec(-id) FROM kept');

my %work = (
    insert => q{\set i random(1, 100000)
INSERT INTO items SELECT i, vec(i) FROM generate_series(:i, :i + 9) i;
},
    update => q{\set i random(1, 100000)
UPDATE items SET e = vec(id + 1) WHERE id = :i;
},
    delete => q{\set i random(0, 96)
DELETE FROM items WHERE id > 0 AND id % 97 = :i AND random() < 0.5;
},
    # a division by zero where a row is missing
    scan => q{\set i random(1, 300)
SET enable_seqscan = off;
SET sbert.target_recall = 1;
SELECT 1 / count(*) FROM (SELECT id, e <-> vec(:i) AS d FROM items ORDER BY e <-> vec(:i) LIMIT 40) s WHERE d = 0;
},
    sweep => q{SET enable_seqscan = off;
SELECT 1 / (count(*) = 300)::int FROM (SELECT id FROM items WHERE id < 0 ORDER BY e <-> vec(3) LIMIT 300) s;
},
    vacuum => "VACUUM items;\n\\sleep 300 ms\n",
);
my %clients = (insert => 3, update => 1, delete => 1, scan => 2, sweep => 1, vacuum => 1);

my (%runs, %out, %errors);
for my $name (sort keys %work)
{
    my $file = $node->basedir . "/$name.sql";
    append_to_file($file, $work{$name});
    $runs{$name} = IPC::Run::start(
        [ 'pgbench', '-n', '-c', $clients{$name}, '-j', 1, '-T', $seconds, '-f', $file, $node->connstr('postgres') ],
        '>', \$out{$name}, '2>', \$errors{$name});
}
select(undef, undef, undef, $seconds / 3);
$node->safe_psql('postgres', 'CREATE INDEX CONCURRENTLY second ON items USING sbert_ivf (e vector_l2_ops)');
select(undef, undef, undef, $seconds / 6);
$node->safe_psql('postgres', 'REINDEX INDEX CONCURRENTLY items_e');
for my $name (sort keys %runs)
{
    ok($runs{$name}->finish, "$name ended well");
    is(join("\n", grep { /error|abort|fatal/i } split(/\n/, $errors{$name} // '')), '', "$name went on");
    like($out{$name}, qr/number of transactions actually processed: [1-9]/, "$name did something");
    like($out{$name}, qr/number of failed transactions: 0 /, "$name failed in nothing");
}
# How many rows are left is chance; with so many more each index is trained and split, unless a lock was left behind.
$node->safe_psql('postgres', "$ivf_insert(200001, 209000) i");
for my $index ('items_e', 'second')
{
    cmp_ok($node->safe_psql('postgres', "SELECT lists FROM sbert.index_stats('$index')"), '>', 64, "$index grew");
}
is($node->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('second') LIMIT 20}), '', 'the second index is whole');
ivf_whole($node, 'after all of it');
$node->safe_psql('postgres', 'DROP INDEX items_e; ALTER INDEX second RENAME TO items_e');
ivf_whole($node, 'built concurrently');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_locks WHERE locktype = 'page'}), '0', 'no lock is left');

done_testing();
