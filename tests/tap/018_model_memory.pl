# What a session keeps of the memory that a call took: little after the call, nothing after DISCARD ALL.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION sbert');

# A field of /proc/PID/status, in kB.
sub memory
{
    my ($pid, $field) = @_;
    my $text = slurp_file("/proc/$pid/status");
    my ($kilobytes) = $text =~ /^$field:\s+(\d+) kB/m;
    return $kilobytes;
}

my $session = $node->background_psql('postgres');
my $pid = $session->query_safe('SELECT pg_backend_pid()');
$session->query_safe(q{SELECT embed('a first text')});
my $idle = memory($pid, 'RssAnon');

# A pass of 96 MB: some 15,000 tokens of all-MiniLM-L6-v2.
my $wide = q{SELECT vector_dims((embed(array_agg(repeat('word ', 250) || i)))[1]) FROM generate_series(1, 64) i};
$session->query_safe(q{SET sbert.truncation = 'silent'; SET sbert.encode_mem = '96MB'});
is($session->query_safe($wide), '384', 'a wide pass');
my $peak = memory($pid, 'VmHWM');
my $kept = memory($pid, 'RssAnon');
diag("RssAnon: $idle kB at first, $kept kB after a call whose peak of all memory was $peak kB");
cmp_ok($kept - $idle, '<', 24 * 1024, 'gives back what it took');

# An ordinary call keeps its few megabytes for the next one; DISCARD ALL gives those back, too.
$session->query_safe('RESET sbert.encode_mem');
$session->query_safe($wide);
my $usual = memory($pid, 'RssAnon');
$session->query_safe('DISCARD ALL');
my $left = memory($pid, 'RssAnon');
diag("RssAnon: $usual kB after a call with the default, $left kB after DISCARD ALL");
cmp_ok($left, '<', $usual - 2 * 1024, 'DISCARD ALL gives the scratch memory back');
is($session->query_safe(q{SELECT vector_dims(embed('and the model is still open'))}), '384', 'the model stays open');
$session->quit;

done_testing();
