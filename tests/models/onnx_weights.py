"""The weights of an ONNX export of a BERT under the names that transformers has for them.

The exporter of PyTorch keeps the names of embeddings, biases and layer norms. It folds the transpose of each linear layer's weight into a
nameless matrix of (inputs, outputs). A MatMul with such a matrix feeds the Add of the layer's bias, which has its name still: so
X.bias tells the name of X.weight.
"""

import numpy
import onnx
from onnx import numpy_helper

BETWEEN = ("Identity", "Cast", "Reshape")  # what may stand between a product and its bias


def read(data):
    """{name: float32 array} of a model's bytes; a prefix that all names share is left out."""
    graph = onnx.load_from_string(data).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    users = {}
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in arrays:  # a tensor that two layers share
            arrays[node.output[0]] = arrays[node.input[0]]
        for name in node.input:
            users.setdefault(name, []).append(node)
    named = {name: array for name, array in arrays.items() if name.endswith((".weight", ".bias")) and array.dtype == numpy.float32}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in arrays and node.input[1] not in named:
            bias = bias_of(node, users, named)
            named[bias.removesuffix("bias") + "weight"] = numpy.ascontiguousarray(arrays[node.input[1]].T)
    return without_prefix(named)


def bias_of(product, users, named):
    node = product
    while True:
        (node,) = users[node.output[0]]
        if node.op_type == "Add":
            return next(name for name in node.input if name in named)
        if node.op_type not in BETWEEN:
            raise ValueError(f"{product.name} feeds {node.op_type}, not the sum with a bias")


def without_prefix(named):
    (prefix,) = {name.split("embeddings.")[0] for name in named if name.endswith("word_embeddings.weight")}
    return {name.removeprefix(prefix): array for name, array in named.items()}
