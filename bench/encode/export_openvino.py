"""OpenVINO's int8: its own post-training quantisation (nncf), weights and activations, of the model in f32.

    export_openvino.py MODEL_DIR ONNX_DIR DATA      ONNX_DIR/f32.onnx -> ONNX_DIR/openvino-int8.xml and .bin

The way that sentence-transformers documents for its OpenVINO backend: static, calibrated with 300 sentences, tuned for
transformers. Weights in int8 alone would be simpler, but without VNNI OpenVINO multiplies those in f32.
"""

import sys
from pathlib import Path

import nncf
import openvino

import texts
from peer import OnnxGraph


def main():
    model_dir, out, data = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    feed = OnnxGraph(model_dir).feed
    calibration = nncf.Dataset([[text] for text in texts.calibration(data)], feed)
    model = openvino.Core().read_model(out / "f32.onnx")
    quantised = nncf.quantize(model, calibration, model_type=nncf.ModelType.TRANSFORMER, subset_size=300)
    openvino.save_model(quantised, out / "openvino-int8.xml", compress_to_fp16=False)


if __name__ == "__main__":
    main()
