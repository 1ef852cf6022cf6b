# Cancel and statement_timeout take effect at once, whatever the encoder is doing; nothing is lost or leaked. What counts is what
# a backend still computes: on a quiet machine it is late by less than 100 ms.
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

ends_in_time($node, %work);

# pg_cancel_backend() and pg_terminate_backend() while an array is encoded
for my $function ('pg_cancel_backend', 'pg_terminate_backend')
{
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    my $pid = $session->query_safe('SELECT pg_backend_pid()');
    $session->query_until(qr//, $work{'a long array'} . ";\n");
    $node->poll_query_until('postgres', "SELECT state = 'active' FROM pg_stat_activity WHERE pid = $pid");
    select(undef, undef, undef, 0.5);
    my $start = my $now = cpu_ms($pid);
    $node->safe_psql('postgres', "SELECT $function($pid)");
    while ($node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid AND state = 'active'"))
    {
        $now = cpu_ms($pid) // $now;
    }
    cmp_ok($now - $start, '<', 200, "$function is obeyed");
    $session->quit if $function eq 'pg_cancel_backend';
}
is($node->safe_psql('postgres', q{SELECT vector_dims(embed('still there'))}), '384', 'the server lives on');

done_testing();
