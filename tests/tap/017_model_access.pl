# What an ordinary user learns of the server's files, and which folders of models are searched: no path, one answer for
# "there is none" and "it may not be used"; the server's log has the rest. A model that cannot be opened leaves nothing behind.
use strict;
use warnings;
use File::Copy qw(copy);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TinyModel;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
my $dir = PostgreSQL::Test::Utils::tempdir;
mkdir "$dir/$_" for 'closed', 'open';
$node->append_conf('postgresql.conf', "sbert.model_path = '$dir/open/:$dir//closed/'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION sbert; CREATE ROLE ordinary');

sub error_of
{
    my ($sql) = @_;
    my ($code, $out, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql");
    return $error;
}

sub ordinary { return error_of("SET ROLE ordinary; SET client_min_messages = 'debug5'; $_[0]"); }

# What a statement says, without what differs by name.
sub answer
{
    my ($name) = @_;
    my $error = ordinary("SELECT embed('a cat', '$name')");
    my ($said) = $error =~ /(ERROR:.*?)\nLOCATION/s;
    $said =~ s/$name/NAME/g;
    return $said;
}

TinyModel::make("$dir/tiny");
sub import_into
{
    my ($folder, $name) = @_;
    command_ok([ $ENV{SBERT_COMMAND}, 'import', "$dir/tiny/", '--name', $name, '--out', "$dir/$folder/$name.sbert" ], "a tiny model in $folder");
}
import_into('closed', $_) for 'usable', 'writable', 'broken', 'changed';
import_into('open', $_) for 'there', 'usable';
chmod(0666, "$dir/closed/writable.sbert");
truncate("$dir/closed/broken.sbert", 100);
mkdir "$dir/closed/folder.sbert";
symlink("$dir/nowhere", "$dir/closed/dangling.sbert");
symlink('/etc/shadow', "$dir/closed/secret.sbert");
chmod(0777, "$dir/open");

# one answer, whatever the reason, and no path in anything that the client is sent
my $none = answer('no-such-model');
like($none, qr/^ERROR:  42704: model "NAME" is not installed, or may not be used\nHINT:  /, 'a model that is not there');
is(answer($_), $none, "$_: the same answer") for 'writable', 'broken', 'folder', 'dangling', 'secret', 'there';
for my $name ('no-such-model', 'writable', 'broken', 'there')
{
    unlike(ordinary("SELECT embed('a cat', '$name')"), qr/\Q$dir\E|\.sbert/, "$name: no path");
}
is($node->safe_psql('postgres', "SET ROLE ordinary; SELECT string_agg(name, ' ' ORDER BY name) FROM sbert.models() WHERE problem IS NOT NULL OR path IS NOT NULL"),
    '', 'the list tells an ordinary user of no file');
my $log = slurp_file($node->logfile);
like($log, qr{closed/writable\.sbert" may be written by others}, 'the log tells why a file is refused');
like($log, qr{Folder "\Q$dir\E/open" is passed over: it may be written by others}, 'and why a folder is');
unlike($log, qr{\Q$dir\E/+\w+//}, 'with one slash between folder and file');

# who may read the server's files is told
like(error_of("SELECT embed('a cat', 'writable')"), qr/ERROR:  42501: .*closed\/writable\.sbert/, 'a superuser is told the file');
like(error_of("SELECT embed('a cat', 'there')"), qr/42704: .*HINT: .*\Q$dir\E\/open" is passed over/s, 'and the folder');
like($node->safe_psql('postgres', q{SELECT string_agg(name, ' ' ORDER BY name) FROM sbert.models() WHERE problem IS NOT NULL}),
    qr/broken.*writable/, 'sbert.models() lists what is broken');

# a folder that others may write is not searched; a later one is
is($node->safe_psql('postgres', q{SELECT path FROM sbert.models() WHERE name = 'usable'}), "$dir//closed/usable.sbert", 'the closed folder serves');
chmod(0755, "$dir/open");
is($node->safe_psql('postgres', q{SELECT path FROM sbert.models() WHERE name = 'usable'}), "$dir/open/usable.sbert", 'closed, the first one serves again');
like($node->safe_psql('postgres', q{SET ROLE ordinary; SELECT embed('a cat', 'there')}), qr/^\[/, 'for everybody');

# a file that was written in place: the message names the model, the log the file
my $session = $node->background_psql('postgres', on_error_stop => 0);
$session->query_safe(q{SET ROLE ordinary; SELECT embed('a cat', 'changed')});
truncate("$dir/closed/changed.sbert", 100);
$session->query(q{SELECT embed('a dog', 'changed')});
like($session->{stderr}, qr/the file of model "changed" was written in place/, 'the model is named');
unlike($session->{stderr}, qr/\Q$dir\E/, 'not its file');
like(slurp_file($node->logfile), qr{The file is "\Q$dir\E//closed/changed\.sbert"}, 'that is in the log');
$session->{stderr} = '';
$session->quit;

# a thousand tries to open what cannot be opened
$session = $node->background_psql('postgres');
my $tries = q{
    DO $$ BEGIN FOR i IN 1..1000 LOOP
        BEGIN PERFORM embed('a cat', 'broken'); EXCEPTION WHEN data_corrupted THEN NULL; END;
        BEGIN PERFORM embed('a cat', 'writable'); EXCEPTION WHEN insufficient_privilege THEN NULL; END;
    END LOOP; END $$};
my $used = q{SELECT sum(used_bytes) FROM pg_backend_memory_contexts WHERE name = 'TopMemoryContext'};
$session->query_safe($tries);
my $before = $session->query_safe($used);
$session->query_safe($tries);
cmp_ok($session->query_safe($used) - $before, '<', 10000, 'leave no memory in the session');
$session->quit;

done_testing();
