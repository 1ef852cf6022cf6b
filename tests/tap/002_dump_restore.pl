# Dumps restore, with their empty search_path: generated columns, expression indexes, triggers, views; and the extension
# lives in any schema, twice in one server, and beside a type of the same name.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir;

# one database with the extension in public, one with it in a schema of an awkward name
my %schema = (plain => 'public', awkward => 'Vector types; 2');
for my $database (sort keys %schema)
{
    my $schema = $schema{$database};
    $node->safe_psql('postgres', "CREATE DATABASE $database");
    $node->safe_psql($database, qq{
        CREATE SCHEMA IF NOT EXISTS "$schema";
        CREATE EXTENSION sbert SCHEMA "$schema";
        CREATE TABLE public.docs (id int PRIMARY KEY, body text,
            e "$schema".vector(384) GENERATED ALWAYS AS ("$schema".embed(body, 'all-MiniLM-L6-v2')) STORED,
            kept "$schema".vector(384));
        CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON public.docs FOR EACH ROW
            EXECUTE FUNCTION sbert.embed_trigger('kept', 'body', 'all-MiniLM-L6-v2');
        CREATE INDEX by_expression ON public.docs ("$schema".embed(body, 'all-MiniLM-L6-v2'));
        CREATE VIEW public.nearest AS SELECT id FROM public.docs
            ORDER BY e OPERATOR("$schema".<=>) "$schema".embed('a cat sleeps', 'all-MiniLM-L6-v2');
        INSERT INTO public.docs SELECT i, 'text number ' || i FROM generate_series(1, 20) i;
        INSERT INTO public.docs VALUES (21, 'the cat is asleep'), (22, NULL);
    });
    for my $format ('custom', 'plain')
    {
        my $restored = "${database}_$format";
        my $file = "$dir/$database.$format";
        $node->command_ok([ 'pg_dump', '-F', $format, '-f', $file, '-d', $node->connstr($database) ], "dump $restored");
        $node->safe_psql('postgres', "CREATE DATABASE $restored");
        my @restore = $format eq 'custom'
            ? ('pg_restore', '--exit-on-error', '-d', $node->connstr($restored), $file)
            : ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($restored), '-f', $file);
        $node->command_ok(\@restore, "restore $restored");
        my $rows = 'SELECT md5(string_agg(docs::text, chr(10) ORDER BY id)) FROM public.docs';
        is($node->safe_psql($restored, $rows), $node->safe_psql($database, $rows), "same rows in $restored");
        is($node->safe_psql($restored, 'SELECT id FROM public.nearest LIMIT 1'), '21', "the view of $restored");
        is($node->safe_psql($restored, q{SET enable_seqscan = off;
            UPDATE public.docs SET body = 'changed' WHERE id = 1; SELECT e::text = kept::text FROM public.docs WHERE id = 1}),
            't', "writes to $restored");
    }
}

# beside another type of the same name, with each first in the search_path
$node->safe_psql('plain', q{CREATE SCHEMA other; CREATE DOMAIN other.vector AS text});
is($node->safe_psql('plain', q{SET search_path = other, public; SELECT vector_dims(embed('x'))}),
    '384', 'another type named vector in front');

# objects go with the extension, and the schema of its functions too
$node->safe_psql('plain', 'DROP EXTENSION sbert CASCADE');
is($node->safe_psql('plain', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'sbert'}), '0', 'nothing left');
$node->safe_psql('plain', 'CREATE EXTENSION sbert');

# a schema sbert that somebody made is not taken over
$node->safe_psql('postgres', 'CREATE SCHEMA sbert');
my ($code, $out, $error) = $node->psql('postgres', 'CREATE EXTENSION sbert');
like($error, qr/schema "sbert" already exists/, 'a foreign schema sbert is refused');

done_testing();
