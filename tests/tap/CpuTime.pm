# What a process has computed, in place of how long something took: the same on a machine that is busy.
package CpuTime;
use strict;
use warnings;
use Exporter 'import';
use Test::More;

our @EXPORT = qw($cpu_ms cpu_ms ends_in_time patience);

# In SQL, for superusers: milliseconds of a backend's own time, to 10 ms; null when it is gone. Fields of /proc/PID/stat: proc(5).
our $cpu_ms = q{
    CREATE OR REPLACE FUNCTION public.cpu_ms(pid int) RETURNS float8 LANGUAGE sql AS $$
        SELECT 10 * (field[12]::float8 + field[13]::float8)
        FROM regexp_split_to_array(split_part(pg_read_file('/proc/' || pid || '/stat', 0, 10000, true), ') ', 2), ' ') field
    $$;
};

# The same for Perl; undefined when the process is gone.
sub cpu_ms
{
    open(my $file, '<', "/proc/$_[0]/stat") or return undef;
    my $line = <$file> // return undef;
    my @field = split / /, ($line =~ /\) (.*)/)[0];
    return 10 * ($field[11] + $field[12]);
}

# Tests that each of the named statements, which take longer, computes for less than 100 ms beyond a timeout of 1,500 ms. The
# server has cpu_ms().
sub ends_in_time
{
    my ($node, %work) = @_;
    for my $name (sort keys %work)
    {
        my $late = $node->safe_psql('postgres', qq{
            CREATE FUNCTION pg_temp.lateness() RETURNS float8 LANGUAGE plpgsql AS \$\$
            DECLARE started float8 := cpu_ms(pg_backend_pid());
            BEGIN
                EXECUTE \$work\$$work{$name}\$work\$;
                RETURN -1;
            EXCEPTION WHEN query_canceled THEN
                RETURN greatest(0, cpu_ms(pg_backend_pid()) - started - 1500);
            END \$\$;
            SET statement_timeout = 1500;
            SELECT pg_temp.lateness();
        });
        cmp_ok($late, '!=', -1, "$name: the timeout came first");
        cmp_ok($late, '<', 100, "$name: $late ms late");
    }
    return;
}

# Seconds to wait before something counts as endless, on this machine as busy as it is (tests/lib.sh).
sub patience { return $_[0] * ($ENV{SBERT_PATIENCE} || 1); }

1;
