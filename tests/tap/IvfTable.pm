# A table `items` with an sbert_ivf index `items_e`, small vectors in clusters, and the questions that the tests of the
# index ask: is it whole, and does it give back every row of the table.
package IvfTable;
use strict;
use warnings;
use Exporter 'import';
use CpuTime;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(ivf_create ivf_whole ivf_rows ivf_at_phase $ivf_insert);

# vec(seed): 24 elements around one of 40 centres. Qualified, because expressions of indexes see no schema but pg_catalog (17).
my $functions = q{
    CREATE FUNCTION vec(seed bigint) RETURNS vector(24) LANGUAGE sql IMMUTABLE AS $$
        SELECT array_agg(sin((seed % 40) * (i + 1) * 1.7)
                         + 0.3 * sin(seed * 0.618 * (i + 3) + i * i))::public.vector(24)
        FROM generate_series(1, 24) i
    $$;
};

our $ivf_insert = 'INSERT INTO items (id, e) SELECT i, vec(i) FROM generate_series';

sub ivf_create
{
    my ($node, $rows, $opclass) = @_;
    $opclass //= 'vector_l2_ops';
    $node->safe_psql('postgres', qq{
        CREATE EXTENSION IF NOT EXISTS sbert;
        $functions
        CREATE TABLE items (id bigint, e vector(24)) WITH (autovacuum_enabled = off);
        $ivf_insert(1, $rows) i;
        CREATE INDEX items_e ON items USING sbert_ivf (e $opclass);
    });
}

# All ids that a scan of the index finds, one line; the scan goes on until nothing is left.
sub ivf_rows
{
    my ($node, $how) = @_;
    my $settings = $how eq 'index' ? 'SET enable_seqscan = off; SET enable_sort = off'
                                   : 'SET enable_indexscan = off; SET jit = off';
    return $node->safe_psql('postgres', qq{
        $settings;
        SELECT count(*), md5(string_agg(id::text, ',' ORDER BY id))
        FROM (SELECT id FROM items ORDER BY e <-> vec(7) LIMIT 10000000) s;
    });
}

# The index is whole, and finds what the table has.
sub ivf_whole
{
    my ($node, $name) = @_;
    is($node->safe_psql('postgres', q{SELECT * FROM sbert.index_verify('items_e') LIMIT 20}), '', "$name: whole");
    is(ivf_rows($node, 'index'), ivf_rows($node, 'table'), "$name: every row is found");
    is($node->safe_psql('postgres', q{
        CREATE TEMP TABLE asked AS SELECT q, vec(q) AS e FROM generate_series(1, 20) q;
        SET enable_seqscan = off; SET sbert.target_recall = 1;
        CREATE TEMP TABLE a AS SELECT q, (SELECT array_agg(d) FROM (SELECT items.e <-> asked.e AS d FROM items
            ORDER BY items.e <-> asked.e LIMIT 10) s) FROM asked;
        SET enable_seqscan = on; SET enable_indexscan = off; SET jit = off;
        CREATE TEMP TABLE b AS SELECT q, (SELECT array_agg(d) FROM (SELECT items.e <-> asked.e AS d FROM items
            ORDER BY items.e <-> asked.e LIMIT 10) s) FROM asked;
        SELECT count(*) FROM ((TABLE a EXCEPT TABLE b) UNION ALL (TABLE b EXCEPT TABLE a)) s}),
        '0', "$name: the nearest rows, as an exact scan has them");
}

# at_phase(phase, action): waits until a CREATE INDEX or VACUUM is in this phase, then
#   'cancel'  cancels it and returns how many milliseconds it computed until it ended
#   'crash'   has the server shut down at once, as `pg_ctl stop -m immediate` does
#   'workers' returns the most parallel workers that were seen until it ended
# -1: it ended without being seen in this phase.
my $at_phase = q{
    CREATE OR REPLACE FUNCTION at_phase(wanted text, action text) RETURNS float8 LANGUAGE plpgsql AS $$
    DECLARE
        deadline timestamptz := clock_timestamp() + interval 'PATIENCE s';
        started float8;
        computed float8;
        backend int;
        seen bool := false;
        now_in text;
        workers int := 0;
    BEGIN
        LOOP
            PERFORM pg_stat_clear_snapshot();
            SELECT pid, phase INTO backend, now_in FROM
                (SELECT pid, phase FROM pg_stat_progress_create_index UNION ALL
                 SELECT pid, phase FROM pg_stat_progress_vacuum) s ORDER BY pid LIMIT 1;
            EXIT WHEN now_in LIKE '%' || wanted AND action <> 'workers';
            seen := seen OR backend IS NOT NULL;
            workers := greatest(workers, (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'));
            IF seen AND backend IS NULL OR clock_timestamp() > deadline THEN
                RETURN CASE action WHEN 'workers' THEN workers ELSE -1 END;
            END IF;
            PERFORM pg_sleep(0.0005);
        END LOOP;
        started := cpu_ms(backend);
        IF action = 'crash' THEN
            EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'kill -QUIT ' || split_part(pg_read_file('postmaster.pid'), E'\n', 1));
            PERFORM pg_sleep(60);
        END IF;
        PERFORM pg_cancel_backend(backend);
        LOOP
            PERFORM pg_stat_clear_snapshot();
            EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = backend AND state = 'active');
            computed := coalesce(cpu_ms(backend) - started, computed);
            PERFORM pg_sleep(0.0005);
        END LOOP;
        RETURN coalesce(computed, 0);
    END $$;
};
$at_phase =~ s/PATIENCE/patience(60)/e;

# Runs the statements, and at_phase() beside them; again, up to five times, while the phase is over too soon to be seen.
# Returns what at_phase() says and what the statements wrote to stderr.
sub ivf_at_phase
{
    my ($node, $phase, $action, $sql, $afterwards) = @_;
    $node->safe_psql('postgres', "$cpu_ms $at_phase");
    my ($result, $error);
    for my $try (1 .. 5)
    {
        my ($out, $noise) = ('', '');
        my $watch = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', 'SET jit = off', '-c',
            "SELECT at_phase('$phase', '$action')" ], '>', \$out, '2>', \$noise);
        $node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'SELECT at_phase%' AND state = 'active'});
        (undef, undef, $error) = $node->psql('postgres', $sql);
        if ($action eq 'crash' && $error =~ /connection|terminating/)
        {
            $watch->finish;
            for (1 .. patience(300)) { last unless -e $node->data_dir . '/postmaster.pid'; select(undef, undef, undef, 0.1); }
            $node->stop('immediate', fail_ok => 1);
            $node->start;
            return (0, $error);
        }
        $watch->finish;
        ($result) = split /\n/, $out;
        return ($result, $error) if $result != -1;
        $node->safe_psql('postgres', $afterwards) if defined $afterwards;
    }
    return ($result, $error);
}

1;
