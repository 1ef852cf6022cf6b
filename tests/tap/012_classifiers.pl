# A classifier is a table: a dump by a database owner who is no superuser has it, whole or alone, restored in parallel and
# with views and functions that use it; a physical and a logical replica answer the same; a cached one is never stale.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 'logical');
$primary->start;
$primary->safe_psql('postgres', 'CREATE ROLE dba LOGIN; CREATE ROLE alice; CREATE ROLE "Odd; role"; GRANT alice TO dba');
$primary->backup('copy');
my $replica = PostgreSQL::Test::Cluster->new('replica');
$replica->init_from_backup($primary, 'copy', has_streaming => 1);
$replica->start;
my $dir = PostgreSQL::Test::Utils::tempdir;

# A database whose owner installs the trusted extension and dumps; alice's classifiers are hers.
sub database
{
    my ($name) = @_;
    $primary->safe_psql('postgres', "CREATE DATABASE $name OWNER dba");
}
database('kept');
$primary->safe_psql('kept', q{
    SET SESSION AUTHORIZATION dba;
    CREATE SCHEMA "Vector types; 2";
    CREATE EXTENSION sbert SCHEMA "Vector types; 2";
    GRANT USAGE ON SCHEMA "Vector types; 2" TO PUBLIC;
    CREATE SCHEMA hers AUTHORIZATION alice;
    CREATE SCHEMA other AUTHORIZATION alice;
    GRANT USAGE ON SCHEMA hers, other TO PUBLIC;
    SET ROLE alice;
    SET search_path = "Vector types; 2";
    CREATE VIEW hers.rows AS SELECT ('[' || i || ',' || 10 - i || ']')::vector AS e, CASE WHEN i > 5 THEN 'go,od' ELSE 'bad' END AS mood
        FROM generate_series(1, 10) i;
    SELECT * FROM sbert.train_classifier('hers.mood', 'SELECT e, mood FROM hers.rows');
    SELECT * FROM sbert.update_classifier('hers.mood', $$SELECT '[50,50]'::vector, 'so "so"'$$);
    SELECT * FROM sbert.train_classifier('hers."an ""odd"" name"', 'SELECT e, ARRAY[mood] FROM hers.rows');
    SELECT * FROM sbert.train_classifier('other.mood', $$SELECT ('[' || i || ']')::vector, i % 2 || '' FROM generate_series(1, 10) i$$);
    GRANT SELECT (version, part, classifier) ON hers.mood TO PUBLIC;
    CREATE VIEW hers.labelled AS SELECT e, sbert.classify(e, 'hers.mood') AS label FROM hers.rows;
    CREATE MATERIALIZED VIEW hers.stored AS SELECT e, sbert.classify(e, 'hers.mood') AS label FROM hers.rows;
    CREATE FUNCTION hers.of_text(e text) RETURNS text STABLE
        BEGIN ATOMIC SELECT sbert.classify(e::vector, 'hers.mood'); END;
    CREATE FUNCTION hers.in_words(e text) RETURNS text STABLE LANGUAGE sql
        AS $$SELECT sbert.classify(e::"Vector types; 2".vector, 'hers.mood')$$;
});

my $state = q{
    SELECT classifier, version, owner, labels, multilabel, dimensions, rows, trained FROM sbert.classifiers();
    SELECT version, part, labels, weight, embedding FROM hers.mood WHERE part > 0 ORDER BY 2, 1;
    SELECT label, score FROM sbert.classify_scores('[7,3]'::"Vector types; 2".vector, 'hers.mood', 1);
    SELECT sbert.classify_labels('[7,3]'::"Vector types; 2".vector, 'hers."an ""odd"" name"'), sbert.classify('[7]'::"Vector types; 2".vector, 'other.mood');
    SELECT label, count(*) FROM hers.labelled GROUP BY 1 ORDER BY 1;
    SELECT label, count(*) FROM hers.stored GROUP BY 1 ORDER BY 1;
    SELECT hers.of_text('[9,1]'), hers.in_words('[1,9]');
    SET ROLE "Odd; role";
    SELECT classifier, version FROM sbert.classifiers();
    SELECT sbert.classify('[9,1]'::"Vector types; 2".vector, 'hers.mood')};
my $expected = $primary->safe_psql('kept', $state);
like($expected, qr/^hers\.mood\|2\|alice\|\{bad,"go,od","so \\"so\\""\}\|f\|2\|11\|/m, 'what there is');
is(() = $expected =~ /^hers\.mood\|\d$/mg, 2, 'what a stranger sees');

# ---- dumps by the database's owner -------------------------------------------------------------------------------------

sub dsn { return $primary->connstr($_[0]) . ' user=dba'; }

