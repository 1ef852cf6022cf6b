# An index that a planner's hook only supposes to be there has no storage: plans are made without opening it, and none uses it.
# HypoPG itself refuses access methods that it does not know, so a module of this test does what it does: an index of the
# catalog becomes a hypothetical one, whose OID nothing has.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IvfTable;

my $folder = PostgreSQL::Test::Utils::tempdir_short;
my $source = q{
#include "postgres.h"
#include "fmgr.h"
#include "optimizer/plancat.h"
#include "utils/lsyscache.h"

PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);

#define NO_INDEX ((Oid) 4000000000u)

static void suppose(PlannerInfo *root, Oid table, bool inherited, RelOptInfo *rel)
{
    ListCell *cell;
    foreach (cell, rel->indexlist)
    {
        IndexOptInfo *index = lfirst(cell);
        const char *name = get_rel_name(index->indexoid);
        if (name == NULL || strstr(name, "supposed") == NULL)
            continue;
        index->indexoid = NO_INDEX;
        index->hypothetical = true;
    }
}

void _PG_init(void) { get_relation_info_hook = suppose; }
};
open(my $file, '>', "$folder/supposed.c") or die "supposed.c: $!";
print $file $source;
close $file;
chomp(my $headers = `pg_config --includedir-server`);
plan skip_all => 'no C compiler' if system('cc --version > /dev/null 2>&1') != 0;
plan skip_all => 'no headers of the server' unless -e "$headers/postgres.h";
command_ok([ 'cc', '-w', '-shared', '-fPIC', "-I$headers", '-o', "$folder/supposed.so", "$folder/supposed.c" ], 'the module');

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off\n");
$node->start;
ivf_create($node, 5000);
$node->safe_psql('postgres', q{
    CREATE INDEX items_supposed ON items USING sbert_ivf (e vector_cosine_ops);
    CREATE TABLE others AS TABLE items;
    CREATE INDEX others_supposed ON others USING sbert_ivf (e vector_l2_ops);
    ANALYZE items, others});

# What the planner says and what the statement gives, with the module and without.
my $load = "LOAD '$folder/supposed.so';";
sub ask { return $node->safe_psql('postgres', $_[0]); }

my $by_l2 = 'SELECT id FROM others ORDER BY e <-> vec(7) LIMIT 5';
my $by_cosine = 'SELECT id FROM items ORDER BY e <=> vec(7) LIMIT 5';
my %statement = (
    'a LIMIT' => $by_l2,
    'no LIMIT' => 'SELECT id FROM others ORDER BY e <-> vec(7)',
    'no order' => 'SELECT count(*) FROM others WHERE e IS NOT NULL',
    'a filter' => 'SELECT id FROM others WHERE id % 10 = 3 ORDER BY e <-> vec(7) LIMIT 5',
    'a join' => 'SELECT count(*) FROM items i, LATERAL (SELECT id FROM others o ORDER BY o.e <-> i.e LIMIT 1) s WHERE i.id <= 3',
    'an index beside it' => $by_cosine,
);
for my $settings ('', 'SET enable_seqscan = off; SET enable_sort = off; ')
{
    for my $name (sort keys %statement)
    {
        my ($code, $out, $error) = $node->psql('postgres', "$load $settings EXPLAIN $statement{$name}");
        is($error, '', "$settings$name: planned");
        unlike($out, qr/sbert_ivf|supposed|Index Scan/, "$settings$name: without an index that is not there");
    }
}
like(ask("SET enable_seqscan = off; EXPLAIN $by_l2"), qr/others_supposed/, 'without the module it is used');
is(ask("$load $by_l2"), ask("SET enable_indexscan = off; $by_l2"), 'the rows are right');
like(ask("$load SET enable_seqscan = off; EXPLAIN SELECT id FROM items ORDER BY e <-> vec(7) LIMIT 5"),
    qr/Custom Scan \(sbert_ivf\).*Index: items_e\b/s, 'an index that is there is used, beside one that is not');

done_testing();
