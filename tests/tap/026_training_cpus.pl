# The folds of a training and the rows that it keeps do not depend on the CPU, whose instructions change the last bits of
# vectors. Two servers are limited to different instruction sets.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $train = q{
    CREATE EXTENSION sbert;
    CREATE TABLE notes AS SELECT i, (ARRAY['sport', 'law', 'food'])[1 + i % 3] AS label,
        (ARRAY['the match', 'the court', 'the soup', 'a game', 'a judge', 'a cake'])[1 + i % 6] || ' ' || i / 2 AS body
        FROM generate_series(1, 600) i;
    -- the same tokens, so the same vector
    INSERT INTO notes SELECT i, label, upper(body) FROM notes WHERE i <= 30;
    SELECT accuracy FROM sbert.train_classifier('topics', 'SELECT body, label FROM notes', '{"keep_rows": 300}');
    SELECT accuracy FROM sbert.update_classifier('topics', 'SELECT body || '' again'', label FROM notes WHERE i % 5 = 0');
};
my $kept = q{SELECT md5(string_agg(version || ' ' || part || ' ' || key || labels::text, ',' ORDER BY version, part)), count(*) FROM topics WHERE part > 0};
my $bits = q{SELECT md5(string_agg(embedding::text, ',' ORDER BY version, part)) FROM topics};
my $copies = q{SELECT count(DISTINCT key), count(DISTINCT embedding::text) FROM topics WHERE version = 1 AND part > 0};

my (%trained, %kept, %bits);
for my $target ('baseline', '')
{
    local $ENV{SBERT_TARGET} = $target || $ENV{SBERT_TARGET} || '';
    delete $ENV{SBERT_TARGET} unless $ENV{SBERT_TARGET};
    my $name = $target || 'own';
    my $node = PostgreSQL::Test::Cluster->new($name);
    $node->init;
    $node->start;
    $trained{$name} = $node->safe_psql('postgres', $train);
    $kept{$name} = $node->safe_psql('postgres', $kept);
    $bits{$name} = $node->safe_psql('postgres', $bits);
    like($node->safe_psql('postgres', $copies), qr/^(\d+)\|\1$/, 'a key for each vector');
    $node->stop;
}
note($bits{own} eq $bits{baseline} ? 'the vectors have the same bits' : 'the vectors differ in their last bits');
is($kept{own}, $kept{baseline}, 'the same rows in the same order');
like($kept{own}, qr/\|\d{3}$/, 'some were kept');
is($trained{own}, $trained{baseline}, 'the same accuracy');

done_testing();
