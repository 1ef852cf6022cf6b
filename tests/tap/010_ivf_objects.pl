# An sbert_ivf index on every kind of table and through every command that makes it anew: prepared transactions and a
# crash, TRUNCATE, partitions, partial and expression indexes, unlogged and temporary tables, rewrites, tablespaces, dump
# and restore; and scans that are started again and again take no memory.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IvfTable;
use TinyModel;

my $node = PostgreSQL::Test::Cluster->new('main');
my $models = PostgreSQL::Test::Utils::tempdir;
$node->init;
$node->append_conf('postgresql.conf', "wal_level = replica\nautovacuum = off\njit = off\nmax_prepared_transactions = 5\nmaintenance_work_mem = 16MB\n"
    . "sbert.model_path = '$models'\n");
$node->start;

sub sql { return $node->safe_psql('postgres', $_[0]); }
sub crash { $node->stop('immediate'); $node->start; }

# The answers to 20 questions by index scans, which the plan must show, against those of exact scans. `from` is the query,
# asked.e (asked.e8 with 8 elements) what it asks for.
sub same_answers
{
    my ($name, $from, $index) = @_;
    my $ask = "SELECT q, (SELECT array_agg(d) FROM (SELECT $from) s) FROM asked";
    my $by_index = 'SET enable_seqscan = off; SET enable_sort = off; SET sbert.target_recall = 1;';
    like(sql("$by_index EXPLAIN (COSTS OFF) $ask"), qr/Custom Scan \(sbert_ivf\).*Index: $index\b/s, "$name: the index is used");
    is(sql("$by_index $ask"), sql("SET enable_indexscan = off; $ask"), "$name: the rows of an exact scan");
}

# ---- transactions ----------------------------------------------------------------------------------------------------

srand(1);
TinyModel::make("$models/tiny");
command_ok([ $ENV{SBERT_COMMAND}, 'import', "$models/tiny", '--name', 'tiny', '--out', "$models/tiny.sbert" ], 'a tiny model');
ivf_create($node, 3900);
sql(q{CREATE TABLE asked AS SELECT q, vec(q) AS e, embed(repeat('dog ', 1 + q % 7) || repeat('cat ', q % 3), 'tiny') AS e8 FROM generate_series(1, 20) q});
sql("BEGIN; $ivf_insert(10001, 10500) i; PREPARE TRANSACTION 'kept'"); # the index trains itself on the way
sql("BEGIN; $ivf_insert(20001, 20500) i; PREPARE TRANSACTION 'dropped'");
sql("BEGIN; DELETE FROM items WHERE id <= 500; PREPARE TRANSACTION 'not deleted'");
crash();
is(sql(q{SELECT lists > 1 FROM sbert.index_stats('items_e')}), 't', 'trained by a transaction that is prepared');
is(ivf_rows($node, 'index'), ivf_rows($node, 'table'), 'prepared: nothing of it is seen');
sql('VACUUM items');
sql(q{COMMIT PREPARED 'kept'});
sql(q{ROLLBACK PREPARED 'dropped'});
sql(q{ROLLBACK PREPARED 'not deleted'});
is(sql('SELECT count(*) FROM items'), '4400', 'prepared: the rows');
ivf_whole($node, 'prepared transactions');
is(sql(q{SET enable_seqscan = off; SET sbert.target_recall = 1;
    SELECT count(*) FROM generate_series(10001, 10500) q,
        LATERAL (SELECT id FROM items ORDER BY e <-> vec(q) LIMIT 1) s WHERE id = q}), '500', 'COMMIT PREPARED: each is found');
sql('VACUUM items');
is(sql(q{SELECT rows FROM sbert.index_stats('items_e')}), '4400', 'ROLLBACK PREPARED: none is left');

sql("BEGIN; TRUNCATE items; $ivf_insert(1, 50) i; ROLLBACK");
ivf_whole($node, 'TRUNCATE rolled back');
sql("BEGIN; TRUNCATE items; $ivf_insert(1, 300) i; COMMIT");
is(sql(q{SELECT rows, lists FROM sbert.index_stats('items_e')}), '300|1', 'TRUNCATE');
ivf_whole($node, 'TRUNCATE');
crash();
ivf_whole($node, 'TRUNCATE and a crash');

# ---- the index made anew ---------------------------------------------------------------------------------------------