for my $format ('custom', 'plain', 'directory')
{
    my $restored = "restored_$format";
    $primary->command_ok([ 'pg_dump', '-F', $format, '-f', "$dir/$format", '-d', dsn('kept') ], "$format: dumped by the owner");
    database($restored);
    my @restore = $format eq 'plain'
        ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', dsn($restored), '-f', "$dir/$format")
        : ('pg_restore', '--exit-on-error', '-j', '4', '-d', dsn($restored), "$dir/$format");
    $primary->command_ok(\@restore, "$format: restored by the owner");
    is($primary->safe_psql($restored, $state), $expected, "$format: the same");
}
# One of them alone.
database('alone');
$primary->safe_psql('alone', q{SET SESSION AUTHORIZATION dba; CREATE SCHEMA "Vector types; 2"; CREATE EXTENSION sbert SCHEMA "Vector types; 2";
    CREATE SCHEMA hers});
$primary->command_ok([ 'pg_dump', '-F', 'custom', '-t', 'hers.mood', '-f', "$dir/table", '-d', dsn('kept') ], 'one table: dumped');
$primary->command_ok([ 'pg_restore', '--exit-on-error', '--no-owner', '-d', dsn('alone'), "$dir/table" ], 'one table: restored');
my $scores = q{SELECT label, score FROM sbert.classify_scores('[7,3]'::"Vector types; 2".vector, 'hers.mood')};
is($primary->safe_psql('alone', $scores), $primary->safe_psql('kept', $scores), 'one table: the same');

# ---- replicas ----------------------------------------------------------------------------------------------------------

$primary->wait_for_catchup($replica, 'replay', $primary->lsn('insert'));
is($replica->safe_psql('kept', $state), $expected, 'the same on a replica');
for my $training (q{sbert.train_classifier('t', 'SELECT e, mood FROM hers.rows')}, q{sbert.update_classifier('hers.mood', 'SELECT e, mood FROM hers.rows')})
{
    my ($code, $out, $error) = $replica->psql('kept', "\\set VERBOSITY verbose\nSELECT * FROM $training");
    like($error, qr/25006/, 'no training on a replica');
}
my $session = $replica->background_psql('kept');
my $best = q{SELECT sbert.classify('[9,1]'::"Vector types; 2".vector, 'hers.mood')};
$session->query_safe("PREPARE best AS $best");
is($session->query_safe('EXECUTE best'), 'go,od', 'before');
$primary->safe_psql('kept', q{UPDATE hers.mood SET classifier.labels = '{low,up,z}' WHERE part = 0 AND version = 2});
$primary->wait_for_catchup($replica, 'replay', $primary->lsn('insert'));
is($session->query_safe('EXECUTE best'), 'up', 'after');
$session->quit;

# A subscriber in another database: rows that its worker applies are seen at once.
database('subscribed');
$primary->safe_psql('subscribed', q{CREATE SCHEMA "Vector types; 2"; CREATE EXTENSION sbert SCHEMA "Vector types; 2"; CREATE SCHEMA hers});
$primary->command_ok([ 'pg_dump', '--schema-only', '--no-owner', '-t', 'hers.mood', '-f', "$dir/schema", '-d', $primary->connstr('kept') ], 'its schema');
$primary->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $primary->connstr('subscribed'), '-f', "$dir/schema" ], '... restored');
$primary->safe_psql('kept', q{CREATE PUBLICATION p FOR TABLE hers.mood; SELECT pg_create_logical_replication_slot('s', 'pgoutput')});
$primary->safe_psql('subscribed', "CREATE SUBSCRIPTION s CONNECTION '" . $primary->connstr . " dbname=kept' PUBLICATION p WITH (create_slot = false, slot_name = 's')");
$primary->wait_for_subscription_sync($primary, 's', 'subscribed');
my $subscriber = $primary->background_psql('subscribed', on_error_stop => 0);
$subscriber->query_safe("PREPARE best AS $best");
is($subscriber->query_safe('EXECUTE best'), 'up', 'a subscriber answers');
$primary->safe_psql('kept', q{UPDATE hers.mood SET classifier.labels = '{a,b,c}' WHERE part = 0 AND version = 2});
$primary->wait_for_catchup('s');
is($subscriber->query_safe('EXECUTE best'), 'b', 'an update arrives');
$primary->safe_psql('kept', q{DELETE FROM hers.mood WHERE version = 2});
$primary->wait_for_catchup('s');
is($subscriber->query_safe('EXECUTE best'), 'go,od', 'a delete arrives');
$primary->safe_psql('kept', q{TRUNCATE hers.mood});
$primary->wait_for_catchup('s');
my ($out, $failed) = $subscriber->query('EXECUTE best');
like($subscriber->{stderr}, qr/has no version/, 'TRUNCATE arrives');
$subscriber->quit;
$primary->safe_psql('subscribed', 'DROP SUBSCRIPTION s');

# ---- owners ------------------------------------------------------------------------------------------------------------

$primary->safe_psql('restored_custom', 'REASSIGN OWNED BY alice TO dba');
is($primary->safe_psql('restored_custom', 'SELECT DISTINCT owner FROM sbert.classifiers()'), 'dba', 'REASSIGN OWNED');
$primary->safe_psql('restored_plain', 'DROP OWNED BY alice CASCADE');
is($primary->safe_psql('restored_plain', 'SELECT count(*) FROM sbert.classifiers()'), '0', 'DROP OWNED');

done_testing();
