# Damage to the file of an sbert_ivf index is an error that names REINDEX, or at worst a wrong answer: never a crash, an
# endless loop or a process that grows without bound. sbert.index_verify() names the page, REINDEX cures.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use CpuTime;
use IvfTable;

use constant { SIZE => 8192, META => 1, DIRECTORY => 2, LIST => 3, ROW => 4 };
my %name = (META, 'metapage', DIRECTORY, 'directory page', LIST, 'list page', ROW, 'row page');
my $rounds = $ENV{IVF_DAMAGE_ROUNDS} || 1; # of random damage
my $seed = $ENV{IVF_DAMAGE_SEED} || 1;

my $node = PostgreSQL::Test::Cluster->new('main');
# A checksum would find the damage before the index does.
$node->init($node->pg_version >= 18 ? (extra => ['--no-data-checksums']) : ());
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off\nmaintenance_work_mem = 16MB\nshared_buffers = 32MB\n");
$node->start;
ivf_create($node, 4600); # with fewer than 4,096 it would be one list

# ---- the file --------------------------------------------------------------------------------------------------------

sub read_pages
{
    my ($path) = @_;
    my $bytes = slurp_file($path);
    return map { substr($bytes, $_ * SIZE, SIZE) } 0 .. length($bytes) / SIZE - 1;
}

sub kind_of { return unpack('S', substr($_[0], SIZE - 8, 2)); }

# Writes the pages that `damage` returns (number => bytes) into the file of the stopped server. It is given all pages.
sub damage
{
    my ($damage) = @_;
    my $path = $node->data_dir . '/' . $node->safe_psql('postgres', q{SELECT pg_relation_filepath('items_e')});
    $node->stop;
    my @pages = read_pages($path);
    my %changed = $damage->(@pages);
    open(my $file, '+<:raw', $path) or die "$path: $!";
    for my $number (sort keys %changed)
    {
        seek($file, $number * SIZE, 0);
        print $file $changed{$number};
    }
    close $file;
    $node->start;
    return sort { $a <=> $b } keys %changed;
}

# The second page of a kind where there are two: the first holds heads of chains, which other damage meets.
sub some_page
{
    my ($kind, @pages) = @_;
    my @found = grep { kind_of($pages[$_]) == $kind } 0 .. $#pages;
    return $found[ @found > 1 ? 1 : 0 ];
}

sub random_bytes { return pack('L*', map { int(rand(2**32)) } 1 .. $_[0] / 4); }

# ---- what the server says --------------------------------------------------------------------------------------------

my $patience = patience(10) . 's';

