# Chunks and sentences of large texts end soon after a cancel and take no memory that grows with the text, and places are
# right in databases of any encoding.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use CpuTime;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', "CREATE EXTENSION sbert; $cpu_ms");

# Each text is one of those that keep something busy: the tokenizer, ICU's rules, its dictionaries, white space.
my %texts = (
    'words' => q{repeat('some words ', 9000000)},
    'sentences' => q{repeat('A sentence. ', 8000000)},
    'one word' => q{repeat('x', 100000000)},
    'Chinese' => q{repeat('东京', 16000000)},
    'Thai' => q{repeat('ภาษา', 8000000)},
    'combining marks' => q{repeat(chr(769) || chr(803), 25000000)},
    'emoji' => q{repeat(chr(128104) || chr(8205), 14000000)},
    'white space' => q{repeat(E' \n', 50000000) || 'end'});

# What the server computes beyond a timeout that falls into the reading, which is done anew for each i; -1 where the work ended before it.
sub lateness
{
    my ($call, $text) = @_;
    return $node->safe_psql('postgres', qq{
        CREATE FUNCTION pg_temp.lateness() RETURNS float8 LANGUAGE plpgsql AS \$\$
        DECLARE started float8 := cpu_ms(pg_backend_pid()); n bigint;
        BEGIN
            SELECT count(*) INTO n FROM (SELECT $text AS text OFFSET 0) s, generate_series(1, 1000) i,
                LATERAL (SELECT CASE WHEN i > 0 THEN text END AS body OFFSET 0) b, LATERAL $call;
            RETURN -1;
        EXCEPTION WHEN query_canceled THEN
            RETURN greatest(0, cpu_ms(pg_backend_pid()) - started - 2000);
        END \$\$;
        SET statement_timeout = 2000;
        SELECT pg_temp.lateness();
    });
}
for my $call ('sbert.chunks(body)', q{sbert.chunks(body, by => 'word', overlap => 20)}, 'sbert.sentences(body)')
{
    for my $name (sort keys %texts)
    {
        my $late = lateness($call, $texts{$name});
        cmp_ok($late, '!=', -1, "$call of $name: the timeout came first");
        cmp_ok($late, '<', 100, "$call of $name: $late ms late");
    }
}

# The peak of a backend's memory beyond what the text and its copies take.
sub peak
{
    open(my $file, '<', "/proc/$_[0]/status") or die "status: $!";
    my ($kb) = map { /^VmHWM:\s+(\d+) kB/ ? $1 : () } <$file>;
    return $kb;
}
my $session = $node->background_psql('postgres');
my $pid = $session->query_safe('SELECT pg_backend_pid()');
$session->query_safe(q{CREATE TABLE large AS SELECT repeat('A sentence of some words. ', 4000000) AS body});
# What the text itself takes, twice, and the first use of the model and of ICU.
$session->query_safe('SELECT length(body || body) FROM large; SELECT count(*) FROM sbert.chunks(repeat($$A sentence. $$, 100000))');
my $before = peak($pid);
is($session->query_safe('SELECT count(*) > 80000, max(tokens) FROM large, sbert.chunks(body)'), 't|254', 'chunks of 100 MB');
is($session->query_safe('SELECT count(*) FROM large, sbert.sentences(body)'), '4000000', 'its sentences');
cmp_ok(peak($pid) - $before, '<', 32 * 1024, 'take no memory that grows with it');
$session->quit;

# Places are characters of the database's encoding: for one where a character is two of Unicode's, and one of bytes.
my %encodings = (
    'LATIN1' => ["café à. Très bon.", 'LATIN1'],
    'EUC_JIS_2004' => ["か\xe3\x82\x9aき\xe3\x82\x9a。か\xe3\x82\x9aく。", 'UTF8'],
    'SQL_ASCII' => ["café à. Très bon.", 'SQL_ASCII']);
for my $encoding (sort keys %encodings)
{
    my ($text, $client) = @{ $encodings{$encoding} };
    my $database = 'in_' . lc($encoding);
    $client = 'UTF8' if $client eq 'LATIN1';
    $node->safe_psql('postgres', "CREATE DATABASE $database ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
    $node->safe_psql($database, 'CREATE EXTENSION sbert');
    for my $call ('sbert.sentences(t)', 'sbert.chunks(t, tokens => 7)', 'sbert.chunks(t, tokens => 6, overlap => 3)')
    {
        is($node->safe_psql($database, "SET client_encoding = $client; SELECT count(*) > 1, "
                . "bool_and(body = substr(t, start_char, end_char - start_char + 1)) FROM (SELECT '$text'::text AS t) s, $call"),
            't|t', "places of $call in a database in $encoding");
    }
}
my ($code, $out, $invalid) = $node->psql('in_sql_ascii', "\\set VERBOSITY verbose\nSELECT sbert.chunks(E'a\\xff\\xfeb')");
like($invalid, qr/ERROR:  22021/, 'bytes that are not UTF-8 are refused');

done_testing();
