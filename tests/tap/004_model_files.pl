# Models as an administrator meets them: damaged, foreign, replaced, pinned, in further places, on databases of other
# encodings.
use strict;
use warnings;
use File::Copy qw(copy);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use TinyModel;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
my $dir = PostgreSQL::Test::Utils::tempdir;
$node->append_conf('postgresql.conf', "sbert.model_path = '$dir'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION sbert');
my $good = "$ENV{SBERT_MODEL_DIR}/all-MiniLM-L6-v2.sbert";

sub write_file
{
    my ($path, $bytes, $mode) = @_;
    open(my $file, '>:raw', $path) or die "$path: $!";
    print $file $bytes;
    close $file;
    chmod($mode // 0644, $path);
}

sub error_of
{
    my ($sql) = @_;
    my ($code, $out, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql");
    return $error;
}

open(my $file, '<:raw', $good) or die "$good: $!";
my $bytes = do { local $/; <$file> };
close $file;

# a copy in a further place works under its own name; its fingerprint is the original's
copy($good, "$dir/copy.sbert");
chmod(0644, "$dir/copy.sbert");
is($node->safe_psql('postgres', q{SELECT embed('x', 'copy') = embed('x')}), 't', 'sbert.model_path is searched');

# damage that opening finds
write_file("$dir/truncated.sbert", substr($bytes, 0, length($bytes) / 2));
write_file("$dir/empty.sbert", '');
write_file("$dir/text.sbert", "this is no model\n" x 1000);
(my $altered = $bytes) =~ s/"hidden_size":384/"hidden_size":385/;
write_file("$dir/altered.sbert", $altered);
my $version = $bytes;
substr($version, 8, 4) = pack('V', 99);
write_file("$dir/version.sbert", $version);
for my $case (
    [ truncated => 'XX001', qr/truncated: \d+ of \d+ bytes/ ],
    [ empty => 'XX001', qr/truncated within its header/ ],
    [ text => 'XX001', qr/it is no packed model/ ],
    [ altered => 'XX001', qr/its header is altered/ ],
    [ version => '55000', qr/version 99/ ])
{
    my ($name, $state, $message) = @$case;
    my $error = error_of("SELECT embed('x', '$name')");
    like($error, qr/ERROR:  $state: /, "$name: SQLSTATE");
    like($error, $message, "$name: message");
}

# altered contents pass opening and are found by verify
my $content = $bytes;
substr($content, length($content) - 5000, 1) = chr(ord(substr($content, length($content) - 5000, 1)) ^ 1);
write_file("$dir/content.sbert", $content);
command_ok([ $ENV{SBERT_COMMAND}, 'verify', "$dir/copy.sbert" ], 'verify passes an intact file');
command_fails_like([ $ENV{SBERT_COMMAND}, 'verify', "$dir/content.sbert" ], qr/altered|fingerprint|match/, 'verify finds altered contents');

# files that others may write
copy($good, "$dir/writable.sbert");
chmod(0666, "$dir/writable.sbert");
my $error = error_of(q{SELECT embed('x', 'writable')});
like($error, qr/ERROR:  42501: .*writable/, 'a file that others may write is refused');

# a model of more dimensions than a vector has
for my $wide (16000, 16001, 65636)
{
    TinyModel::make("$dir/wide-$wide", wide => $wide);
    command_ok([ $ENV{SBERT_COMMAND}, 'import', "$dir/wide-$wide", '--name', "wide-$wide", '--out', "$dir/wide-$wide.sbert" ], "a model of $wide dimensions");
}
is($node->safe_psql('postgres', q{SELECT vector_dims(embed('a cat', 'wide-16000')), vector_dims((embed(ARRAY['a', NULL, 'cat'], 'wide-16000'))[3])}), '16000|16000', '16000 dimensions');
for my $wide (16001, 65636)
{
    like(error_of("SELECT embed('a cat', 'wide-$wide')"), qr/54000: model "wide-$wide" has $wide dimensions/, "$wide dimensions are refused");
    like(error_of("SELECT embed(ARRAY['a cat'], 'wide-$wide')"), qr/54000: /, "$wide dimensions are refused in an array");
}

# an ordinary user is told no path
$node->safe_psql('postgres', 'CREATE ROLE ordinary');
my $told = error_of(q{SET ROLE ordinary; SELECT embed('x', 'truncated')});
like($told, qr/42704: model "truncated" is not installed, or may not be used/, 'an ordinary user is told the name');
unlike($told, qr/\Q$dir\E/, 'and no path');

# sbert.model_path is checked before it can do harm
like(error_of(q{LOAD 'sbert'; ALTER SYSTEM SET sbert.model_path = 'models'}), qr/22023: .*DETAIL:  Folders begin with a slash/s, 'a relative folder is refused');

# an unknown name lists the known ones
like(error_of(q{SELECT embed('x', 'nothing-like-it')}), qr/42704: .*nothing-like-it.*HINT: .*all-MiniLM-L6-v2.*copy/s, 'the hint lists the known');

# the list tells what is wrong
is($node->safe_psql('postgres', q{SELECT string_agg(name, ' ' ORDER BY name) FROM sbert.models() WHERE problem IS NOT NULL}),
    'altered empty text truncated version writable', 'sbert.models() tells the broken ones');

# replaced by force: a running backend keeps its model, a new one sees the new
my $session = $node->background_psql('postgres', on_error_stop => 0);
my $before = $session->query_safe(q{SELECT md5(vector_send(embed('x', 'copy'))::text)});
rename("$dir/content.sbert", "$dir/copy.sbert");
is($session->query_safe(q{SELECT md5(vector_send(embed('x', 'copy'))::text)}), $before, 'a running backend keeps its model');
unlink("$dir/copy.sbert");
# a file that is written in place is noticed before it can do harm
TinyModel::make("$dir/tiny");
command_ok([ $ENV{SBERT_COMMAND}, 'import', "$dir/tiny", '--name', 'tiny', '--out', "$dir/tiny.sbert" ], 'a tiny model');
$session->query_safe(q{SELECT embed('a cat', 'tiny')});
truncate("$dir/tiny.sbert", 100);
$session->query(q{SELECT embed('a cat', 'tiny')});
like($session->{stderr}, qr/written in place/, 'a file that shrank is refused, not read');
$session->{stderr} = '';
is($session->query_safe(q{SELECT md5(vector_send(embed('x', 'copy'))::text)}), $before, 'even when the file is gone');
$session->quit;
like(error_of(q{SELECT embed('x', 'copy')}), qr/42704/, 'a new backend does not find it');

# databases in other encodings: texts are converted
my $text = 'Übergrößenträger café';
my $utf8 = $node->safe_psql('postgres', "SELECT md5(vector_send(embed('$text'))::text)");
for my $encoding ('LATIN1', 'WIN1252', 'SQL_ASCII')
{
    my $database = 'in_' . lc($encoding);
    $node->safe_psql('postgres', "CREATE DATABASE $database ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
    $node->safe_psql($database, 'CREATE EXTENSION sbert');
    is($node->safe_psql($database, "SET client_encoding = " . ($encoding eq 'SQL_ASCII' ? 'SQL_ASCII' : 'UTF8') .
            "; SELECT md5(vector_send(embed('$text'))::text)"), $utf8, "the same vector in a database in $encoding");
    is($node->safe_psql($database, "SET client_encoding = " . ($encoding eq 'SQL_ASCII' ? 'SQL_ASCII' : 'UTF8') .
            "; SELECT string_agg(substr('$text', start_char, end_char - start_char + 1), '|') FROM sbert.tokenize('$text') WHERE token = 'cafe'")
            =~ /caf/ ? 1 : 0, 1, "places in a database in $encoding") if $encoding ne 'SQL_ASCII';
}
my ($code, $out, $invalid) = $node->psql('in_sql_ascii', "\\set VERBOSITY verbose\nSELECT embed(E'a\\xff\\xfeb')");
like($invalid, qr/ERROR:  22021/, 'bytes that are not UTF-8 are refused');

done_testing();
