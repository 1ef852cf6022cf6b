# Classifiers go with the database: a dump restores names, owners, readers, versions and kept rows, and a replica answers
# the same.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->start;
$primary->safe_psql('postgres', 'CREATE ROLE alice; CREATE ROLE "Odd; role"; CREATE ROLE stranger');
$primary->backup('copy');
my $replica = PostgreSQL::Test::Cluster->new('replica');
$replica->init_from_backup($primary, 'copy', has_streaming => 1);
$replica->start;

# The extension in a schema of its own: dumps name the type by it.
$primary->safe_psql('postgres', 'CREATE DATABASE kept');
$primary->safe_psql('kept', q{
    CREATE SCHEMA "Vector types; 2";
    CREATE EXTENSION sbert SCHEMA "Vector types; 2";
    GRANT USAGE ON SCHEMA "Vector types; 2" TO PUBLIC;
    SET search_path = "Vector types; 2";
    SET ROLE alice;
    INSERT INTO sbert.classifier VALUES ('mood', 'alice'), ('an "odd" name', 'alice');
    INSERT INTO sbert.classifier_version
        (classifier, version, multilabel, labels, weights, intercepts, temperature, thresholds, options, report)
    SELECT name, v, v = 2, '{bad,"go,od"}', ARRAY['[1,0.1,1e-30]', '[0,-1,3.4e38]']::vector[], '{0.3,-1e-7}', 1.1,
        CASE v WHEN 2 THEN '{0.5,0.25}'::real[] END, '{"penalty": 1}', '{"rows": 2}'
    FROM sbert.classifier, generate_series(1, 2) v;
    INSERT INTO sbert.classifier_row SELECT name, v, '[1,2,3]', '{bad}', 0.5 FROM sbert.classifier, generate_series(1, 2) v;
    SELECT sbert.grant_classifier('mood', 'public');
    SELECT sbert.grant_classifier('an "odd" name', 'Odd; role');
});

# What there is and what it answers, as each user sees it.
my $state = q{
    SET search_path = "Vector types; 2";
    SELECT * FROM sbert.classifiers();
    SELECT * FROM sbert.classifier_row ORDER BY 1, 2;
    SELECT s.* FROM unnest('{mood,mood@1,"an \"odd\" name@2"}'::text[]) n, sbert.classify_scores('[0.1,0.2,0]'::vector, n) s;
    SET ROLE stranger;
    SELECT name, version FROM sbert.classifiers();
    SELECT sbert.classify('[0,1,0]'::vector, 'mood'), (SELECT count(*) FROM sbert.classifier_row);
    SET ROLE "Odd; role";
    SELECT name, version FROM sbert.classifiers();
    SELECT sbert.classify_labels('[0,1,0]'::vector, 'an "odd" name')};
my $expected = $primary->safe_psql('kept', $state);
like($expected, qr/^mood\|2\|alice\|\{public\}/m, 'a classifier of everybody');
like($expected, qr/^an "odd" name\|1\|alice\|\{"Odd; role"\}/m, 'a classifier of one role');

my $dir = PostgreSQL::Test::Utils::tempdir;
for my $format ('custom', 'plain')
{
    my $restored = "restored_$format";
    $primary->command_ok([ 'pg_dump', '-F', $format, '-f', "$dir/$format", '-d', $primary->connstr('kept') ], "dump $format");
    $primary->safe_psql('postgres', "CREATE DATABASE $restored");
    my @restore = $format eq 'custom'
        ? ('pg_restore', '--exit-on-error', '-d', $primary->connstr($restored), "$dir/$format")
        : ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $primary->connstr($restored), '-f', "$dir/$format");
    $primary->command_ok(\@restore, "restore $format");
    is($primary->safe_psql($restored, $state), $expected, "the same from a $format dump");
}

$primary->wait_for_catchup($replica, 'replay', $primary->lsn('insert'));
is($replica->safe_psql('kept', $state), $expected, 'the same on a replica');

# ... where one session sees a change as soon as it is replayed, and can change nothing itself
my $session = $replica->background_psql('kept');
$session->query_safe(q{SET search_path = "Vector types; 2"; PREPARE best AS SELECT sbert.classify('[1,0,0]'::vector, 'mood')});
is($session->query_safe('EXECUTE best'), 'bad', 'before');
$primary->safe_psql('kept', q{SELECT sbert.drop_classifier('mood', 2);
    UPDATE sbert.classifier_version SET labels = '{low,up}' WHERE classifier = 'mood'});
$primary->wait_for_catchup($replica, 'replay', $primary->lsn('insert'));
is($session->query_safe('EXECUTE best'), 'low', 'after');
$session->quit;
my ($code, $out, $error) = $replica->psql('kept', q{SELECT sbert.drop_classifier('mood')});
like($error, qr/read-only transaction/, 'nothing is dropped on a replica');

done_testing();
