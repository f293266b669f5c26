"""``geofm weights``: fetch or check the encoder's weights."""

from argparse import Namespace
from typing import Any

from napari_geofm.cli.output import Result, reporter
from napari_geofm.core.progress import Progress

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Fetch the weights where they are not yet here (``get``), or say which copy is in use (``verify``)."""
    from napari_geofm.nets.weights import resolve_weights, verify

    report = reporter(arguments)

    def told(done: int, total: int, text: str) -> None:
        if report is not None:
            report(Progress(done, total, text))

    if arguments.action == "get":
        weights = resolve_weights(arguments.encoder, on_progress=told)
        data: dict[str, Any] = {
            "encoder": weights.encoder,
            "path": weights.path,
            "sha256": weights.sha256,
            "source": weights.source,
            "upstream": weights.upstream,
        }
        return Result(data, [f"{weights.encoder}: {weights.path} ({weights.upstream}; found in: {weights.source})"])
    found = verify(arguments.encoder, on_progress=told)
    data = {
        "encoder": found.weights.encoder,
        "path": found.weights.path,
        "sha256": found.weights.sha256,
        "source": found.weights.source,
        "upstream": found.weights.upstream,
        "parameters": found.parameters,
        "hub_reached": found.hub_reached,
        "equals_hub": found.equals_hub,
        "max_difference": found.max_difference,
        "reason": found.reason,
    }
    return Result(data, [str(found)])
