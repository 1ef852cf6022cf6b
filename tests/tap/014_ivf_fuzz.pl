# A few hundred damages to files of sbert_ivf indexes: every statement ends well or in XX002 with the hint to REINDEX, in
# no other error, without a crash, an endless loop or a process that grows without bound.
#
# IVF_FUZZ_ROUNDS (default 6), IVF_FUZZ_SEED (1): a failure names the round and the index, which with the seed say what
# was damaged.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use IvfTable;

use constant { SIZE => 8192, PAYLOAD => 24, TRAILER => 8, CLONES => 40, WIDE => 6 };
my $rounds = $ENV{IVF_FUZZ_ROUNDS} || 6;
my $seed = $ENV{IVF_FUZZ_SEED} || 1;

my $node = PostgreSQL::Test::Cluster->new('main');
# A checksum would find the damage before the index does.
$node->init($node->pg_version >= 18 ? (extra => ['--no-data-checksums']) : ());
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off\nmaintenance_work_mem = 16MB\nshared_buffers = 32MB\nfsync = off\n");
$node->start;
ivf_create($node, 10);

# ---- tables that are alike, each with an index of its own --------------------------------------------------------------

# 8 dimensions and several lists; 9,000 dimensions, where every record spans pages.
$node->safe_psql('postgres', q{
    CREATE TABLE narrow AS SELECT i AS id, subvector(vec(i), 1, 8)::vector(8) AS e FROM generate_series(1, 4200) i;
    CREATE TABLE wide AS SELECT i AS id, (SELECT array_agg(sin(i * j)) FROM generate_series(1, 9000) j)::vector(9000) AS e
        FROM generate_series(1, 60) i;
    ALTER TABLE narrow ADD PRIMARY KEY (id);
    ALTER TABLE wide ADD PRIMARY KEY (id);
    CREATE FUNCTION fresh(i int) RETURNS vector LANGUAGE sql STABLE AS 'SELECT e FROM narrow WHERE id = i';
    CREATE FUNCTION fresh_wide(i int) RETURNS vector LANGUAGE sql STABLE AS 'SELECT e FROM wide WHERE id = i'});
my $make = '';
for my $clone (1 .. CLONES)
{
    my $from = is_wide($clone) ? 'wide' : 'narrow';
    my $options = $clone % 2 ? 'WITH (rerank_bits = 4)' : '';
    $make .= "CREATE TABLE c_$clone AS TABLE $from; CREATE INDEX c_${clone}_e ON c_$clone USING sbert_ivf (e vector_l2_ops) $options;\n";
}
$node->safe_psql('postgres', $make);

sub is_wide { return $_[0] > CLONES - WIDE; }

my (%path, %whole);
for my $clone (1 .. CLONES)
{
    $path{$clone} = $node->data_dir . '/' . $node->safe_psql('postgres', "SELECT pg_relation_filepath('c_${clone}_e')");
}

# ---- damage ------------------------------------------------------------------------------------------------------------

sub kind_of { return unpack('S', substr($_[0], SIZE - TRAILER, 2)); }

sub random_word
{
    return (0, 1, 15, 0xFFFFFFFF, 0xFFFFFFFE, 0x7FC00000, 0x7F800000, 0xFF800000, 0x7FFFFFFF, int(rand(64)), int(rand(500)),
        int(rand(20000)), int(rand(2**32)))[ int(rand(13)) ];
}

sub words
{
    my ($page, $n, $from, $to) = @_;
    substr($page, $from + 4 * int(rand(($to - $from) / 4)), 4) = pack('L', random_word()) for 1 .. $n;
    return $page;
}

my %damage = (
    # where records begin, and the trailer with the next page of a chain
    'first words' => sub { return words($_[0], 1 + int(rand(3)), PAYLOAD, PAYLOAD + 224); },
    'a word' => sub { return words($_[0], 1, PAYLOAD, SIZE - TRAILER); },
    'many words' => sub { return words($_[0], 60, PAYLOAD, SIZE - TRAILER); },
    'the trailer' => sub { my $page = $_[0]; substr($page, SIZE - 4, 4) = pack('L', random_word()); return $page; },
    'random contents' => sub {
        return substr($_[0], 0, PAYLOAD) . pack('L*', map { int(rand(2**32)) } 1 .. (SIZE - PAYLOAD - TRAILER) / 4) . substr($_[0], -TRAILER());
    },
    'no contents' => sub { return substr($_[0], 0, PAYLOAD) . "\0" x (SIZE - PAYLOAD - TRAILER) . substr($_[0], -TRAILER()); },
    'another page' => sub { my ($page, @pages) = @_; return $pages[ int(rand(@pages)) ]; },
    'the end cut off' => undef,
);