sql("$ivf_insert(301, 8000) i; CREATE INDEX by_id ON items (id)");
my $space = PostgreSQL::Test::Utils::tempdir_short;
sql("CREATE TABLESPACE elsewhere LOCATION '$space'");
for my $command (
    'REINDEX INDEX items_e',
    'REINDEX TABLE items',
    'VACUUM FULL items',
    'CLUSTER items USING by_id',
    'ALTER TABLE items ALTER COLUMN id TYPE numeric',
    'ALTER TABLE items SET TABLESPACE elsewhere',
    'ALTER INDEX items_e SET TABLESPACE elsewhere',
    'ALTER INDEX items_e SET (rerank_bits = 4); REINDEX INDEX items_e')
{
    sql('DELETE FROM items WHERE random() < 0.05');
    sql("$ivf_insert(1, 200) i");
    sql($_) for split(/; /, $command);
    ivf_whole($node, $command);
    sql("$ivf_insert(30001, 30100) i");
    is(ivf_rows($node, 'index'), ivf_rows($node, 'table'), "$command: and it goes on");
}
sql('ALTER INDEX items_e RESET (rerank_bits); ALTER TABLE items ALTER COLUMN id TYPE bigint');
crash();
ivf_whole($node, 'a crash after all of them');

# target_recall counts at once, in sessions that know the index already too. 20 questions together: of a single one, 0.999
# may look into no more lists than 0.5, whose bound on distances is another.
my $session = $node->background_psql('postgres');
$session->query_safe('SET enable_seqscan = off');
sub lists_seen
{
    my $lists = 0;
    for my $q (1 .. 20)
    {
        $session->query_safe("SELECT count(*) FROM (SELECT id FROM items ORDER BY e <-> vec($q) LIMIT 10) s");
        $lists += $session->query_safe('SELECT probes FROM sbert.last_scan()');
    }
    return $lists;
}
sql('ALTER INDEX items_e SET (target_recall = 0.5)');
my $few = lists_seen();
sql('ALTER INDEX items_e SET (target_recall = 0.999)');
my $many = lists_seen();
note("lists: $few, $many");
cmp_ok($many, '>', $few, 'ALTER INDEX SET (target_recall) counts at once');
sql('ALTER INDEX items_e RESET (target_recall)');
$session->quit;

# ---- other tables and indexes ----------------------------------------------------------------------------------------

sql(q{
    CREATE TABLE parts (id int, e vector(24)) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (1000);
    CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (1000) TO (5000);
    CREATE INDEX parts_e ON parts USING sbert_ivf (e vector_l2_ops);
    CREATE TABLE parts_3 PARTITION OF parts DEFAULT;
    INSERT INTO parts SELECT i, vec(i) FROM generate_series(1, 3000) i;
    CREATE TABLE parts_4 (id int, e vector(24));
    INSERT INTO parts_4 SELECT i, vec(i) FROM generate_series(5000, 5999) i;
    ALTER TABLE parts ATTACH PARTITION parts_4 FOR VALUES FROM (5000) TO (6000);
    ANALYZE parts});
my $merged = 'p.e <-> asked.e AS d FROM parts p ORDER BY p.e <-> asked.e LIMIT 25';
same_answers('partitions', $merged, 'parts_1_e_idx');
my $found = sql("SET enable_seqscan = off; SET enable_sort = off; EXPLAIN (COSTS OFF) SELECT (SELECT d FROM (SELECT $merged) s LIMIT 1) FROM asked");
is(scalar(() = $found =~ /Merge Append|Index: parts_\d_e_idx/g), 5, 'a Merge Append of four scans by index');
sql('ALTER TABLE parts DETACH PARTITION parts_2');
same_answers('a partition detached', $merged, 'parts_1_e_idx');
is(sql(q{SELECT count(*) FROM sbert.index_verify('parts_2_e_idx')}), '0', 'its index is whole');

sql('CREATE INDEX partial ON items USING sbert_ivf (e vector_l2_ops) WHERE id % 10 = 3; UPDATE items SET id = id + 1');
same_answers('partial', 'i.e <-> asked.e AS d FROM items i WHERE id % 10 = 3 ORDER BY i.e <-> asked.e LIMIT 10', 'partial');
is(sql(q{VACUUM items; SELECT rows = (SELECT count(*) FROM items WHERE id % 10 = 3) FROM sbert.index_stats('partial')}), 't',
    'a partial index has its rows');
unlike(sql("SET enable_seqscan = off; EXPLAIN SELECT id FROM items ORDER BY e <-> vec(1) LIMIT 3"), qr/Index: partial/,
    'a partial index serves no other rows');

