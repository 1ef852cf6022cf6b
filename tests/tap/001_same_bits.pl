# A text's vector has the same bits in every backend, alone, in arrays of any length and order, in parallel workers, on a
# replica, and after a restart.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', "max_parallel_workers_per_gather = 2\nmin_parallel_table_scan_size = 0\n");
$primary->start;
$primary->safe_psql('postgres', q{
    CREATE EXTENSION sbert;
    CREATE TABLE texts (id int PRIMARY KEY, body text);
    INSERT INTO texts SELECT i, 'sentence ' || i || repeat(' with more words', i % 11) FROM generate_series(1, 400) i;
    CREATE TABLE alone AS SELECT id, embed(body) AS e FROM texts;
});

my $digest = q{SELECT md5(string_agg(encode(vector_send(e), 'hex'), ',' ORDER BY id))};
my $alone = $primary->safe_psql('postgres', "$digest FROM alone");

is($primary->safe_psql('postgres', "$digest FROM (SELECT id, embed(body) AS e FROM texts) s"),
    $alone, 'another backend');

for my $size (1, 7, 64, 65, 400)
{
    my $order = $size % 2 ? 'id' : 'id DESC';
    is($primary->safe_psql('postgres', qq{
        $digest FROM (SELECT unnest(ids) AS id, unnest(embed(texts)) AS e
                      FROM (SELECT array_agg(id ORDER BY $order) AS ids, array_agg(body ORDER BY $order) AS texts
                            FROM texts GROUP BY id / $size) g) s}),
        $alone, "arrays of $size, ordered by $order");
}

my $parallel = q{SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;};
my $query = "SELECT id, embed(body, 'all-MiniLM-L6-v2') AS e FROM texts";
like($primary->safe_psql('postgres', "$parallel EXPLAIN $query"), qr/Workers Planned: [12]/, 'a parallel plan');
is($primary->safe_psql('postgres', "$parallel $digest FROM ($query OFFSET 0) s"), $alone, 'parallel workers');

$primary->backup('copy');
my $replica = PostgreSQL::Test::Cluster->new('replica');
$replica->init_from_backup($primary, 'copy', has_streaming => 1);
$replica->start;
$primary->wait_for_catchup($replica);
is($replica->safe_psql('postgres', "$digest FROM (SELECT id, embed(body) AS e FROM texts) s"), $alone, 'a replica');

$primary->restart;
is($primary->safe_psql('postgres', "$digest FROM (SELECT id, embed(body) AS e FROM texts) s"), $alone, 'after a restart');

done_testing();
