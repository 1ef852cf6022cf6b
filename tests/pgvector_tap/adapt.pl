# Writes one of pgvector's TAP scripts as a test of sbert_ivf to stdout, and what it leaves out to stderr.
#
#   perl adapt.pl FILE.pl
#
# Every threshold, every number of rows and dimensions and every query stays as it is. A plan is right when an index scan
# or a node of the extension's own names the index. What cannot be found is an error: then their script has changed, and
# somebody should look at it.
#
# Where theirs sets probes or ef_search, or leaves them at a default, ours sets sbert.target_recall. A target is the mean
# over all queries, a threshold is held by a sample of 20 of them: an index that keeps a target of 0.99 to the letter
# misses a threshold of 0.99 every other time. So it is asked for a tenth of the misses that are allowed: 0.999 for 0.99,
# 1 for 1.
use strict;
use warnings FATAL => 'all';

my ($file) = @ARGV;
my ($name) = $file =~ m{([^/]+)\.pl$};
my $text = do { local (@ARGV, $/) = $file; <> };

sub must
{
    my ($found, $what) = @_;
    die "$name: there is no $what\n" unless $found;
}

# Where the script has it at all: taken out wherever it stands.
sub leave_out
{
    my ($pattern, $what) = @_;
    print STDERR "$name: left out: $what\n" if $text =~ s/$pattern//g;
}

must($text =~ s/CREATE EXTENSION vector\b/CREATE EXTENSION sbert/g, 'CREATE EXTENSION');
must($text =~ s/USING (?:ivfflat|hnsw) /USING sbert_ivf /g, 'index');
must($text =~ s/qr\/Index Scan[^\/]*\//qr{Index Scan using idx on tst|Custom Scan.*\\bidx\\b}s/g, 'plan');
$text =~ s/ WITH \(lists = \d+\)//g;
if ($text =~ /sub test_recall/) {
    $text =~ s/\n\s+SET ivfflat\.probes = \$probes;//g;
    must($text =~ s/(\n\s+)(SET enable_seqscan = off;)/$1$2$1SET sbert.target_recall = \$target;/g, 'SET');
    must($text =~ s/(\n[ \t]+)(my \$total = 0;)/$1$2$1my \$target = 1 - (1 - \$min) \/ 10;/g, 'total');
    my $shown = 'diag(sprintf("%s: wants %s, asks for %s, has %.4f", $operator, $min, $target, $correct / $total));';
    must($text =~ s/(\n[ \t]+)(cmp_ok\(\$correct .*;)/$1$2$1$shown/g, 'threshold');
}

leave_out(qr/, "<\+>"|, "\w+_l1_ops"/, 'the L1 distance, which sbert_ivf has no class for');
leave_out(qr/\n\s+like\(\$stderr, qr\/using .* parallel workers\/\);/, 'the message of how many workers build');
leave_out(qr/\n\s+like\(\$stderr, qr\/hnsw graph no longer fits.*/, 'the message of a graph beyond maintenance_work_mem');

die "$name: still speaks of pgvector\n" if $text =~ /(?:ivfflat|hnsw)\.\w|USING (?:ivfflat|hnsw)/;
print $text;