# What is done to an index in a round; the bytes of the file.
sub damaged
{
    my ($round, $clone) = @_;
    srand($seed * 1000003 + $round * 1009 + $clone);
    my @pages = unpack('(a' . SIZE . ')*', $whole{$clone});
    my $how = (sort keys %damage)[ int(rand(keys %damage)) ];
    my $kind = 1 + int(rand(4));
    my $share = (0.1, 0.5, 1)[ int(rand(3)) ];
    my @found = grep { kind_of($pages[$_]) == $kind } 0 .. $#pages;
    my %chosen = map { $_ => 1 } $found[ int(rand(@found)) ], grep { rand() < $share } @found;
    return ("$how, pages of kind $kind", substr($whole{$clone}, 0, SIZE * (1 + int(rand(@pages - 1))))) unless defined $damage{$how};
    return ("$how, pages of kind $kind", join('', map { $chosen{$_} ? $damage{$how}->($pages[$_], @pages) : $pages[$_] } 0 .. $#pages));
}

# ---- what the server says ------------------------------------------------------------------------------------------------

$node->safe_psql('postgres', q{
    CREATE FUNCTION probe(statement text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
        said text;
        hint text;
    BEGIN
        EXECUTE statement;
        RETURN 'well';
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
        RETURN format('%s %s HINT: %s', SQLSTATE, said, hint);
    END $$});

sub probes
{
    my ($clone) = @_;
    my $fresh = is_wide($clone) ? 'fresh_wide' : 'fresh';
    my $near = "SELECT id FROM c_$clone ORDER BY e <-> $fresh(%s)";
    my %probe = (
        '1 search' => sprintf("SELECT count(*) FROM generate_series(1, 20) q, LATERAL ($near LIMIT 10) s", 'q'),
        '2 scan' => sprintf("SELECT count(*) FROM ($near LIMIT 100000) s", '7'),
        '3 insert' => "INSERT INTO c_$clone SELECT i, $fresh(i) FROM generate_series(1, 40) i",
        '5 stats' => "SELECT rows FROM sbert.index_stats('c_${clone}_e')",
        '6 verify' => "SELECT block FROM sbert.index_verify('c_${clone}_e')",
        '7 recall' => "SELECT recall FROM sbert.index_recall('c_${clone}_e', 5, 3)",
    );
    my $sql = "SET sbert.target_recall = 0;\n";
    for my $name (sort keys %probe)
    {
        $sql .= "DELETE FROM c_$clone WHERE id % 30 = " . int(rand(30)) . ";\nSELECT 'vacuum $clone';\nVACUUM c_$clone;\n" if $name eq '5 stats';
        $sql .= "SET sbert.target_recall = 1;\n" if $name eq '2 scan';
        $sql .= "SELECT '$clone: $name', probe(\$\$$probe{$name}\$\$);\n";
    }
    return $sql;
}


# What is wrong with the answers; how often each came.
my %counts;
sub wrong_in
{
    my ($out, $error, $what) = @_;
    my @wrong;
    for my $line (split /\n/, $out)
    {
        my ($clone, $probe, $said) = $line =~ /^(\d+): \d (\w+)\|(.*)$/ or next;
        $counts{ $said eq 'well' ? 'well' : substr($said, 0, 5) }++;
        push @wrong, "$line ($what->{$clone})" unless $said eq 'well' || $said =~ /^XX002 .* HINT: .*REINDEX/;
    }
    # probe() cannot run VACUUM: whatever error there is comes of it.
    while ($error =~ /ERROR:  (\w+): (.*)\n((?:(?!.*ERROR:  ).*\n)*)/g)
    {
        my ($state, $said, $more) = ($1, $2, $3);
        $counts{"vacuum $state"}++;
        push @wrong, "vacuum: $state $said" unless $state eq 'XX002' && $more =~ /HINT:  .*REINDEX/;
    }
    return @wrong;
}

my $patience = $PostgreSQL::Test::Utils::timeout_default;
for my $round (1 .. $rounds)
{
    $node->stop;
    my (%what, $sql);
    for my $clone (1 .. CLONES)
    {
        $whole{$clone} //= slurp_file($path{$clone});
        my ($what, $bytes) = damaged($round, $clone);
        $what{$clone} = $what;
        open(my $file, '>:raw', $path{$clone}) or die "$path{$clone}: $!";
        print $file $bytes;
        close $file;
        $sql .= probes($clone);
    }
    $node->start;
    my ($out, $error) = ('', '');
    my $code = $node->psql('postgres', "\\set VERBOSITY verbose\nSET enable_seqscan = off; SET enable_sort = off;
        SET statement_timeout = '${patience}s';\n$sql
        SELECT 'kB', substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\\s*(\\d+)');\n",
        stdout => \$out, stderr => \$error, on_error_stop => 0, on_error_die => 0);
    BAIL_OUT("round $round: the server died: $error") if $error =~ /server closed|terminating|connection/;
    my @wrong = wrong_in($out, $error, \%what);
    is(scalar(@wrong), 0, "round $round: nothing but XX002 with its hint") or diag(join("\n", @wrong));
    is(scalar(() = $out =~ /^\d+: \d \w+\|/mg), CLONES * 6, "round $round: all were asked");
    my ($kilobytes) = $out =~ /^kB\|(\d+)/m;
    cmp_ok($kilobytes, '<', 400000, "round $round: memory");
}
note(join(', ', map { "$_: $counts{$_}" } sort keys %counts));
cmp_ok($counts{XX002}, '>', $rounds * CLONES / 2, 'damage was found');

is($node->safe_psql('postgres', join('', map { "REINDEX INDEX c_${_}_e; SELECT * FROM sbert.index_verify('c_${_}_e');" } 1 .. CLONES)), '',
    'REINDEX cures them all');
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP/, 'no process crashed');

done_testing();
