# Cancel and statement_timeout end whatever the encoder is doing; nothing is lost or leaked. How soon, 100 ms on a quiet
# machine, is noted: a busy one may take any time.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION sbert');

# A text is made once and read again and again, so that the timeout always falls into the reading.
sub long_text
{
    my ($text) = @_;
    return "SELECT count(sbert.explain(t)) FROM (SELECT $text AS t OFFSET 0) s, generate_series(1, 1000)";
}

my %work = (
    'a long array' => q{SELECT embed(array_agg('text ' || i || repeat(' and more of it', 20))) FROM generate_series(1, 20000) i},
    'many rows' => q{SELECT count(embed('text ' || i || repeat(' and more of it', 20))) FROM generate_series(1, 20000) i},
    'one word of 100 MB' => long_text(q{repeat('x', 100000000)}),
    '100 MB of words' => long_text(q{repeat('some words ', 9000000)}),
    '100 MB of combining marks' => long_text(q{repeat(chr(769) || chr(803), 25000000)}),
    '100 MB of Chinese' => long_text(q{repeat('东京', 16000000)}),
);

# How long the server takes beyond its timeout, by its own clock; -1 where the work ended before it.
for my $name (sort keys %work)
{
    my $late = $node->safe_psql('postgres', qq{
        CREATE FUNCTION pg_temp.lateness() RETURNS float8 LANGUAGE plpgsql AS \$\$
        DECLARE started timestamptz := clock_timestamp();
        BEGIN
            EXECUTE \$work\$$work{$name}\$work\$;
            RETURN -1;
        EXCEPTION WHEN query_canceled THEN
            RETURN extract(epoch FROM clock_timestamp() - started) * 1000 - 1500;
        END \$\$;
        SET statement_timeout = 1500;
        SELECT pg_temp.lateness();
    });
    cmp_ok($late, '!=', -1, "$name: the timeout came first");
    note("$name: $late ms late");
}

# pg_cancel_backend() and pg_terminate_backend() while an array is encoded
for my $function ('pg_cancel_backend', 'pg_terminate_backend')
{
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    my $pid = $session->query_safe('SELECT pg_backend_pid()');
    $session->query_until(qr//, $work{'a long array'} . ";\n");
    $node->poll_query_until('postgres', "SELECT state = 'active' FROM pg_stat_activity WHERE pid = $pid");
    select(undef, undef, undef, 0.5);
    $node->safe_psql('postgres', "SELECT $function($pid)");
    ok($node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid AND state = 'active'"),
        "$function is obeyed");
    $session->quit if $function eq 'pg_cancel_backend';
}
is($node->safe_psql('postgres', q{SELECT vector_dims(embed('still there'))}), '384', 'the server lives on');

done_testing();
