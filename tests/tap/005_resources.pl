# Threads, memory and errors: a preloaded postmaster and an embedding backend have one thread each, errors leak nothing,
# running out of memory is an error and not a crash, and weights are shared.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'sbert'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION sbert');

sub tasks { my @tasks = glob("/proc/$_[0]/task/*"); return scalar @tasks; }

# Sums a field of /proc/PID/smaps_rollup, in kB.
sub memory
{
    my ($pid, @fields) = @_;
    my $sum = 0;
    open(my $file, '<', "/proc/$pid/smaps_rollup") or die "smaps_rollup: $!";
    while (<$file>)
    {
        for my $field (@fields) { $sum += $1 if /^$field:\s+(\d+) kB/; }
    }
    return $sum;
}

my $postmaster = $node->safe_psql('postgres', q{SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)});
my $session = $node->background_psql('postgres');
my $pid = $session->query_safe('SELECT pg_backend_pid()');
my $idle = memory($pid, 'Private_Clean', 'Private_Dirty');
my $words = q{'' || repeat('word ', 250)};
is($session->query_safe("SELECT vector_dims(embed($words))"), '384', 'a text of 252 tokens');
is(tasks($postmaster), 1, 'the postmaster has one thread');
is(tasks($pid), 1, 'a backend that has embedded has one thread');

my $private = memory($pid, 'Private_Dirty') ;
diag(sprintf('private memory of a backend: %d kB before, %d kB dirty after embedding a text of 252 tokens', $idle, $private));
ok($private < 64 * 1024, 'weights are not copied into the backend');

# 20,000 errors of each kind leave memory as it was
my $errors = q{
    DO $$ BEGIN FOR i IN 1..20000 LOOP
        BEGIN PERFORM embed('x', 'no-such-model-' || i % 3); EXCEPTION WHEN undefined_object THEN NULL; END;
        BEGIN PERFORM embed('x', '/bad/name'); EXCEPTION WHEN undefined_object THEN NULL; END;
        BEGIN PERFORM '[1,2]'::vector <-> '[1]'::vector; EXCEPTION WHEN data_exception THEN NULL; END;
    END LOOP; END $$};
$session->query_safe($errors);
my $contexts = $session->query_safe('SELECT sum(total_bytes) FROM pg_backend_memory_contexts');
my $resident = memory($pid, 'Private_Dirty');
$session->query_safe($errors);
cmp_ok(memory($pid, 'Private_Dirty') - $resident, '<', 1024, 'errors leak no memory of the process');
cmp_ok($session->query_safe('SELECT sum(total_bytes) FROM pg_backend_memory_contexts') - $contexts, '<', 65536, 'nor of the server\'s contexts');

# texts that grow from row to row: a call site keeps one of them
sub peak
{
    open(my $file, '<', "/proc/$_[0]/status") or die "status: $!";
    my ($kb) = map { /^VmHWM:\s+(\d+) kB/ ? $1 : () } <$file>;
    return $kb;
}
$session->query_safe(q{SET jit = off; SET sbert.truncation = 'silent'; SELECT count(embed(repeat('x', 60000)))});
my $peak = peak($pid);
$session->query_safe(q{SELECT count(embed(repeat('x', 16 * i))) FROM generate_series(1, 2000) i});
cmp_ok(peak($pid) - $peak, '<', 4096, 'growing texts are not kept');

# many texts leave memory as it was
my $many = q{SELECT count(embed('text ' || i)) FROM generate_series(1, 500) i};
$session->query_safe($many);
$resident = memory($pid, 'Private_Dirty');
$session->query_safe($many) for 1 .. 3;
cmp_ok(memory($pid, 'Private_Dirty') - $resident, '<', 1024, 'embedding leaks nothing');
$session->quit;

# No memory: an error, and the backend goes on. The limit is put on a backend that has embedded a short text, a little above
# what it has: then the encoder's scratch for a long text does not fit, or the server's own copies of a large array.
$session = $node->background_psql('postgres', on_error_stop => 0);
$pid = $session->query_safe('SELECT pg_backend_pid()');
$session->query_safe(q{SET sbert.truncation = 'silent'; SELECT vector_dims(embed('short'))});
open(my $status, '<', "/proc/$pid/status") or die "status: $!";
my ($size) = map { /^VmSize:\s+(\d+) kB/ ? $1 : () } <$status>;
close $status;
SKIP: {
    skip 'no prlimit', 3 if system("prlimit --version > /dev/null 2>&1") != 0;
    command_ok([ 'prlimit', '--pid', $pid, '--as=' . ($size + 1500) * 1024 . ':' ], 'a limit for the backend');
    $session->query("DO \$\$ BEGIN PERFORM embed(repeat('word ', 250)); EXCEPTION WHEN out_of_memory THEN
        RAISE NOTICE 'encoder: %', sqlstate; END \$\$");
    $session->query("DO \$\$ BEGIN PERFORM embed(array_agg(repeat('many words ', 1000))) FROM generate_series(1, 1000);
        EXCEPTION WHEN out_of_memory THEN RAISE NOTICE 'array: %', sqlstate; END \$\$");
    like($session->{stderr}, qr/encoder: 53200/, 'no memory for the encoder is an error');
    like($session->{stderr}, qr/array: 53200/, 'no memory for the texts is an error');
    command_ok([ 'prlimit', '--pid', $pid, '--as=unlimited:' ], 'the limit lifted');
    is($session->query(q{SELECT embed(repeat('word ', 250)) = embed(repeat('word ', 250), 'all-MiniLM-L6-v2')}), 't', 'and the backend goes on');
}
$session->quit;

done_testing();
