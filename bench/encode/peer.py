"""One peer in a process of its own, on one thread; it measures itself when it is told to.

    peer.py NAME MODEL_DIR ONNX_DIR

Prints {"version": .., "precision": ..} when it has loaded. Then for each line on stdin,
{"texts": FILE, "batch": N, "vectors": FILE}, FILE with one text a line, it encodes all texts and prints {"seconds": s, "cpu_seconds": s};
with "vectors" it writes them there as NumPy does, with "cold" it does not warm up first. Batch 1 is one call a text, in order; else calls of N texts sorted by
length. Tokenizing counts.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy

WARM_UP_SECONDS = 0.5


class SentenceTransformers:
    """As its users call it; it sorts by itself."""

    def __init__(self, model_dir, onnx_dir):
        import sentence_transformers
        import torch

        torch.set_num_threads(1)
        self.model = sentence_transformers.SentenceTransformer(model_dir, device="cpu")
        self.version, self.precision = sentence_transformers.__version__, "f32"
        self.version += f" (torch {torch.__version__.split('+')[0]})"

    def encode(self, texts, batch):
        if batch == 1:
            return numpy.stack([self.model.encode(text, show_progress_bar=False) for text in texts])
        return self.model.encode(texts, batch_size=batch, show_progress_bar=False)


class OnnxGraph:
    """What both runtimes of an ONNX file share: the tokenizer, batches, pooling."""

    def __init__(self, model_dir):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(f"{model_dir}/tokenizer.json")
        limits = json.loads(Path(model_dir, "sentence_bert_config.json").read_text(encoding="utf-8"))
        self.tokenizer.enable_truncation(limits["max_seq_length"])
        self.tokenizer.enable_padding()

    def encode(self, texts, batch):
        order = range(len(texts)) if batch == 1 else sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows = [None] * len(texts)
        for first in range(0, len(texts), batch):
            chosen = order[first : first + batch]
            for i, row in zip(chosen, self.encode_batch([texts[i] for i in chosen])):
                rows[i] = row
        return numpy.stack(rows)

    def feed(self, texts):
        encodings = self.tokenizer.encode_batch(texts)
        ids = numpy.array([encoding.ids for encoding in encodings], dtype=numpy.int64)
        mask = numpy.array([encoding.attention_mask for encoding in encodings], dtype=numpy.int64)
        return {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}

    def encode_batch(self, texts):
        inputs = self.feed(texts)
        states = self.run(inputs)
        sums = numpy.einsum("btc,bt->bc", states, inputs["attention_mask"].astype(numpy.float32))
        return sums / numpy.linalg.norm(sums, axis=1, keepdims=True)  # the mean's length does not matter


class OnnxRuntime(OnnxGraph):
    def __init__(self, model_dir, onnx_dir, precision="f32"):
        import onnxruntime

        super().__init__(model_dir)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            f"{onnx_dir}/{precision}.onnx", options, providers=["CPUExecutionProvider"]
        )
        self.version, self.precision = onnxruntime.__version__, precision

    def run(self, inputs):
        return self.session.run(None, inputs)[0]


class OpenVino(OnnxGraph):
    """`hint` is the precision asked for; None leaves the choice to OpenVINO: bf16 where the CPU has it. The quantised
    file computes in int8 what it was quantised for, and the rest in f32."""

    def __init__(self, model_dir, onnx_dir, file="f32.onnx", hint="f32"):
        import openvino

        super().__init__(model_dir)
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        settings |= {"INFERENCE_PRECISION_HINT": hint} if hint else {}
        model = openvino.Core().compile_model(f"{onnx_dir}/{file}", "CPU", settings)
        chosen = model.get_property("INFERENCE_PRECISION_HINT").get_type_name().replace("float32", "f32")
        self.request = model.create_infer_request()
        self.version, self.precision = openvino.__version__.split("-")[0], "int8" if "int8" in file else chosen

    def run(self, inputs):
        return self.request.infer(inputs, share_inputs=True, share_outputs=True)[0]


PEERS = {
    "sentence-transformers": SentenceTransformers,
    "onnxruntime": OnnxRuntime,
    "onnxruntime-int8": lambda model, onnx: OnnxRuntime(model, onnx, "int8"),
    "openvino": OpenVino,
    "openvino-default": lambda model, onnx: OpenVino(model, onnx, hint=None),
    "openvino-int8": lambda model, onnx: OpenVino(model, onnx, "openvino-int8.xml"),
}


def warm_up(peer, texts, batch):
    start = time.perf_counter()
    for first in range(0, len(texts), batch):
        peer.encode(texts[first : first + batch], batch)
        if time.perf_counter() - start > WARM_UP_SECONDS:
            return


def main():
    name, model_dir, onnx_dir = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")  # a library that prints must not speak in between
    os.dup2(2, 1)
    peer = PEERS[name](model_dir, onnx_dir)
    print(json.dumps({"version": peer.version, "precision": peer.precision}), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        texts = Path(order["texts"]).read_text(encoding="utf-8").split("\n")[:-1]
        if not order.get("cold"):
            warm_up(peer, texts, order["batch"])
        start, cpu_start = time.perf_counter(), time.process_time()
        vectors = peer.encode(texts, order["batch"])
        seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
        if order.get("vectors"):
            numpy.save(order["vectors"], vectors)
        print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds}), file=answers, flush=True)


if __name__ == "__main__":
    main()
