"""Names and shapes of BERT's tensors, as transformers has them: what a converted model must have, and nothing else."""

EMBEDDINGS = ("word_embeddings", "position_embeddings", "token_type_embeddings")


def expected(shape, words, positions, types=2):
    """{name: shape} for the layers of a catalog.Bert."""
    inner = 4 * shape.hidden
    rows = dict(zip(EMBEDDINGS, (words, positions, types)))
    tensors = {f"embeddings.{name}.weight": (count, shape.hidden) for name, count in rows.items()}
    tensors |= norm("embeddings.LayerNorm", shape.hidden)
    for layer in range(shape.layers):
        prefix = f"encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            tensors |= linear(f"{prefix}.{part}", shape.hidden, shape.hidden)
        tensors |= norm(f"{prefix}.attention.output.LayerNorm", shape.hidden)
        tensors |= linear(f"{prefix}.intermediate.dense", shape.hidden, inner)
        tensors |= linear(f"{prefix}.output.dense", inner, shape.hidden)
        tensors |= norm(f"{prefix}.output.LayerNorm", shape.hidden)
    return tensors


def linear(name, inputs, outputs):
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def norm(name, width):
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def check(tensors, wanted):
    """Raises ValueError unless `tensors` has the names and shapes `wanted`."""
    found = {name: tensor.shape for name, tensor in tensors.items()}
    wrong = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    if wrong:
        raise ValueError("these tensors are not as expected: " + ", ".join(f"{n} {found.get(n)}" for n in wrong[:5]))
