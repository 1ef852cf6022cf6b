# A training among others: it is seen while it runs, serves interrupts that end nothing, ends at once when it is cancelled
# and leaves nothing, keeps to maintenance_work_mem, and two of one name do not cross.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);
use CpuTime;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off\nmaintenance_work_mem = 16MB\nrestart_after_crash = on\nshared_preload_libraries = sbert\n");
$node->start;

sub sql { return $node->safe_psql('postgres', $_[0]); }

# Rows whose labels nothing tells: a fit goes on for long.
sql(q{
    CREATE EXTENSION sbert;
    CREATE ROLE stranger;
    CREATE DATABASE other;
    CREATE TABLE noise AS SELECT 'label ' || i % 40 AS label,
        (SELECT array_agg(sin(i * (d + 0.5) * 1.7) ORDER BY d) FROM generate_series(1, 256) d)::vector AS e FROM generate_series(1, 19000) i});
my $train = q{SELECT * FROM sbert.train_classifier('learned', 'SELECT e, label FROM noise', '{"penalties": [1e-8, 1e-9], "max_iterations": 1000000}')};

# Starts the training in a session of its own; returns it with its process, once it fits.
sub start_training
{
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    my $pid = $session->query_safe('SELECT pg_backend_pid()');
    $session->{stdin} .= "$train;\n";
    $session->{run}->pump_nb;
    $node->poll_query_until('postgres', "SELECT phase = 'choosing the penalty' AND (progress->>'iterations')::int > 2 FROM sbert.activity WHERE pid = $pid")
        or die 'no training is seen';
    return ($session, $pid);
}

my ($session, $pid) = start_training();
is(sql("SELECT datname, role, command, phase, started < now(), progress - 'loss' - 'iterations', (progress->>'loss')::float8 > 0 FROM sbert.activity WHERE pid = $pid"),
    'postgres|pgsbert|train_classifier|choosing the penalty|t|{"rows_read": 19000, "folds_done": 0, "folds_total": 5, "rows_skipped": 0, "penalties_done": 0, "penalties_total": 2}|t'
    =~ s/pgsbert/sql('SELECT current_user')/er, 'how far it is');
is(sql("SELECT count(*) FROM pg_stat_progress_copy"), '0', 'not among the commands of the server');
is(sql("SET ROLE stranger; SELECT count(*), count(command), count(progress) FROM sbert.activity"), '1|0|0', 'not for strangers');
is(sql("GRANT pg_read_all_stats TO stranger; SET ROLE stranger; SELECT count(progress) FROM sbert.activity"), '1', '... but those who may read statistics');
is($node->safe_psql('other', q{CREATE EXTENSION sbert; SELECT datname, relation IS NULL, command FROM sbert.activity}), 'postgres|t|train_classifier',
    'from another database');

my ($kilobytes) = slurp_file("/proc/$pid/status") =~ /^RssAnon:\s+(\d+) kB/m;
cmp_ok($kilobytes, '<', 16 * 1024 + 14 * 1024, 'private memory: maintenance_work_mem and what a backend has anyway');
note("private memory: $kilobytes kB");
cmp_ok(sql('SELECT coalesce(sum(size), 0) FROM pg_ls_tmpdir()'), '>', 5_000_000, 'its rows lie in a temporary file');

# DROP DATABASE waits for every backend to serve a barrier.
sql('DROP DATABASE other');
is(sql("SELECT count(*) FROM sbert.activity WHERE pid = $pid"), '1', 'a barrier is served meanwhile, and ended nothing');

# A second one of the same name waits for the first.
my $second = $node->background_psql('postgres', on_error_stop => 0);
my $second_pid = $second->query_safe('SELECT pg_backend_pid()');
$second->{stdin} .= "SELECT * FROM sbert.train_classifier('learned', 'SELECT e, label FROM noise LIMIT 100');\n\\echo done\n";
$second->{run}->pump_nb;
$node->poll_query_until('postgres', "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $second_pid")
    or die 'the second does not wait';

# Cancels: how many milliseconds the session computes until it is idle again.
sub cancel
{
    my ($victim) = @_;
    my $before = cpu_ms($victim);
    sql("SELECT pg_cancel_backend($victim)");
    while (sql("SELECT state FROM pg_stat_activity WHERE pid = $victim") ne 'idle') { sleep(0.002); }
    return cpu_ms($victim) - $before;
}
my $late = cancel($pid);
note("cancelled after $late ms");
cmp_ok($late, '<', 200, 'a cancel ends it');
$second->{run}->pump until $second->{stdout} =~ /done/;
like($second->{stdout}, qr/^1\|100\|0\|40/m, 'the second goes on when the first is gone');
is(sql('SELECT count(*) FROM pg_ls_tmpdir()'), '0', 'no temporary file is left');
is(sql('SELECT count(*), max(rows) FROM sbert.classifiers()'), '1|100', 'nothing half-written');
is(sql('SELECT count(*) FROM sbert.activity'), '0', 'nothing is shown any more');
$session->quit;

# Embedding is shown as well, once it takes longer than a second.
$session = $node->background_psql('postgres', on_error_stop => 0);
is($session->query_safe(q{SELECT count(embed('text ' || i, 'all-MiniLM-L6-v2-int8')) FROM generate_series(1, 3) i;
    SELECT count(*) FROM sbert.activity}), "3\n0", 'short work is not shown');
$session->{stdin} .= "CREATE TABLE vectors AS SELECT embed('text ' || i) AS e FROM generate_series(1, 10000000) i;\n";
$session->{run}->pump_nb;
ok($node->poll_query_until('postgres',
    "SELECT (progress->>'texts')::int > 1 AND (progress->>'tokens')::int > 4 FROM sbert.activity WHERE command = 'embed'"),
    'embedding is shown');
is(sql('SELECT relation IS NULL, phase, count(pg_cancel_backend(pid)) FROM sbert.activity GROUP BY 1, 2'), 't||1', 'as what it is');
ok($node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM sbert.activity'), 'until it ends');
$session->quit;

# A killed session: the server comes back without it.
($session, $pid) = (undef, undef);
sql(q{DROP TABLE learned});
($session, $pid) = start_training();
kill('KILL', $pid);
$node->poll_query_until('postgres', 'SELECT true') or die 'no server';
is(sql('SELECT count(*) FROM sbert.classifiers()'), '0', 'a crash leaves nothing');
is(sql('SELECT count(*) FROM sbert.activity'), '0', '... and shows nothing');
is(sql('SELECT count(*) FROM pg_ls_tmpdir()'), '0', 'nor a temporary file');
# Without shared memory the session itself is told; from 17 on there always is some.
$node->append_conf('postgresql.conf', 'shared_preload_libraries = \'\'');
$node->restart;
my ($seen, $said, $notice) = $node->psql('postgres', 'SELECT count(*) FROM sbert.activity');
if ($node->pg_version < 17)
{
    like($notice, qr/no shared memory.*shared_preload_libraries/s, 'the view says why it is empty');
    ($seen, $said, $notice) = $node->psql('postgres', "SET statement_timeout = '25s'; $train");
    like($notice, qr/NOTICE:  train_classifier: .*rows_read 19000/, 'a long training says how far it is');
}
else
{
    is($notice, '', 'nothing to say');
}
$node->stop;
done_testing();