# an expression: computed for the query and the rows that go out, not for each candidate
sql(q{
    CREATE SEQUENCE calls;
    CREATE FUNCTION meaning(body text) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS
        'BEGIN PERFORM nextval(''public.calls''); RETURN public.vec(hashtext(body) % 100000); END';
    CREATE FUNCTION words(i int) RETURNS text LANGUAGE sql AS
        $$SELECT string_agg((ARRAY['a', 'cat', 'dog'])[i / (3 ^ n)::int % 3 + 1], ' ' ORDER BY n) FROM generate_series(0, 6) n$$;
    CREATE TABLE docs (id int, body text);
    INSERT INTO docs SELECT i, words(i) FROM generate_series(1, 1000) i;
    CREATE INDEX docs_meaning ON docs USING sbert_ivf ((meaning(body)::vector(24)) vector_l2_ops);
    INSERT INTO docs SELECT i, words(i) FROM generate_series(1001, 1200) i});
same_answers('expression',
    'meaning(body)::vector(24) <-> asked.e AS d FROM docs ORDER BY meaning(body)::vector(24) <-> asked.e LIMIT 10', 'docs_meaning');
my $calls = sql('SELECT last_value FROM calls');
sql(q{SET enable_seqscan = off; SELECT id FROM docs ORDER BY meaning(body)::vector(24) <-> vec(3) LIMIT 10});
cmp_ok(sql('SELECT last_value FROM calls') - $calls, '<=', 11, 'expression: not computed for the candidates');
is(sql(q{SELECT count(*) FROM sbert.index_verify('docs_meaning')}), '0', 'expression: whole');

sql(q{CREATE INDEX docs_embed ON docs USING sbert_ivf ((embed(body, 'tiny')::vector(8)) vector_cosine_ops);
    INSERT INTO docs SELECT i, words(i) FROM generate_series(1201, 1300) i; ANALYZE docs});
same_answers('embed()', q{embed(body, 'tiny')::vector(8) <=> asked.e8 AS d FROM docs
    ORDER BY embed(body, 'tiny')::vector(8) <=> asked.e8 LIMIT 10}, 'docs_embed');

sql(q{
    CREATE UNLOGGED TABLE lost (id int, e vector(24));
    CREATE INDEX lost_e ON lost USING sbert_ivf (e vector_l2_ops) WITH (rerank_bits = 4, target_recall = 0.9);
    INSERT INTO lost SELECT i, vec(i) FROM generate_series(1, 5000) i});
my $lost = 'l.e <-> asked.e AS d FROM lost l ORDER BY l.e <-> asked.e LIMIT 10';
same_answers('unlogged', $lost, 'lost_e');
for my $round (1, 2)
{
    crash();
    is(sql(q{SELECT rows, lists, target_recall FROM sbert.index_stats('lost_e')}), '0|1|0.9', "unlogged, crash $round: empty");
    is(sql('SET enable_seqscan = off; SELECT count(*) FROM (SELECT id FROM lost ORDER BY e <-> vec(1)) s'), '0', 'and says so');
    sql('INSERT INTO lost SELECT i, vec(i) FROM generate_series(1, 4500) i');
    same_answers("unlogged, crash $round, filled again", $lost, 'lost_e');
    is(sql(q{SELECT count(*) FROM sbert.index_verify('lost_e')}), '0', 'whole');
}
sql('ALTER TABLE lost SET LOGGED');
crash();
same_answers('SET LOGGED and a crash', $lost, 'lost_e');

is(sql(q{
    CREATE TEMP TABLE own (id int, e vector(24)) ON COMMIT DELETE ROWS;
    CREATE INDEX own_e ON own USING sbert_ivf (e vector_l2_ops);
    SET enable_seqscan = off; SET sbert.target_recall = 1;
    BEGIN;
    INSERT INTO own SELECT i, vec(i) FROM generate_series(1, 5000) i;
    SAVEPOINT a;
    INSERT INTO own SELECT i, vec(i) FROM generate_series(5001, 6000) i;
    ROLLBACK TO a;
    SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM own ORDER BY e <-> vec(77) LIMIT 1) s;
    SELECT count(*) FROM (SELECT id FROM own ORDER BY e <-> vec(77)) s;
    SELECT count(*) FROM sbert.index_verify('own_e');
    COMMIT;
    INSERT INTO own VALUES (1, vec(1));
    SELECT rows, lists FROM sbert.index_stats('own_e');
    SELECT count(*) FROM sbert.index_verify('own_e')}), "{77}\n5000\n0\n0|1\n0", 'a temporary table');