# SQLSTATE and hint of what the statements end in; empty where they end well.
sub state_of
{
    my ($sql) = @_;
    my ($code, $out, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET statement_timeout = '$patience'; $sql", on_error_stop => 1);
    my ($state) = $error =~ /ERROR:  (\w{5}): /;
    my ($hint) = $error =~ /HINT:  (.*)/;
    BAIL_OUT("the server died: $error") if $code == 2 || $error =~ /server closed|terminating/;
    return ($state // '', $hint // '', $error, $out);
}

my %probe = (
    scan => 'SET enable_seqscan = off; SET enable_sort = off; SET sbert.target_recall = 0.999;
             SELECT count(*) FROM generate_series(1, 50) q, LATERAL (SELECT id FROM items ORDER BY e <-> vec(q * 17) LIMIT 1000) s',
    exact => 'SET enable_seqscan = off; SET enable_sort = off; SET sbert.target_recall = 1;
              SELECT count(*) FROM (SELECT id FROM items ORDER BY e <-> vec(7) OFFSET 0) s',
    search => 'SET enable_seqscan = off; SELECT count(*) FROM generate_series(1, 50) q,
               LATERAL (SELECT id FROM items ORDER BY e <-> vec(q) LIMIT 10) s',
    insert => 'INSERT INTO items SELECT i, vec(i) FROM generate_series(1, 60) i',
    vacuum => 'DELETE FROM items WHERE id % 20 = 3; VACUUM items',
    verify => q{SELECT block FROM sbert.index_verify('items_e')},
    stats => q{SELECT rows FROM sbert.index_stats('items_e')},
);

sub cured
{
    my ($what) = @_;
    my ($state, $hint, $error) = state_of('REINDEX INDEX items_e');
    is($error, '', "$what: REINDEX");
    is($node->safe_psql('postgres', $probe{verify}), '', "$what: whole again");
    is(ivf_rows($node, 'index'), ivf_rows($node, 'table'), "$what: every row is found");
}

# ---- pages that are not what they should be ----------------------------------------------------------------------------

my %spoilt = (
    'zeros' => sub { return "\0" x SIZE; },
    'random bytes' => sub { return random_bytes(SIZE); },
    'random behind its header' => sub { return substr($_[0], 0, 24) . random_bytes(SIZE - 24); },
    'of another kind' => sub { my ($page, @pages) = @_; return $pages[ some_page(kind_of($page) == LIST ? ROW : LIST, @pages) ]; },
);
srand($seed);
for my $kind (META, DIRECTORY, LIST, ROW)
{
    for my $how (sort keys %spoilt)
    {
        my $what = "$name{$kind}, $how";
        my ($at) = damage(sub { my $at = some_page($kind, @_); return ($at => $spoilt{$how}->($_[$at], @_)); });
        # A page whose header is no header is found by the server itself.
        my $expected = $how eq 'random bytes' ? qr/^XX00[12]$/ : qr/^XX002$/;
        my $or_well = $how eq 'random bytes' ? qr/^(XX00[12])?$/ : qr/^(XX002)?$/;
        for my $probe ('scan', $kind <= DIRECTORY ? 'insert' : ())
        {
            my ($state, $hint, $error) = state_of($probe{$probe});
            like($state, $expected, "$what: SQLSTATE of $probe");
            like($hint, qr/REINDEX/, "$what: hint of $probe") if $state eq 'XX002';
            like($error, qr/items_e.*block $at\b/, "$what: $probe names the page") if $state eq 'XX002';
        }
        for my $probe ('search', 'exact', 'vacuum', 'stats')
        {
            my ($state) = state_of($probe{$probe});
            like($state, $or_well, "$what: $probe");
        }
        my ($state, $hint, $error, $out) = state_of($probe{verify});
        like("$error\n$out", qr/block $at\b|^$at$/m, "$what: sbert.index_verify() names it");
        cured($what);
    }
}

# ---- a metapage that lies ----------------------------------------------------------------------------------------------

my $payload = 24; # where the page's contents begin
my %lies = (
    'another magic' => [ 0, 'L', 0x12345678, qr/is not of sbert_ivf/ ],
    'a later version' => [ 4, 'S', 3, qr/has version 3, not 2/ ],
    'an earlier version' => [ 4, 'S', 1, qr/has version 1, not 2/ ],
    'an unknown metric' => [ 6, 'S', 77, qr/damaged metapage/ ],
    'no dimensions' => [ 8, 'L', 0, qr/damaged metapage/ ],
    'too many dimensions' => [ 8, 'L', 1 << 30, qr/damaged metapage/ ],
    'codes of 5 bits' => [ 12, 'S', 5, qr/damaged metapage/ ],
    'no lists' => [ 24, 'L', 0, qr/damaged metapage/ ],
    'more lists than there are' => [ 24, 'L', 1000, qr/directory that ends early/ ],
    'more lists than there is room for' => [ 24, 'L', 1 << 31, qr/damaged metapage/ ],
    'no directory' => [ 32, 'L', 0xFFFFFFFF, qr/damaged metapage/ ],
);
for my $lie (sort keys %lies)
{
    my ($at, $type, $value, $message) = @{ $lies{$lie} };
    damage(sub { my $page = $_[0]; substr($page, $payload + $at, length pack($type, 0)) = pack($type, $value); return (0 => $page); });
    for my $probe ('search', 'insert', 'vacuum', 'verify')
    {
        my ($state, $hint, $error) = state_of($probe{$probe});
        is($state, 'XX002', "$lie: SQLSTATE of $probe");
        like($error, $message, "$lie: message of $probe");
        like($hint, qr/REINDEX/, "$lie: hint of $probe");
    }
    cured($lie);
}

# ---- a stop rule whose numbers are none --------------------------------------------------------------------------------

# Of the metapage the spread of the lists and behind the origin's page the rule. Searches may stop early or late, and what the
# planner reckons with stays a number: each asks for ten rows and gets ten.
my %number = ('not a number' => 0x7FC00000, 'infinite' => 0x7F800000, 'minus infinite' => 0xFF800000, 'all bits' => 0xFFFFFFFF, 'zero' => 0);
my $explain = q{SET enable_seqscan = off; EXPLAIN SELECT id FROM items ORDER BY e <-> vec(1) LIMIT %d};
for my $how (sort keys %number)
{
    my $what = "a rule, $how";
    damage(sub {
        my $page = $_[0];
        substr($page, $payload + 88, 4) = pack('L', $number{$how});
        substr($page, $payload + 96, 304) = pack('L*', ($number{$how}) x 76);
        return (0 => $page);
    });
    for my $limit (1, 10, 50, 2000)
    {
        my ($state, $hint, $error, $out) = state_of(sprintf($explain, $limit));
        like($out, qr/Expected Probes: [1-9]\d*$/m, "$what: the plan for $limit rows") or diag("$error\n$out");
        unlike($out, qr/nan|infinity|cost=-/i, "$what: its costs");
    }
    for my $probe ('search', 'scan', 'exact', 'stats', 'insert', 'vacuum', 'search', 'verify')
    {
        my ($state, $hint, $error, $out) = state_of($probe{$probe});
        is($error, '', "$what: $probe");
        is($out, '500', "$what: ten rows each") if $probe eq 'search';
    }
    my ($state, $hint, $error) = state_of('DELETE FROM items WHERE id % 2 = 0; VACUUM items'); # which measures a rule anew
    is($error, '', "$what: half of the rows vacuumed");
    is(ivf_rows($node, 'index'), ivf_rows($node, 'table'), "$what: every row is found");
    $node->safe_psql('postgres', "$ivf_insert(1, 4600) i WHERE i % 2 = 0");
    cured($what);
}

# ---- random damage to what lies on the pages ---------------------------------------------------------------------------

my %broken = (
    'random contents' => sub { return substr($_[0], 0, $payload) . random_bytes(SIZE - $payload - 8) . substr($_[0], SIZE - 8); },
    'some words' => sub {
        my ($page) = @_;
        for (1 .. 40)
        {
            my $value = (0, 1, 31, 0xFFFFFFFF, 0xFFFFFFFE, int(rand(5000)), int(rand(2**32)))[ int(rand(7)) ];
            substr($page, $payload + 4 * int(rand((SIZE - $payload - 4) / 4)), 4) = pack('L', $value);
        }
        return $page;
    },
);
# Whatever comes, the statement ends soon and takes no memory to speak of, and REINDEX cures.
my %states;
for my $round (1 .. $rounds)
{
    for my $how (sort keys %broken)
    {
        for my $kind (DIRECTORY, LIST, ROW)
        {
            srand($seed * 1000 + $round);
            my $what = "$name{$kind}, $how, round $round";
            my @at = damage(sub {
                my @pages = @_;
                return map { $_ => $broken{$how}->($pages[$_]) } grep { kind_of($pages[$_]) == $kind && rand() < 0.7 } 0 .. $#pages;
            });
            for my $probe ('scan', 'search', 'insert', 'vacuum', 'stats', 'verify')
            {
                my ($state, $hint, $error, $out) = state_of($probe{$probe} .
                    q{; SELECT 'kB', substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+)')});
                like($state, qr/^(XX002)?$/, "$what: $probe") or diag($error);
                like($hint, qr/REINDEX/, "$what: hint of $probe") if $state eq 'XX002';
                cmp_ok($1, '<', 300000, "$what: memory of $probe") if $out =~ /^kB\|(\d+)/m;
                $states{"$name{$kind}, $how: $probe"}{ $state || 'no error' }++;
                next unless $probe eq 'verify' && @at > 0;
                my @named = "$error\n$out" =~ /block (\d+)\b|^(\d+)$/mg;
                cmp_ok(scalar(@named), '>', 0, "$what: sbert.index_verify() finds something");
            }
            cured($what);
        }
    }
}
for my $case (sort keys %states)
{
    note("$case: ", join(', ', map { "$_ ($states{$case}{$_})" } sort keys %{ $states{$case} }));
}

# ---- a file that is cut off --------------------------------------------------------------------------------------------

my $path = $node->data_dir . '/' . $node->safe_psql('postgres', q{SELECT pg_relation_filepath('items_e')});
$node->stop;
truncate($path, 3 * SIZE);
$node->start;
for my $probe ('scan', 'verify')
{
    my ($state) = state_of($probe{$probe});
    is($state, 'XX002', "cut off: $probe");
}
cured('cut off');
ivf_whole($node, 'at the end');
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP/, 'no process crashed');

done_testing();
