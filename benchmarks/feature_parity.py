"""Feature parity: ``geofm features ... -o map.npz`` against timm's own forward_intermediates on the stored image.

Prints the largest absolute difference per tap for a section that is fed whole, and for a long one that is encoded in
windows (there each window is run through timm and blended with the stored boxes). Figure: at most 1e-4 in fp32.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from napari_geofm.core.windows import Window, blend_weight
from napari_geofm.nets.weights import resolve_weights

ENCODER = "vit_small_patch14_dinov2"
BLOCKS = (3, 6, 9, 12)


def main() -> None:
    """Compare both sections and print the table."""
    net = timm.create_model(ENCODER, pretrained=False, num_classes=0, img_size=518, dynamic_img_size=True).eval()
    net.load_state_dict(load_file(resolve_weights(ENCODER).path), strict=True)
    print(f"{'section':<24}{'windows':>8}" + "".join(f"{f'tap{block}':>12}" for block in BLOCKS))
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        for name, shape in (("512 x 512", (512, 512)), ("900 x 500", (900, 500))):
            file, out = Path(folder, "section.npy"), Path(folder, "map.npz")
            np.save(file, rng.normal(size=shape).cumsum(1).astype(np.float32))
            command = [sys.executable, "-m", "napari_geofm", "features", str(file), "-o", str(out), "--overwrite"]
            subprocess.run([*command, "--precision", "fp32", "--quiet"], check=True, stdout=subprocess.DEVNULL)
            with np.load(out) as found:
                theirs = _blended(net, found["image"], found["windows"], int(found["overlap"]))
                worst = [np.abs(found[f"tap{block}"] - theirs[place]).max() for place, block in enumerate(BLOCKS)]
                print(f"{name:<24}{len(found['windows']):>8}" + "".join(f"{value:>12.2e}" for value in worst))


@torch.inference_mode()
def _blended(
    net: torch.nn.Module, image: NDArray[np.float32], boxes: NDArray[np.int64], overlap: int
) -> list[NDArray[np.float32]]:
    """Return timm's maps of the image, window by window, blended."""
    grid = (image.shape[1] // 14, image.shape[2] // 14)
    total = [np.zeros((384, *grid), np.float32) for _ in BLOCKS]
    weights = np.zeros(grid, np.float32)
    for top, left, height, width in boxes.tolist():
        window = Window(top, left, height, width)
        part = image[:, 14 * top : 14 * (top + height), 14 * left : 14 * (left + width)]
        maps = net.forward_intermediates(  # type: ignore[operator]
            torch.from_numpy(part.copy())[None],
            indices=[block - 1 for block in BLOCKS],
            norm=True,
            intermediates_only=True,
        )
        weight = np.ones((height, width), np.float32) if len(boxes) == 1 else blend_weight(window, grid, overlap)
        weights[window.places] += weight
        for sum_, found in zip(total, maps, strict=True):
            sum_[(slice(None), *window.places)] += found[0].numpy() * weight
    return [np.asarray(sum_ / weights, np.float32) for sum_ in total]


if __name__ == "__main__":
    main()
