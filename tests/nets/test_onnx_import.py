import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from napari_geofm.errors import WeightsError
from napari_geofm.nets.encoder_spec import EncoderSpec
from napari_geofm.nets.onnx_import import dinov2_from_onnx

Tensors = dict[str, NDArray[np.float32]]

_NAMES = {
    "norm1.weight": "norm1.weight",
    "norm1.bias": "norm1.bias",
    "attn.proj.bias": "attention.output.dense.bias",
    "ls1.gamma": "layer_scale1.lambda1",
    "norm2.weight": "norm2.weight",
    "norm2.bias": "norm2.bias",
    "mlp.fc1.bias": "mlp.fc1.bias",
    "mlp.fc2.bias": "mlp.fc2.bias",
    "ls2.gamma": "layer_scale2.lambda1",
}


def _export(tensors: Tensors, spec: EncoderSpec, leave_out: str = "") -> bytes:
    """Write a graph as an exporter of the transformers layout does: anonymous, transposed linear weights."""
    named = {
        "backbone.embeddings.cls_token": tensors["cls_token"],
        "backbone.embeddings.patch_embeddings.projection.weight": tensors["patch_embed.proj.weight"],
        "backbone.embeddings.patch_embeddings.projection.bias": tensors["patch_embed.proj.bias"],
        "backbone.layernorm.weight": tensors["norm.weight"],
        "backbone.layernorm.bias": tensors["norm.bias"],
        "onnx::Concat_7": tensors["pos_embed"][:, :1],
        "onnx::Reshape_8": tensors["pos_embed"][:, 1:],
        "decoder.weight": np.zeros((1, 5, spec.dim), np.float32),
    }
    nodes: list[NodeProto] = []
    for i in range(spec.depth):
        block = {
            key.removeprefix(f"blocks.{i}."): value for key, value in tensors.items() if key.startswith(f"blocks.{i}.")
        }
        layer = f"backbone.encoder.layer.{i}."
        named |= {layer + theirs: block[ours] for ours, theirs in _NAMES.items()}
        parts = zip(
            ("query", "key", "value"),
            np.split(block["attn.qkv.weight"], 3),
            np.split(block["attn.qkv.bias"], 3),
            strict=True,
        )
        linear = {
            "attention/output/dense": block["attn.proj.weight"],
            "mlp/fc1": block["mlp.fc1.weight"],
            "mlp/fc2": block["mlp.fc2.weight"],
        }
        for name, weight, bias in parts:
            named[f"{layer}attention.attention.{name}.bias"] = bias
            linear[f"attention/attention/{name}"] = weight
        for path, weight in reversed(linear.items()):
            anonymous = f"onnx::MatMul_{len(nodes)}"
            named[anonymous] = weight.T
            node = f"/backbone/encoder/layer.{i}/{path}/MatMul"
            nodes.append(helper.make_node("MatMul", [f"in{len(nodes)}", anonymous], [f"out{len(nodes)}"], name=node))
    output = helper.make_tensor_value_info("out0", TensorProto.FLOAT, None)
    initialisers = [numpy_helper.from_array(np.ascontiguousarray(v), k) for k, v in named.items() if k != leave_out]
    content: bytes = helper.make_model(helper.make_graph(nodes, "g", [], [output], initialisers)).SerializeToString()
    return content


def test_every_tensor_comes_back(tiny_spec: EncoderSpec, tiny_tensors: Tensors) -> None:
    found = dinov2_from_onnx(_export(tiny_tensors, tiny_spec), tiny_spec)
    assert found.keys() == tiny_tensors.keys()
    for name, values in tiny_tensors.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
        assert found[name].dtype == np.float32


@pytest.mark.parametrize("leave_out", ["backbone.layernorm.bias", "onnx::Concat_7", "onnx::MatMul_5"])
def test_an_incomplete_graph_is_refused(tiny_spec: EncoderSpec, tiny_tensors: Tensors, leave_out: str) -> None:
    with pytest.raises(WeightsError, match=r"The ONNX graph has"):
        dinov2_from_onnx(_export(tiny_tensors, tiny_spec, leave_out), tiny_spec)


def test_another_file_is_refused(tiny_spec: EncoderSpec) -> None:
    with pytest.raises(WeightsError, match=r"cannot be read|has no tensor"):
        dinov2_from_onnx(b"\x00 this is no graph" * 9, tiny_spec)
