# An updated database has the objects of a new installation, for every version that was released; and the module refuses the
# objects of a version that it does not serve.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

my $default = $node->safe_psql('postgres', q{SELECT default_version FROM pg_available_extensions WHERE name = 'sbert'});
my @released = grep { $_ ne $default } split /\n/,
    $node->safe_psql('postgres', q{SELECT version FROM pg_available_extension_versions WHERE name = 'sbert' ORDER BY 1});
ok(@released > 0, "versions before $default: @released");

sub database
{
    my ($name, $statements) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $name");
    $node->safe_psql($name, $statements);
}

# Every object of the extension as a statement, as pg_upgrade copies them, without the numbers that differ between
# databases, and in an order of its own: pg_dump sorts what depends on one another by those numbers.
sub objects
{
    my ($out, $error);
    run_log([ 'pg_dump', '--binary-upgrade', '--schema-only', '-d', $node->connstr(shift) ], '>', \$out, '2>', \$error);
    is($error, '', 'pg_dump says nothing');
    $out =~ s/^-- (?!Name:).*\n//mg;
    $out =~ s/; Owner: .*//mg;
    $out =~ s/^SELECT pg_catalog\.binary_upgrade_set_next.*\n//mg;
    $out =~ s/^\\(?:un)?restrict .*\n//mg;
    $out =~ s/^SELECT pg_catalog\.binary_upgrade_create_empty_extension\((.*?)\);\n/without_numbers($1)/meg;
    return join "\n\n", sort split /\n{2,}/, $out;
}

sub without_numbers
{
    my $arguments = shift;
    $arguments =~ s/'\{?[\d,]+\}?'::pg_catalog\.oid(\[\])?/OID/g;
    return "extension $arguments\n";
}

for my $schema ('public', 'Vector types; 2')
{
    my $suffix = $schema eq 'public' ? 'public' : 'other';
    my $place = qq{CREATE SCHEMA IF NOT EXISTS "$schema"; CREATE EXTENSION sbert SCHEMA "$schema"};
    database("new_$suffix", $place);
    my $expected = objects("new_$suffix");
    cmp_ok(() = $expected =~ /^CREATE /mg, '>', 300, 'all objects are compared');
    for my $version (@released)
    {
        (my $updated = "from_${version}_$suffix") =~ tr/./_/;
        database($updated, qq{$place VERSION '$version'; ALTER EXTENSION sbert UPDATE});
        is(objects($updated), $expected, "from $version to $default in $suffix");
    }
}

# the comparison sees one object too many, and one that differs
$node->safe_psql('new_public', q{CREATE FUNCTION one_more() RETURNS int LANGUAGE sql AS 'SELECT 1';
    ALTER EXTENSION sbert ADD FUNCTION one_more()});
isnt(objects('new_public'), objects('new_other'), 'schemas differ');
my $before = objects('new_public');
$node->safe_psql('new_public', q{CREATE OR REPLACE FUNCTION one_more() RETURNS int LANGUAGE sql AS 'SELECT 2'});
isnt(objects('new_public'), $before, 'a difference in one function is seen');

# data of an older version stays and works under the new module, before and after the update
for my $version (@released)
{
    (my $name = "data_$version") =~ tr/./_/;
    database($name, qq{CREATE EXTENSION sbert VERSION '$version';
        CREATE TABLE docs AS SELECT i AS id, ('[' || i || ',1,' || i % 7 || ']')::vector(3) AS e FROM generate_series(1, 2000) i;
        CREATE INDEX docs_e ON docs USING sbert_ivf (e vector_l2_ops)});
    my $nearest = q{SET enable_seqscan = off; SELECT string_agg(id::text, ' ' ORDER BY n) FROM
        (SELECT id, row_number() OVER () n FROM (SELECT id FROM docs ORDER BY e <-> '[500,1,3]' LIMIT 5) t) s};
    my $found = $node->safe_psql($name, $nearest);
    like($found, qr/^500 /, "$version under the new module");
    $node->safe_psql($name, 'ALTER EXTENSION sbert UPDATE');
    is($node->safe_psql($name, $nearest), $found, "the same after the update from $version");
    is($node->safe_psql($name, q{SELECT extversion FROM pg_extension WHERE extname = 'sbert'}), $default, 'the version is told');
}

# what cannot be done
my ($code, $out, $error) = $node->psql('new_other', 'ALTER EXTENSION sbert UPDATE');
is($code, 0, 'an update with nothing to do is no error');
like($error, qr/version "\Q$default\E" of extension "sbert" is already installed/, 'and says so');
($code, $out, $error) = $node->psql('new_other', q{ALTER EXTENSION sbert UPDATE TO '9.9.9'});
like($error, qr/no update path from version "\Q$default\E" to version "9\.9\.9"/, 'an update to a version that is not there');

# the objects of a version that this module does not know
$node->safe_psql('new_other', q{CREATE TABLE held (e "Vector types; 2".vector(3)); INSERT INTO held VALUES ('[1,2,3]');
    CREATE INDEX ON held USING sbert_ivf (e "Vector types; 2".vector_l2_ops)});
$node->safe_psql('new_other', q{UPDATE pg_extension SET extversion = '9.9.9' WHERE extname = 'sbert'});
for my $statement ('SELECT sbert.models()', q{SELECT '[1,2]'::"Vector types; 2".vector})
{
    ($code, $out, $error) = $node->psql('new_other', "\\set VERBOSITY verbose\n$statement");
    like($error, qr/55000: the module of sbert \Q$default\E does not serve the extension's version "9\.9\.9"/, $statement);
    like($error, qr/HINT: .*ALTER EXTENSION sbert UPDATE.*reconnect/, 'with the cure');
}
# neither a look at the table nor getting rid of it needs the module's functions
is($node->safe_psql('new_other', 'SELECT count(*) FROM held; BEGIN; DROP EXTENSION sbert CASCADE; ROLLBACK; DROP TABLE held'), '1',
    'tables with such columns can be counted and dropped');
$node->safe_psql('new_other', qq{UPDATE pg_extension SET extversion = '$default' WHERE extname = 'sbert'});
is($node->safe_psql('new_other', q{SELECT '[1,2]'::"Vector types; 2".vector}), '[1,2]', 'and works again');

done_testing();
