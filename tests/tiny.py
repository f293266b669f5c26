"""A DINOv2 of 20,000 parameters under the real one's name, and a survey of 6 x 96 x 96 samples with strokes.

With it whole jobs, the command line included, run in a second; what only real weights can tell has tests of its own.
"""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.jobs.specs import FinetuneResult, FinetuneSpec, SegmentResult, SegmentSpec, SourceSpec
from napari_geofm.nets.encoder_spec import EncoderSpec
from napari_geofm.samples.seismic import SeismicSample, SeismicSampleSpec, make_seismic, write_segy
from napari_geofm.samples.strokes import draw_strokes

STROKED = (1, 4)
"""Positions of the inlines with strokes."""

TENSORS = ("head.safetensors", "adapter.safetensors")
"""The files of a model that hold what it learned."""

DEAD = (2, 40)
"""Position of a trace that is not in the file."""


@contextmanager
def tiny_dino(folder: Path) -> Iterator[Path]:
    """Put a tiny ViT in the place of DINOv2 ViT-S/14, with its own cache and tuning; yield the file of its weights."""
    from napari_geofm.io import tunings
    from napari_geofm.jobs import workbench
    from napari_geofm.nets import encoder
    from napari_geofm.nets.encoder_spec import DEFAULT_ENCODER, ENCODERS, EncoderSpec

    def create(spec: EncoderSpec) -> Any:
        from timm.models.vision_transformer import VisionTransformer

        return VisionTransformer(
            img_size=spec.train_px,
            patch_size=spec.patch_px,
            embed_dim=spec.dim,
            depth=spec.depth,
            num_heads=spec.heads,
            mlp_ratio=spec.mlp_dim / spec.dim,
            num_classes=0,
            init_values=1.0,
            dynamic_img_size=True,
        )

    spec = dataclasses.replace(ENCODERS[DEFAULT_ENCODER], dim=16, depth=12, heads=2, train_px=56, mlp_dim=16)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENCODERS, DEFAULT_ENCODER, spec)
        patch.setattr(encoder, "_create", create)
        patch.setattr(workbench, "_BENCHES", {})
        patch.setenv("GEOFM_CACHE", str(folder / "cache"))
        patch.setenv("GEOFM_WEIGHTS", str(write_weights(folder / "tiny.safetensors", seed=0)))
        write_tuning(folder / "zoo" / "tunings" / "seismic-1" / "tuning.safetensors", spec)
        patch.setattr(tunings, "zoo_folders", lambda: (folder / "zoo",))
        yield folder / "tiny.safetensors"


def write_weights(path: Path, seed: int) -> Path:
    """Write weights of the encoder that bears the default's name."""
    import torch
    from safetensors.torch import save_file

    from napari_geofm.nets.encoder import build_encoder

    state = build_encoder(random=True, seed=seed).vit.state_dict()
    # As strong as trained ones, so that tokens of different pictures differ.
    save_file({name: value * (8.0 if name.startswith("patch_embed") else 1.0) for name, value in state.items()}, path)
    assert all(torch.isfinite(value).all() for value in state.values())
    return path


def write_tuning(path: Path, spec: EncoderSpec, seed: int = 5) -> Path:
    """Write a tuning of the tiny encoder."""
    import torch

    from napari_geofm.nets.tuning import save_tuning

    generator = torch.Generator().manual_seed(seed)
    layer = "blocks.1.attn.qkv.lora_"
    tensors = {
        f"{layer}A.weight": torch.randn(2, spec.dim, generator=generator),
        f"{layer}B.weight": torch.randn(3 * spec.dim, 2, generator=generator),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_tuning(path, tensors, encoder=spec.name, rank=2, alpha=2.0)
    return path


@dataclass(frozen=True, slots=True)
class TinySurvey:
    """A sample, its file (with one trace missing), strokes on two inlines, and the whole truth, as .npy."""

    sample: SeismicSample
    file: Path
    strokes: Path
    truth: Path

    @property
    def drawn(self) -> NDArray[np.uint8]:
        return np.asarray(np.load(self.strokes), np.uint8)


def write_survey(folder: Path, *, seed: int = 3) -> TinySurvey:
    """Write the survey's files into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    sample = make_seismic(SeismicSampleSpec(seed=seed, inlines=6, crosslines=96, samples=96))
    missing = np.zeros(sample.amplitude.shape[:2], bool)
    missing[DEAD] = True
    file = folder / "tiny.sgy"
    write_segy(sample, file, missing=missing)
    # Three classes, each in several places: left, middle and right in the upper and the lower half.
    truth = np.empty(sample.facies.shape, np.uint8)
    truth[:, :, :48] = np.arange(96)[None, :, None] // 32 % 3
    truth[:, :, 48:] = (np.arange(96)[None, :, None] // 32 + 1) % 3
    strokes = np.full(truth.shape, 255, np.uint8)
    for place in STROKED:
        strokes[place] = draw_strokes(np.ascontiguousarray(truth[place].T), 0.05, seed + place).T
    np.save(folder / "strokes.npy", strokes)
    np.save(folder / "truth.npy", truth)
    return TinySurvey(sample, file, folder / "strokes.npy", folder / "truth.npy")


def quick(method: str = "probe", decoder: str = "linear", **training: Any) -> Recipe:
    """Return a recipe whose training takes a second."""
    recipe = Recipe.for_method(method, decoder)
    budget = {"steps": 3, "batch": 2, "crop_tokens": 5, "validate_every": 1, "warmup_steps": 1} | training
    return dataclasses.replace(
        recipe,
        training=dataclasses.replace(recipe.training, **budget),
        probe=dataclasses.replace(recipe.probe, crops=2),
    )


def taught(
    survey: TinySurvey,
    output: Path,
    recipe: Recipe | None = None,
    report: Callable[[Progress], None] | None = None,
    **options: Any,
) -> FinetuneResult:
    """Run a fine-tune job in this process."""
    sources = options.pop("sources", (SourceSpec(survey.file, survey.strokes),))
    return LocalCompute().run(FinetuneSpec(sources, output, recipe or quick(), **options), report)


def segmented(survey: TinySurvey, model: Path, output: Path, **options: Any) -> SegmentResult:
    return LocalCompute().run(SegmentSpec(survey.file, model, output, **options))


def tensors(model: Path) -> dict[str, bytes]:
    """Return the files of a model's tensors, those that there are."""
    files = (model / name for name in TENSORS)
    return {file.name: file.read_bytes() for file in files if file.exists()}


def left_beside(path: Path) -> list[str]:
    """Return the names of temporary files and folders that lie beside an output."""
    return sorted(found.name for found in path.parent.iterdir() if found.name.startswith("."))
