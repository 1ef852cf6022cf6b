# Reports over millions of labels end soon after a cancel, wherever it comes: while rows are counted, sorted or written out.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use CpuTime;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', $cpu_ms . q{
    CREATE EXTENSION sbert;
    CREATE TABLE labels AS SELECT array_agg('B-' || i) AS a FROM generate_series(1, 1000000) i;
    ALTER TABLE labels ALTER a SET STORAGE EXTERNAL;
    UPDATE labels SET a = a || '{}'::text[]});

my %reports = (
    'sets' => q{sbert.classification_report(a, a)},
    'confusions' => q{sbert.confusion_matrix(a, a)},
    'given labels' => q{sbert.classification_report('a'::text, 'b', a)},
    'entities' => q{sbert.entity_report(a, a)},
    'entities by a scheme' => q{sbert.entity_report(a, a, 'IOB2')},
    'a report as a text' => q{sbert.report_text(sbert.classification_report(a, a))});

# What the server computes beyond a timeout at most, over timeouts that fall into every part of the work.
for my $name (sort keys %reports)
{
    my $late = $node->safe_psql('postgres', qq{
        CREATE FUNCTION pg_temp.lateness(milliseconds int) RETURNS float8 LANGUAGE plpgsql AS \$\$
        DECLARE started float8 := cpu_ms(pg_backend_pid()); n bigint;
        BEGIN
            EXECUTE \$report\$SELECT count(r) FROM (SELECT $reports{$name} AS r FROM labels OFFSET 0) s\$report\$ INTO n;
            RETURN -1;
        EXCEPTION WHEN query_canceled THEN
            RETURN greatest(0, cpu_ms(pg_backend_pid()) - started - milliseconds);
        END \$\$;
        } . join('', map { "SET statement_timeout = $_; SELECT pg_temp.lateness($_) AS late \\gset late_$_\n" } 200, 500, 1000, 2000) .
        'RESET statement_timeout; SELECT round(greatest(' . join(', ', map { ":late_${_}late" } 200, 500, 1000, 2000) . "))");
    diag("$name: at most $late ms late");
    cmp_ok($late, '>', -1, "$name: a timeout came first");
    cmp_ok($late, '<', 200, "$name: and was obeyed");
}
is($node->safe_psql('postgres', q{SELECT cardinality(sbert.classification_report(a, a)) FROM labels}), '1000004', 'undisturbed, it ends');

done_testing();
