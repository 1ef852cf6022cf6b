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

# Writes `dir`: one layer of 8, mean pooling and, where `wide` is given, a Dense to that many dimensions.
sub make
{
    my ($dir, %option) = @_;
    mkdir $_ for $dir, "$dir/1_Pooling";
    my @words = ('[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', 'cat', 'dog');
    my ($c, $v) = (8, scalar @words);
    my %tensors = (
        'embeddings.word_embeddings.weight' => [ $v, $c ],
        'embeddings.position_embeddings.weight' => [ 16, $c ],
        'embeddings.token_type_embeddings.weight' => [ 2, $c ],
        map({ ("$_.weight" => [$c], "$_.bias" => [$c]) } 'embeddings.LayerNorm',
            map { "encoder.layer.0.$_.LayerNorm" } 'attention.output', 'output'),
        map({ ("encoder.layer.0.attention.$_.weight" => [ $c, $c ], "encoder.layer.0.attention.$_.bias" => [$c]) }
            'self.query', 'self.key', 'self.value', 'output.dense'),
        'encoder.layer.0.intermediate.dense.weight' => [ 16, $c ], 'encoder.layer.0.intermediate.dense.bias' => [16],
        'encoder.layer.0.output.dense.weight' => [ $c, 16 ], 'encoder.layer.0.output.dense.bias' => [$c]);
    my $modules = '{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},' .
        '{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}';
    if (my $wide = $option{wide})
    {
        mkdir "$dir/2_Dense";
        $modules .= ',{"idx":2,"name":"2","path":"2_Dense","type":"sentence_transformers.models.Dense"}';
        write_file("$dir/2_Dense/config.json", qq({"in_features":$c,"out_features":$wide,"bias":true}));
        write_file("$dir/2_Dense/model.safetensors", safetensors('linear.weight' => [ $wide, $c ], 'linear.bias' => [$wide]));
    }
    write_file("$dir/modules.json", "[$modules]");
    write_file("$dir/config.json", qq({"model_type":"bert","vocab_size":$v,"hidden_size":$c,"num_hidden_layers":1,) .
        '"num_attention_heads":2,"intermediate_size":16,"hidden_act":"gelu","max_position_embeddings":16,' .
        '"type_vocab_size":2,"layer_norm_eps":1e-12}');
    write_file("$dir/1_Pooling/config.json", qq({"word_embedding_dimension":$c,"pooling_mode_mean_tokens":true}));
    write_file("$dir/vocab.txt", join('', map { "$_\n" } @words));
    write_file("$dir/tokenizer_config.json", '{"do_lower_case":true,"tokenizer_class":"BertTokenizer"}');
    write_file("$dir/model.safetensors", safetensors(%tensors));
}

1;
