# The smallest shared_buffers there can be, and twelve clients: searches, inserts and VACUUM find a buffer for every page.
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
ivf_create($node, 10);
# wide rows, that nearly every row of a search lies on a page of its own
$node->safe_psql('postgres', q{
    CREATE TABLE wide (id bigint, e vector(400));
    CREATE FUNCTION wide(seed bigint) RETURNS vector(400) LANGUAGE sql IMMUTABLE AS
        'SELECT array_agg(sin(seed * 0.618 * (i + 3) + i * i))::vector(400) FROM generate_series(1, 400) i';
    INSERT INTO wide SELECT i, wide(i) FROM generate_series(1, 1500) i;
    CREATE INDEX wide_e ON wide USING sbert_ivf (e vector_l2_ops)});
$node->append_conf('postgresql.conf', 'shared_buffers = 128kB');
$node->restart;

my %work = (
    searches => q{\set q random(1, 5000)
SET enable_seqscan = off;
SELECT id FROM wide ORDER BY e <-> wide(:q) LIMIT 10;
},
    inserts => q{\set i random(10000, 20000)
INSERT INTO wide SELECT :i, wide(:i);
},
);
my %clients = (searches => 12, inserts => 2);
for my $name (sort { $b cmp $a } keys %work)
{
    my $file = $node->basedir . "/$name.sql";
    append_to_file($file, $work{$name});
    my ($out, $error) = ('', '');
    ok(IPC::Run::run([ 'pgbench', '-n', '-c', $clients{$name}, '-j', 1, '-t', 40, '-f', $file, $node->connstr('postgres') ],
        '>', \$out, '2>', \$error), "$name: pgbench ends well");
    is(join("\n", grep { /error|abort|fatal/i } split(/\n/, $error)), '', "$name: no error");
    my $all = 40 * $clients{$name};
    like($out, qr/transactions actually processed: $all\/$all\b/, "$name: all done");
}
$node->safe_psql('postgres', 'DELETE FROM wide WHERE id % 3 = 0; VACUUM wide');
is($node->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('wide_e')}), '', 'whole');
is($node->safe_psql('postgres', q{SET enable_seqscan = off; SELECT count(*) FROM (SELECT id FROM wide ORDER BY e <-> wide(3) LIMIT 100000) s}),
    $node->safe_psql('postgres', 'SELECT count(*) FROM wide'), 'every row is found');

done_testing();
