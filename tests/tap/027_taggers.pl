# A training of a tagger among others: it is seen while it runs, ends at once when it is cancelled in each of its phases and leaves
# nothing, keeps its rows in a temporary file; and a tagger comes back from a dump and works on a replica.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);
use CpuTime;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off\nmaintenance_work_mem = 16MB\nshared_preload_libraries = sbert\n");
$node->start;

sub sql { return $node->safe_psql('postgres', $_[0]); }

sql(q{
    CREATE EXTENSION sbert;
    CREATE TABLE rows AS
        SELECT i AS id, ARRAY['The', 'word', 'w' || i % 97, 'stands', 'before', 'v' || i % 89, 'and', 'x' || i] AS tokens,
            ARRAY['O', 'O', CASE WHEN i % 3 = 0 THEN 'B-A' ELSE 'O' END, 'O', 'O', CASE WHEN i % 2 = 0 THEN 'B-B' ELSE 'O' END, 'O', 'O'] AS tags
        FROM generate_series(1, 3000) i});

# Starts a training in a session of its own; returns it with its process, once it is in that phase.
sub start_training
{
    my ($rows, $options, $phase) = @_;
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    my $pid = $session->query_safe('SELECT pg_backend_pid()');
    $session->{stdin} .= "SELECT * FROM sbert.train_tagger('learned', 'SELECT tokens, tags FROM $rows', options => '$options');\n";
    $session->{run}->pump_nb;
    $node->poll_query_until('postgres', "SELECT phase LIKE '$phase%' FROM sbert.activity WHERE pid = $pid") or die "never $phase";
    return ($session, $pid);
}

# Cancels: how many milliseconds the session computes until it is idle again.
sub cancel
{
    my ($victim) = @_;
    my $before = cpu_ms($victim);
    sql("SELECT pg_cancel_backend($victim)");
    while (sql("SELECT state FROM pg_stat_activity WHERE pid = $victim") ne 'idle') { sleep(0.002); }
    return cpu_ms($victim) - $before;
}

foreach my $case (['reading rows', '(SELECT r.* FROM rows r, generate_series(1, 10000)) r'], ['encoding', 'rows'],
    ['learning the mix', 'rows'], ['fitting without', 'rows'], ['fitting all rows', '(SELECT * FROM rows LIMIT 100) r'])
{
    my ($phase, $rows) = @$case;
    my $holdout = $phase eq 'fitting all rows' ? 0 : 0.1;
    my ($session, $pid) = start_training($rows, "{\"epochs\": 1000, \"holdout\": $holdout}", $phase);
    if ($phase eq 'fitting without')
    {
        is(sql("SELECT command, progress - 'loss' - 'epochs_done' FROM sbert.activity WHERE pid = $pid"),
            'train_tagger|{"rows_read": 3000, "epochs_total": 1000, "rows_encoded": 3000, "rows_skipped": 0}', 'how far it is');
        cmp_ok(sql('SELECT coalesce(sum(size), 0) FROM pg_ls_tmpdir()'), '>', 5_000_000, 'its rows lie in a temporary file');
    }
    my $late = cancel($pid);
    note("$phase: cancelled after $late ms");
    cmp_ok($late, '<', 200, "a cancel ends it: $phase");
    $session->quit;
}
is(sql('SELECT count(*) FROM pg_ls_tmpdir()'), '0', 'no temporary file is left');
is(sql(q{SELECT to_regclass('learned') IS NULL}), 't', 'nothing half-written');
is(sql('SELECT count(*) FROM sbert.activity'), '0', 'nothing is shown any more');

# Tagging and finding are cancelled too.
sql(q{SELECT sbert.train_tagger('small', 'SELECT tokens, tags FROM rows WHERE id <= 100', options => '{"epochs": 5, "holdout": 0}')});
foreach my $statement (q{SELECT count(*) FROM sbert.entities(repeat('Words stand in a row, one after another. ', 100000), 'small'::regclass)},
    q{SELECT count(sbert.tag(tokens, 'small'::regclass)) FROM rows, generate_series(1, 100)},
    q{SELECT count(*) FROM sbert.tagger_report('small', 'SELECT tokens, tags FROM rows')})
{
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    my $pid = $session->query_safe('SELECT pg_backend_pid()');
    $session->{stdin} .= "$statement;\n";
    $session->{run}->pump_nb;
    $node->poll_query_until('postgres', "SELECT state = 'active' AND now() - query_start > '0.3 s' FROM pg_stat_activity WHERE pid = $pid");
    my $late = cancel($pid);
    cmp_ok($late, '<', 200, "a cancel ends it: $statement");
    note("cancelled after $late ms");
    $session->quit;
}

# A dump, in a database of its own.
my $answer = q{SELECT sbert.tag('{The,word,w3,stands,before,v2,and,x9}', 'small'::regclass)};
my $expected = sql($answer);
my $file = PostgreSQL::Test::Utils::tempdir() . '/dump.sql';
$node->command_ok(['pg_dump', '-f', $file, 'postgres'], 'a dump');
sql('CREATE DATABASE restored');
$node->command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', $file], 'restored');
is($node->safe_psql('restored', $answer), $expected, 'the same answer');
is($node->safe_psql('restored', q{SELECT version, rows FROM sbert.update_tagger('small', 'SELECT tokens, tags FROM rows LIMIT 20') WHERE rows_of = 'new' AND version = 2}),
    '2|20', 'and it can go on');

# A replica.
$node->backup('copy');
my $replica = PostgreSQL::Test::Cluster->new('replica');
$replica->init_from_backup($node, 'copy', has_streaming => 1);
$replica->start;
is($replica->safe_psql('postgres', $answer), $expected, 'the same answer on a replica');
my ($code, $out, $error) = $replica->psql('postgres', q{SELECT sbert.train_tagger('other', 'SELECT tokens, tags FROM rows')});
like($error, qr/cannot execute .* in a read-only transaction|cannot execute .* during recovery/, 'no training there');

done_testing();
