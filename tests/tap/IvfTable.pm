# A table `items` with an sbert_ivf index `items_e`, small vectors in clusters, and the questions that the tests of the
# index ask: is it whole, and does it give back every row of the table.
package IvfTable;
use strict;
use warnings;
use Exporter 'import';
use Test::More;

our @EXPORT = qw(ivf_create ivf_whole ivf_rows $ivf_insert);

# vec(seed): 24 elements around one of 40 centres.
my $functions = q{
    CREATE FUNCTION vec(seed bigint) RETURNS vector(24) LANGUAGE sql IMMUTABLE AS $$
        SELECT array_agg(sin((seed % 40) * (i + 1) * 1.7)
                         + 0.3 * sin(seed * 0.618 * (i + 3) + i * i))::vector(24)
        FROM generate_series(1, 24) i
    $$;
};

our $ivf_insert = 'INSERT INTO items (id, e) SELECT i, vec(i) FROM generate_series';

sub ivf_create
{
    my ($node, $rows, $opclass) = @_;
    $opclass //= 'vector_l2_ops';
    $node->safe_psql('postgres', qq{
        CREATE EXTENSION IF NOT EXISTS sbert;
        $functions
        CREATE TABLE items (id bigint, e vector(24)) WITH (autovacuum_enabled = off);
        $ivf_insert(1, $rows) i;
        CREATE INDEX items_e ON items USING sbert_ivf (e $opclass);
    });
}

# All ids that a scan of the index finds, one line; the scan goes on until nothing is left.
sub ivf_rows
{
    my ($node, $how) = @_;
    my $settings = $how eq 'index' ? 'SET enable_seqscan = off; SET enable_sort = off'
                                   : 'SET enable_indexscan = off';
    return $node->safe_psql('postgres', qq{
        $settings;
        SELECT count(*), md5(string_agg(id::text, ',' ORDER BY id))
        FROM (SELECT id FROM items ORDER BY e <-> vec(7) LIMIT 10000000) s;
    });
}

# The index is whole, and finds what the table has.
sub ivf_whole
{
    my ($node, $name) = @_;
    is($node->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('items_e') LIMIT 20}), '', "$name: whole");
    is(ivf_rows($node, 'index'), ivf_rows($node, 'table'), "$name: every row is found");
    is($node->safe_psql('postgres', q{
        SET enable_seqscan = off; SET sbert.target_recall = 1;
        CREATE TEMP TABLE a AS SELECT q, (SELECT array_agg(d) FROM (SELECT (e <-> vec(q)) AS d FROM items
            ORDER BY e <-> vec(q) LIMIT 10) s) FROM generate_series(1, 20) q;
        SET enable_seqscan = on; SET enable_indexscan = off;
        CREATE TEMP TABLE b AS SELECT q, (SELECT array_agg(d) FROM (SELECT (e <-> vec(q)) AS d FROM items
            ORDER BY e <-> vec(q) LIMIT 10) s) FROM generate_series(1, 20) q;
        SELECT count(*) FROM ((TABLE a EXCEPT TABLE b) UNION ALL (TABLE b EXCEPT TABLE a)) s}),
        '0', "$name: the nearest rows, as an exact scan has them");
}

1;
