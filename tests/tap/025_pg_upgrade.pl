# pg_upgrade from server to server, through all that are there, oldest first: columns, generated columns, indexes, classifiers,
# views and functions answer as before, and take new rows. The module must be there for each; the SQL objects stay.
use strict;
use warnings;
use IPC::Run qw(run);
use PostgreSQL::Test::Utils;
use Test::More;

my %bin; # by major version
for my $folder (split /:/, $ENV{SBERT_BINDIRS} // '')
{
    my ($version) = qx{"$folder/postgres" --version} =~ / (\d+)/;
    $bin{$version} //= $folder if $version && -x "$folder/pg_upgrade";
}
my @versions = sort { $a <=> $b } keys %bin;
plan skip_all => 'only one server has the module: bash tests/servers_install.sh 16' if @versions < 2;

my $dir = PostgreSQL::Test::Utils::tempdir_short;
delete @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE PGDATA)};
chdir $dir or die "$dir: $!";

sub data { return "$dir/data" . shift }

sub init
{
    my $version = shift;
    command_ok([ "$bin{$version}/initdb", '-k', '-A', 'trust', '-N', '-U', 'postgres', '-E', 'UTF8', '--locale', 'C',
        '-D', data($version) ], "initdb of $version");
    open my $settings, '>>', data($version) . '/postgresql.conf' or die $!;
    print $settings "listen_addresses = ''\nunix_socket_directories = '$dir'\nfsync = off\n";
    close $settings;
}

sub control
{
    my ($version, @what) = @_;
    command_ok([ "$bin{$version}/pg_ctl", '-w', '-s', '-D', data($version), '-l', "$dir/log$version", @what ],
        "$what[0] $version");
}

sub query
{
    my ($version, $statements) = @_;
    my ($out, $error);
    my $done = run [ "$bin{$version}/psql", '-XqAt', '-v', 'ON_ERROR_STOP=1', '-h', $dir, '-U', 'postgres', '-d', 'postgres' ],
        '<', \$statements, '>', \$out, '2>', \$error;
    ok($done, "statements on $version") or diag($error);
    chomp $out;
    return $out;
}

my $make = q{
    CREATE SCHEMA ai;
    CREATE EXTENSION sbert SCHEMA ai;
    CREATE TABLE docs (id int PRIMARY KEY, body text,
        e ai.vector(384) GENERATED ALWAYS AS (ai.embed(body, 'all-MiniLM-L6-v2')) STORED,
        h ai.halfvec(384), s ai.sparsevec(384));
    INSERT INTO docs (id, body) SELECT i, (ARRAY['cats and dogs', 'tax law', 'a football match', 'new phones'])[1 + i % 4] || ' ' || i
        FROM generate_series(1, 200) i;
    UPDATE docs SET h = e, s = e::ai.sparsevec;
    CREATE TABLE points AS SELECT i AS id, ('[' || i || ',' || i % 17 || ',' || i % 5 || ']')::ai.vector(3) AS e
        FROM generate_series(1, 20000) i;
    CREATE INDEX docs_e ON docs USING sbert_ivf (e ai.vector_cosine_ops);
    CREATE INDEX docs_h ON docs USING sbert_ivf (h ai.halfvec_l2_ops) WITH (rerank_bits = 4);
    CREATE INDEX points_e ON points USING sbert_ivf (e ai.vector_l2_ops);
    SELECT * FROM sbert.train_classifier('topics', 'SELECT body, split_part(body, '' '', 1) FROM docs');
    CREATE VIEW labelled AS SELECT id, sbert.classify(body, 'topics') AS label FROM docs;
    CREATE FUNCTION nearest(q text) RETURNS int LANGUAGE sql STABLE AS
        'SELECT id FROM docs ORDER BY e OPERATOR(ai.<=>) ai.embed(q, ''all-MiniLM-L6-v2'') LIMIT 1';
};
my $ask = q{
    SET enable_seqscan = off; SET search_path = ai, public;
    SELECT md5(string_agg(docs::text, chr(10) ORDER BY id)) FROM docs WHERE id <= 200;
    SELECT array_agg(id) FROM (SELECT id FROM docs ORDER BY e <=> embed('kittens', 'all-MiniLM-L6-v2') LIMIT 5) d;
    SELECT array_agg(id) FROM (SELECT id FROM docs ORDER BY h <-> (SELECT h FROM docs WHERE id = 7) LIMIT 5) d;
    SELECT array_agg(id) FROM (SELECT id FROM points WHERE id <= 20000 ORDER BY e <-> '[7000,3,2]' LIMIT 5) d;
    SELECT nearest('mobile devices');
    SELECT label, count(*) FROM labelled WHERE id <= 200 GROUP BY label ORDER BY label;
    SELECT version, rows FROM sbert.classifiers() WHERE classifier = 'topics'::regclass;
    SELECT extversion FROM pg_extension WHERE extname = 'sbert';
};
my $damaged = q{SELECT count(*) FROM unnest(ARRAY['docs_e', 'docs_h', 'points_e']) i, sbert.index_verify(i::regclass)};

# Servers of November 2026 and later mark columns by an option of their own, which older minor versions do not know. Users upgrade
# to one that is as new. The ones here may be older, so the marks are taken off.
my $unmark = q{SET allow_system_table_mods = on;
    UPDATE pg_attribute SET attoptions = NULL WHERE attoptions::text LIKE '{pg_attver=%}'};

my $version = shift @versions;
init($version);
control($version, 'start');
query($version, $make);
my $before = query($version, $ask);
my $number = 20000;
for my $next (@versions)
{
    query($version, $unmark);
    control($version, 'stop');
    init($next);
    ok(run_log([ "$bin{$next}/pg_upgrade", '-b', $bin{$version}, '-B', $bin{$next}, '-d', data($version), '-D', data($next),
        '-U', 'postgres', '-s', $dir ]), "pg_upgrade from $version to $next")
        or BAIL_OUT(join '', map { slurp_file($_) } glob data($next) . '/pg_upgrade_output.d/*/log/pg_upgrade_dump_*.log');
    control($next, 'start');
    is(query($next, $ask), $before, "$next answers as before");
    is(query($next, $damaged), 0, "$next finds no damage in the indexes");
    $number++;
    is(query($next, qq{SET enable_seqscan = off; SET search_path = ai, public;
        INSERT INTO docs (id, body) VALUES ($number, 'an exhibition of paintings');
        INSERT INTO points VALUES ($number, '[7000,3,$number]');
        SELECT nearest('art museum') > 20000;
        SELECT id FROM points ORDER BY e <-> '[7000,3,$number]' LIMIT 1;
        SELECT count(*) FROM sbert.train_classifier('again$next', 'SELECT body, split_part(body, '' '', 1) FROM docs WHERE id <= 200')}),
        join("\n", 't', $number, 1), "$next takes new rows");
    $version = $next;
}
control($version, 'stop');

done_testing();
