# A LIMIT of hundreds of thousands of rows is answered at once when it is cancelled: what is sorted without a look at
# interrupts has a bound, whatever work_mem holds. Beyond it the server's own sort takes over, which looks.
#
# With SBERT_WHOLE in the environment (./run test --all) there are rows enough for a sort without that bound to be late.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes;
use CpuTime;

my $bound = 1 << 18; # kMostK (extension/ivf/rounds.cpp)
my $rows = exists $ENV{SBERT_WHOLE} ? 4_000_000 : 2 * $bound + 40_000;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off\nfsync = off\nwork_mem = 1GB\nmaintenance_work_mem = 256MB\n"
    . "enable_seqscan = off\nenable_sort = off\n");
$node->start;
$node->safe_psql('postgres', qq{
    CREATE EXTENSION sbert;
    CREATE TABLE many AS SELECT i AS id, ARRAY[sin(i)]::vector(1) AS e FROM generate_series(1, $rows) i;
    CREATE INDEX many_e ON many USING sbert_ivf (e vector_l2_ops);
    ANALYZE many});

sub query { return "SELECT id FROM many ORDER BY e <-> '[0.5]' LIMIT $_[0]"; }

# ---- which sort it is ------------------------------------------------------------------------------------------------

for my $case ([ $bound, 1 ], [ $bound + 1, 0 ], [ $rows / 2 - 100, 0 ])
{
    my ($limit, $searched) = @$case;
    my $plan = $node->safe_psql('postgres', 'EXPLAIN (ANALYZE, TIMING OFF) ' . query($limit));
    my ($probes) = $plan =~ /^ *Probes: (\d+)\n.*Rounds: 1\n/ms;
    is($probes > 0 ? 1 : 0, $searched, "LIMIT $limit of $rows: " . ($searched ? 'searched' : 'sorted by the server'));
}

# ---- cancels ---------------------------------------------------------------------------------------------------------

# What the server computes on after it is cancelled, when it has computed for `after` milliseconds; undefined where it was done
# before.
sub lateness
{
    my ($limit, $recall, $after) = @_;
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    my $pid = $session->query_safe('SELECT pg_backend_pid()');
    $session->query_safe("SET sbert.target_recall = $recall");
    my $begin = cpu_ms($pid);
    $session->query_until(qr//, 'SELECT count(*) FROM (' . query($limit) . ") s;\n");
    my $busy = sub { return $node->safe_psql('postgres', "SELECT state = 'active' FROM pg_stat_activity WHERE pid = $pid") eq 't' };
    $node->poll_query_until('postgres', "SELECT query LIKE 'SELECT count%' FROM pg_stat_activity WHERE pid = $pid");
    my $turns = 0;
    while (cpu_ms($pid) - $begin < $after)
    {
        Time::HiRes::sleep(0.002);
        last if ++$turns % 500 == 0 && !$busy->();
    }
    my $cancelled = cpu_ms($pid);
    kill 'INT', $pid;
    Time::HiRes::sleep(0.01) while $busy->();
    my $late = cpu_ms($pid) - $cancelled;
    $session->query('SELECT 1');
    my $stopped = $session->{stderr} =~ /canceling statement/;
    $session->quit;
    return $stopped ? $late : undef;
}

for my $case ([ $bound, 0 ], [ $bound, 1 ], [ $rows / 2 - 100, 0 ], [ $rows / 2 - 100, 1 ])
{
    my ($limit, $recall) = @$case;
    my $name = "LIMIT $limit" . ($recall ? ' at a target of 1' : '');
    my @late = grep { defined } map { lateness($limit, $recall, 100 * $_) } 1 .. 8;
    cmp_ok(scalar(@late), '>=', 2, "$name: cancelled " . @late . ' times');
    my ($most) = sort { $b <=> $a } @late;
    cmp_ok($most, '<', 200, "$name: $most ms of work after it");
}

done_testing();
