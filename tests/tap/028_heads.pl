# Models with heads: cancel takes effect at once, a budget ends the scoring of documents and not the query, and the memory of a pass
# is bounded as in embed(). What counts is what a backend still computes (003_cancel.pl).
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use CpuTime;
use TinyModel;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
my $models = PostgreSQL::Test::Utils::tempdir();
sub install
{
    my ($name, $head, %option) = @_;
    TinyModel::make_head("$models/$name", $head, %option);
    my @splade = $head eq 'sparse' ? ('--head', 'splade') : ();
    system_or_bail($ENV{SBERT_COMMAND}, 'import', "$models/$name", '--name', $name, '--out', "$models/$name.sbert", @splade);
}
install($_, $_) for 'sequence', 'tokens', 'sparse';
install("words$_", 'sparse', words => $_) for 17000, 60000;
$node->append_conf('postgresql.conf', "sbert.model_path = '$models'\nsbert.truncation = silent\n");
$node->start;
$node->safe_psql('postgres', "CREATE EXTENSION sbert; $cpu_ms
    CREATE TABLE documents AS SELECT i, repeat('a cat and a dog ', 25 + i % 10) AS body FROM generate_series(1, 20000) i");

my $all = '(SELECT array_agg(body ORDER BY i) AS bodies FROM documents) s';
my %work = (
    'rerank' => "SELECT count(*) FROM $all, sbert.rerank('a cat', bodies, 'sequence')",
    'rerank with a budget' => "SELECT count(*) FROM $all, sbert.rerank('a cat', bodies, 'sequence', budget => '1 hour')",
    'rerank_score' => "SELECT sum(sbert.rerank_score('a cat', body, 'sequence')) FROM documents",
    'predict' => "SELECT count(*) FROM $all, sbert.predict(bodies, 'sequence')",
    'predict_pair' => "SELECT count(*) FROM $all, sbert.predict_pair(bodies, bodies, 'sequence')",
    'entities of one text' => "SELECT count(*) FROM (SELECT repeat('a cat and a dog ', 500000) AS body OFFSET 0) s, sbert.entities(body, 'tokens')",
    'entities of many' => "SELECT count(*) FROM $all, sbert.entities(bodies, 'tokens')",
    'tag' => "SELECT sbert.tag(array_fill('cat'::text, ARRAY[1000000]), 'tokens')",
    'embed_sparse' => "SELECT embed_sparse(bodies, 'sparse') FROM $all",
);

ends_in_time($node, %work);

# A sparse vector may have more dimensions than a dense one, but no more elements than its type takes
is($node->safe_psql('postgres', q{SELECT split_part(embed_sparse('', 'words17000')::text, '/', 2)}), '17000', 'a model of many words');
for my $call (q{embed_sparse('a cat', 'words60000')}, q{embed_sparse(ARRAY['a cat'], 'words60000')})
{
    my ($code, $out, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT $call");
    like($error, qr/54000: sparsevec cannot have more than 16000 non-zero elements/, "$call is refused");
}
my ($code, $out, $error) = $node->psql('postgres', q{SELECT embed('a cat', 'words17000')});
like($error, qr/model "words17000" gives sparse vectors, not dense vectors/, 'embed() refuses it for what it is');

# A budget: all documents come back, the first of them with a score, and the rest in their order
my ($rows, $scored, $front, $in_order) = split /\|/, $node->safe_psql('postgres', qq{
    SELECT count(*), count(score), max(ordinal) FILTER (WHERE score IS NOT NULL) = count(score),
        bool_and(ordinal = place) FILTER (WHERE score IS NULL)
    FROM $all, sbert.rerank('a cat', bodies, 'sequence', budget => '200 ms') WITH ORDINALITY r (ordinal, score, place)});
is($rows, 20000, 'a row for each document');
cmp_ok($scored, '>', 0, 'the first pass runs');
cmp_ok($scored, '<', 20000, 'the rest has no score');
is("$front $in_order", 't t', 'scored from the front, the rest as it was given');

# The scratch of many texts is that of a pass, and is freed by DISCARD ALL
my $session = $node->background_psql('postgres');
my $pid = $session->query_safe('SELECT pg_backend_pid()');
sub resident
{
    my ($kilobytes) = slurp_file("/proc/$pid/status") =~ /^RssAnon:\s+(\d+) kB/m;
    return $kilobytes;
}
my $some = '(SELECT array_agg(body ORDER BY i) AS bodies FROM documents WHERE i <= 600) s';
$session->query_safe("SELECT count(*) FROM $some, sbert.rerank('a cat', bodies[1:2], 'sequence'), sbert.entities(bodies[1:2], 'tokens'),
    unnest(embed_sparse(bodies[1:2], 'sparse'))");
my $before = resident();
$session->query_safe("SELECT count(*) FROM $some, sbert.rerank('a cat', bodies, 'sequence')");
$session->query_safe("SELECT count(*) FROM $some, sbert.entities(bodies, 'tokens')");
$session->query_safe("SELECT count(*) FROM $some, unnest(embed_sparse(bodies, 'sparse'))");
cmp_ok(resident() - $before, '<', 40 * 1024, 'three models keep at most 8 MB each');
$session->query_safe('DISCARD ALL');
$session->quit;

# Errors leave nothing behind: the same call a thousand times
my $errors = $node->safe_psql('postgres', q{
    CREATE FUNCTION pg_temp.errors(n int) RETURNS bigint LANGUAGE plpgsql AS $$
    BEGIN
        FOR i IN 1..n LOOP
            BEGIN
                PERFORM sbert.entities('a cat', 'tokens', 'best');
            EXCEPTION WHEN invalid_parameter_value THEN
            END;
            BEGIN
                PERFORM embed_sparse('a cat', 'tokens');
            EXCEPTION WHEN wrong_object_type THEN
            END;
        END LOOP;
        RETURN (SELECT sum(used_bytes) FROM pg_backend_memory_contexts WHERE name IN ('TopMemoryContext', 'CacheMemoryContext'));
    END $$;
    SELECT pg_temp.errors(10) AS before \gset
    SELECT pg_temp.errors(1000) - :before < 100000;
});
is($errors, 't', 'errors leak nothing');

done_testing();
