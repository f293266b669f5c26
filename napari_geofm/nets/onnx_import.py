"""DINOv2 out of an ONNX graph that was exported from the transformers layout, as timm names its tensors."""

import re
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from napari_geofm.errors import WeightsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_geofm.nets.encoder_spec import EncoderSpec

__all__ = ["dinov2_from_onnx"]

_LAYER = "backbone.encoder.layer.{i}."
# timm's name within a block -> the initialiser's.
_NAMED = {
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
# timm's name within a block -> path of the MatMul node that multiplies by its transpose.
_MULTIPLIED = {
    "attn.proj.weight": "attention/output/dense",
    "mlp.fc1.weight": "mlp/fc1",
    "mlp.fc2.weight": "mlp/fc2",
}
_QKV = ("query", "key", "value")


class _Graph:
    """The initialisers of a graph by name, and the weights of its MatMul nodes by the node's name."""

    def __init__(self, content: bytes) -> None:
        import onnx

        try:
            graph = onnx.load_from_string(content).graph
        # protobuf's DecodeError is no ValueError, and importing protobuf for its name alone would tie us to its API.
        except Exception as error:
            raise WeightsError(f"The ONNX file cannot be read ({error}); fetch it again.") from error
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        self._weight_of = {n.name: n.input[1] for n in graph.node if n.op_type == "MatMul" and len(n.input) > 1}

    def named(self, name: str) -> "NDArray[np.float32]":
        """Return one initialiser as float32."""
        from onnx import numpy_helper

        if name not in self._tensors:
            raise WeightsError(f"The ONNX graph has no tensor '{name}'; it is not the DINOv2 export expected here.")
        values = numpy_helper.to_array(cast("Any", self._tensors[name]))
        return np.ascontiguousarray(values, dtype=np.float32)

    def multiplied(self, node: str) -> "NDArray[np.float32]":
        """Return the weight of a MatMul node, shape (out, in): the transpose of what the graph holds."""
        if node not in self._weight_of:
            raise WeightsError(f"The ONNX graph has no node '{node}'; it is not the DINOv2 export expected here.")
        return np.ascontiguousarray(self.named(self._weight_of[node]).T)

    def anonymous(self, prefix: str, dim: int) -> "NDArray[np.float32]":
        """Return the one initialiser of shape (1, n, dim) whose generated name starts with ``prefix``."""
        pattern = re.compile(rf"{re.escape(prefix)}\d+")
        found = [
            name
            for name, tensor in self._tensors.items()
            if pattern.fullmatch(name) and len(tensor.dims) == 3 and (tensor.dims[0], tensor.dims[2]) == (1, dim)
        ]
        if len(found) != 1:
            raise WeightsError(
                f"The ONNX graph has {len(found)} tensors '{prefix}*' of {dim} channels; one is expected."
            )
        return self.named(found[0])


def dinov2_from_onnx(content: bytes, spec: "EncoderSpec") -> "dict[str, NDArray[np.float32]]":
    """Return the encoder's tensors by timm's names.

    Linear weights are anonymous in such a graph and stored as (in, out): each is found by the MatMul node that uses
    it, and transposed; query, key and value are stacked in that order.

    Parameters
    ----------
    content : bytes
        The ONNX file.
    spec : EncoderSpec
        A DINOv2 net without registers.

    Returns
    -------
    dict of str to ndarray of float32
        As :meth:`EncoderSpec.shapes` lists them; no mask token.

    Raises
    ------
    WeightsError
        Where the graph lacks a tensor or a node.
    """
    graph = _Graph(content)
    tensors = {
        "cls_token": graph.named("backbone.embeddings.cls_token"),
        "pos_embed": np.concatenate(
            [graph.anonymous("onnx::Concat_", spec.dim), graph.anonymous("onnx::Reshape_", spec.dim)], axis=1
        ),
        "patch_embed.proj.weight": graph.named("backbone.embeddings.patch_embeddings.projection.weight"),
        "patch_embed.proj.bias": graph.named("backbone.embeddings.patch_embeddings.projection.bias"),
        "norm.weight": graph.named("backbone.layernorm.weight"),
        "norm.bias": graph.named("backbone.layernorm.bias"),
    }
    for i in range(spec.depth):
        tensors |= _block(graph, i)
    return tensors


def _block(graph: _Graph, i: int) -> "dict[str, NDArray[np.float32]]":
    """Return the tensors of one transformer block."""
    layer, path = _LAYER.format(i=i), f"/backbone/encoder/layer.{i}"
    block = {key: graph.named(layer + name) for key, name in _NAMED.items()}
    block |= {key: graph.multiplied(f"{path}/{name}/MatMul") for key, name in _MULTIPLIED.items()}
    attention = "attention/attention"
    block["attn.qkv.weight"] = np.concatenate([graph.multiplied(f"{path}/{attention}/{x}/MatMul") for x in _QKV])
    block["attn.qkv.bias"] = np.concatenate([graph.named(f"{layer}attention.attention.{x}.bias") for x in _QKV])
    return {f"blocks.{i}.{key}": values for key, values in block.items()}
