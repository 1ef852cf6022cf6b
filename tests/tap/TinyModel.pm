# A model directory as sentence-transformers saves it, small and of random weights, for tests that need models of their own.
package TinyModel;
use strict;
use warnings;

sub write_file
{
    my ($path, $bytes) = @_;
    open(my $file, '>:raw', $path) or die "$path: $!";
    print $file $bytes;
    close $file or die "$path: $!";
}

# A safetensors file of f32 tensors: name => [shape].
sub safetensors
{
    my (%shapes) = @_;
    my ($at, $data, @entries) = (0, '');
    for my $name (sort keys %shapes)
    {
        my $count = 1;
        $count *= $_ for @{ $shapes{$name} };
        my $values = pack('f<*', map { rand(0.4) - 0.2 } 1 .. $count);
        push @entries, sprintf('"%s":{"dtype":"F32","shape":[%s],"data_offsets":[%d,%d]}',
            $name, join(',', @{ $shapes{$name} }), $at, $at + length $values);
        $at += length $values;
        $data .= $values;
    }
    my $header = '{' . join(',', @entries) . '}';
    $header .= ' ' x (-length($header) % 8);
    return pack('Q<', length $header) . $header . $data;
}

# A dense layer's tensors.
sub linear
{
    my ($name, $out, $in) = @_;
    return ("$name.weight" => [ $out, $in ], "$name.bias" => [$out]);
}

sub norm
{
    my ($name, $c) = @_;
    return ("$name.weight" => [$c], "$name.bias" => [$c]);
}

# The encoder's tensors, with `prefix` before their names.
sub encoder
{
    my ($prefix, $v, $c, $f, $positions) = @_;
    my $layer = "${prefix}encoder.layer.0";
    return (
        "${prefix}embeddings.word_embeddings.weight" => [ $v, $c ],
        "${prefix}embeddings.position_embeddings.weight" => [ $positions, $c ],
        "${prefix}embeddings.token_type_embeddings.weight" => [ 2, $c ],
        norm("${prefix}embeddings.LayerNorm", $c), norm("$layer.attention.output.LayerNorm", $c), norm("$layer.output.LayerNorm", $c),
        map({ linear("$layer.attention.$_", $c, $c) } 'self.query', 'self.key', 'self.value', 'output.dense'),
        linear("$layer.intermediate.dense", $f, $c), linear("$layer.output.dense", $c, $f));
}

sub write_common
{
    my ($dir, $c, $f, $positions, $more, $words) = @_;
    my @words = ('[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', 'cat', 'dog', map { "word$_" } 8 .. $words // 7);
    my $v = scalar @words;
    write_file("$dir/config.json", qq({"model_type":"bert","vocab_size":$v,"hidden_size":$c,"num_hidden_layers":1,) .
        qq("num_attention_heads":2,"intermediate_size":$f,"hidden_act":"gelu","max_position_embeddings":$positions,) .
        qq("type_vocab_size":2,"layer_norm_eps":1e-12$more}));
    write_file("$dir/vocab.txt", join('', map { "$_\n" } @words));
    write_file("$dir/tokenizer_config.json", '{"do_lower_case":true,"tokenizer_class":"BertTokenizer"}');
    return $v;
}

# Writes `dir`: one layer of 8, mean pooling and, where `wide` is given, a Dense to that many dimensions.
sub make
{
    my ($dir, %option) = @_;
    mkdir $_ for $dir, "$dir/1_Pooling";
    my $c = 8;
    my $v = write_common($dir, $c, 16, 16, '');
    my $modules = '{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},' .
        '{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}';
    if (my $wide = $option{wide})
    {
        mkdir "$dir/2_Dense";
        $modules .= ',{"idx":2,"name":"2","path":"2_Dense","type":"sentence_transformers.models.Dense"}';
        write_file("$dir/2_Dense/config.json", qq({"in_features":$c,"out_features":$wide,"bias":true}));
        write_file("$dir/2_Dense/model.safetensors", safetensors(linear('linear', $wide, $c)));
    }
    write_file("$dir/modules.json", "[$modules]");
    write_file("$dir/1_Pooling/config.json", qq({"word_embedding_dimension":$c,"pooling_mode_mean_tokens":true}));
    write_file("$dir/model.safetensors", safetensors(encoder('', $v, $c, 16, 16)));
}

# Writes `dir` as transformers saves it: one layer of 256 that reads 256 tokens, so that it takes time, and a head. Where `words` is
# given, it has so many, and a layer of 8.
#   sequence  one score; of pairs, too
#   tokens    the labels O and B-PET
#   sparse    a masked language model, to be imported by --head splade
sub make_head
{
    my ($dir, $head, %option) = @_;
    mkdir $dir;
    my ($c, $f, $positions) = $option{words} ? (8, 16, 16) : (256, 512, 256);
    my $words = $option{words} // 7;
    my %of = (
        sequence => [ 'ForSequenceClassification', '"id2label":{"0":"score"}', linear('bert.pooler.dense', $c, $c), linear('classifier', 1, $c) ],
        tokens => [ 'ForTokenClassification', '"id2label":{"0":"O","1":"B-PET"}', linear('classifier', 2, $c) ],
        sparse => [ 'ForMaskedLM', '"tie_word_embeddings":true', linear('cls.predictions.transform.dense', $c, $c),
            norm('cls.predictions.transform.LayerNorm', $c), 'cls.predictions.bias' => [$words] ]);
    my ($class, $more, %tensors) = @{ $of{$head} };
    my $v = write_common($dir, $c, $f, $positions, qq(,"architectures":["Bert$class"],$more), $words);
    write_file("$dir/model.safetensors", safetensors(encoder('bert.', $v, $c, $f, $positions), %tensors));
}

1;