# ---- dump and restore ------------------------------------------------------------------------------------------------

sql(q{CREATE DATABASE source});
$node->safe_psql('source', q{
    CREATE EXTENSION sbert;
    CREATE TABLE points (id int, e vector(3));
    INSERT INTO points SELECT i, ARRAY[sin(i), cos(i), i % 11]::real[]::vector FROM generate_series(1, 5000) i;
    CREATE INDEX points_cosine ON points USING sbert_ivf (e) WITH (target_recall = 0.9, rerank_bits = 4);
    CREATE INDEX points_l2 ON points USING sbert_ivf (e vector_l2_ops) WITH (target_recall = '0.97') WHERE id > 10;
    CREATE INDEX points_ip ON points USING sbert_ivf ((subvector(e, 1, 2)::vector(2)) vector_ip_ops)});
command_ok([ 'pg_dump', '-Fc', '-f', "$models/dump", $node->connstr('source') ], 'pg_dump');
sql('CREATE DATABASE target');
command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('target'), "$models/dump" ], 'pg_restore');
my $definitions = q{SELECT indexdef FROM pg_indexes WHERE tablename = 'points' ORDER BY 1};
is($node->safe_psql('target', $definitions), $node->safe_psql('source', $definitions), 'the definitions of the indexes');
like($node->safe_psql('target', $definitions), qr/sbert_ivf \(e\) WITH \(target_recall='?0.9'?, rerank_bits='?4'?\)/, 'with their options');
for my $index (qw(points_cosine points_l2 points_ip))
{
    my $stats = "SELECT rows, target_recall, row_bytes FROM sbert.index_stats('$index')";
    is($node->safe_psql('target', $stats), $node->safe_psql('source', $stats), "$index is as it was");
    is($node->safe_psql('target', "SELECT count(*) FROM sbert.index_verify('$index')"), '0', "$index is whole");
}

# ---- scans that are started again and again ----------------------------------------------------------------------------

sql(q{
    CREATE TABLE few AS SELECT i AS id, vec(i)::vector(24) AS e FROM generate_series(1, 500) i;
    CREATE INDEX few_e ON few USING sbert_ivf (e vector_l2_ops);
    ANALYZE few;
    CREATE FUNCTION rescan(n int, how text, OUT answers bigint, OUT right_ones bigint, OUT scans bigint, OUT kb int)
    LANGUAGE plpgsql AS $$
    DECLARE
        r record;
    BEGIN
        scans := -pg_stat_get_xact_numscans('few_e'::regclass);
        answers := 0;
        right_ones := 0;
        FOR r IN EXECUTE format('SELECT q.id AS asked, s.id AS found
            FROM (SELECT q.* FROM generate_series(1, %s) g, few q OFFSET 0) q, LATERAL (%s) s', n / 500, how) LOOP
            answers := answers + 1;
            right_ones := right_ones + (r.asked = r.found)::int;
        END LOOP;
        scans := scans + pg_stat_get_xact_numscans('few_e'::regclass);
        kb := substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+)');
    END $$});

# Two runs in one session; the second may not make its process larger.
sub rescans
{
    my ($name, $settings, $first, $second, $how, $expected) = @_;
    my @runs = map { [ split /\|/ ] } split /\n/, sql("SET enable_seqscan = off; SET enable_sort = off; SET enable_material = off;
        SET enable_memoize = off; $settings; SELECT * FROM rescan($first, '$how'); SELECT * FROM rescan($second, '$how')");
    is("@{ $runs[1] }[0, 1, 2]", "$second $expected $second", "$name: $second rescans give the right rows");
    my $more = $runs[1][3] - $runs[0][3];
    cmp_ok($more, '<', 1024, "$name: they take no more memory ($more kB)");
}
rescans('the nearest', '', 1000, 100000, 'SELECT p.id FROM few p ORDER BY p.e <-> q.e LIMIT 1', 100000);
# each to the end of the index, in one round and list by list
my $to_the_end = 'SELECT max(id) AS id FROM (SELECT p.id FROM few p WHERE p.id <> 500 ORDER BY p.e <-> q.e OFFSET 0) t';
rescans('to the end', q{SET work_mem = '4MB'}, 500, 1500, $to_the_end, 3);
rescans('list by list', q{SET work_mem = '64kB'}, 500, 1500, $to_the_end, 3);

done_testing();
