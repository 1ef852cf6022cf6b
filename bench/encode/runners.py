"""Who is measured: each runner encodes a file of texts and says how long it took. Ours is the command `sbert`."""

import json
import os
import subprocess
import sys
from pathlib import Path

MODEL = "all-MiniLM-L6-v2"
OURS = {MODEL: "f32", f"{MODEL}-bf16": "bf16", f"{MODEL}-int8": "int8"}
PEERS = ["sentence-transformers", "onnxruntime", "onnxruntime-int8", "openvino", "openvino-default", "openvino-int8"]
HERE = Path(__file__).parent

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "RAYON_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def pinned(core, *command):
    return ["taskset", "-c", str(core), *map(str, command)]


class Ours:
    """An installed model, by `sbert bench`: a process a measurement, which warms up by itself."""

    def __init__(self, command, model, core):
        self.command, self.model, self.core = command, model, core
        self.name, self.precision, self.version = "sbert", OURS[model], "this build"

    def measure(self, texts, batch):
        with open(texts, "rb") as file:
            answer = subprocess.run(
                pinned(self.core, self.command, "bench", "--model", self.model, "--batch", batch, "--repeat", 1),
                stdin=file, stdout=subprocess.PIPE, check=True,
            ).stdout
        self.tokens = json.loads(answer)["tokens"]
        return json.loads(answer)["seconds"][0]

    def vectors(self, texts, out):
        with open(texts, "rb") as file:
            subprocess.run([self.command, "embed", "--model", self.model, "--npy", out],
                           stdin=file, stderr=subprocess.DEVNULL, check=True)

    def close(self):
        pass


class Peer:
    """peer.py in a process that lives as long as the bench."""

    def __init__(self, name, model_dir, onnx_dir, core, log):
        self.log = log
        self.process = subprocess.Popen(
            pinned(core, sys.executable, HERE / "peer.py", name, model_dir, onnx_dir),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            env=os.environ | ONE_THREAD,
        )
        self.name = name.removesuffix("-int8").removesuffix("-default")
        loaded = self.answer()
        self.version, self.precision = loaded["version"], loaded["precision"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"bench encode: a peer ended, see {self.log.name}: {' '.join(self.process.args)}")
        return json.loads(line)

    def order(self, **order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def measure(self, texts, batch):
        return self.order(texts=str(texts), batch=batch)["seconds"]

    def vectors(self, texts, out):
        self.order(texts=str(texts), batch=32, vectors=str(out))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def require_models(command):
    listed = subprocess.run([command, "list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    usable = [line.split()[0] for line in listed.splitlines() if "unusable" not in line]
    for model in OURS:
        if model not in usable:
            raise SystemExit(f"bench encode: the model {model} is not installed: ./run model")


def export(model_dir, onnx_dir, data, log):
    """The files of export_*.py. They are made once: all of them, or none."""
    if onnx_dir.exists():
        return
    print("exporting the model for ONNX Runtime and OpenVINO", file=sys.stderr)
    new = onnx_dir.with_suffix(".new")
    for program, *arguments in (["export_onnx.py", model_dir, new], ["export_openvino.py", model_dir, new, data]):
        done = subprocess.run([sys.executable, HERE / program, *arguments],
                              env=os.environ | ONE_THREAD, stdout=log, stderr=log)
        if done.returncode != 0:
            raise SystemExit(f"bench encode: {program} failed, see {log.name}")
    new.rename(onnx_dir)


def start(command, peers, model_dir, data, work, core):
    """Ours first, f32 before all; then the peers, loaded. `work` gets the exported files and the peers' log."""
    require_models(command)
    runners = [Ours(command, model, core) for model in OURS]
    onnx_dir, log = work / "exported", open(work / "peers.log", "w", encoding="utf-8")
    if peers:
        export(model_dir, onnx_dir, data, log)
    for name in peers:
        peer = Peer(name, model_dir, onnx_dir, core, log)
        if name == "openvino-default" and peer.precision == "f32":
            peer.close()  # a CPU without bf16: the same as openvino
        else:
            runners.append(peer)
    return runners
