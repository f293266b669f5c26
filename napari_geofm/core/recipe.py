"""A recipe: everything that makes a result, in one documented file (``recipe.toml``)."""

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.recipe_parts import (
    AdapterRecipe,
    EncoderRecipe,
    InputRecipe,
    ProbeRecipe,
    ProcessingRecipe,
    SourceRecord,
    TrainingRecipe,
    check,
)
from napari_geofm.core.tables import read_table
from napari_geofm.errors import RecipeError, SourceError

__all__ = [
    "AUTO",
    "AdapterRecipe",
    "EncoderRecipe",
    "InputRecipe",
    "ProbeRecipe",
    "ProcessingRecipe",
    "Recipe",
    "SourceRecord",
    "TrainingRecipe",
]

METHODS = ("probe", "lora", "full", "frozen")
DECODERS = ("linear", "guided", "pup", "mla", "dpt", "unet")
MIDDLE_TAPS = (3, 6)
FOUR_TAPS = (3, 4, 5, 6)
NEED_FOUR = ("mla", "dpt")
"""Decoders that read four taps, no more and no fewer."""
AUTO = "auto"
"""The tuning of the data's kind, or the decoder that suits the labels: decided when these are known."""
GENTLE_RATE = 1e-5
"""Rate of a head that begins as the probe: its weights are about 0.01, which 1e-4 overwrites within a minute."""
FROM_SCRATCH: Mapping[str, Any] = {"head_rate": 1e-3, "crop_tokens": 16, "patience": 0}
"""How what begins at random is trained: on crops small enough for hundreds of steps in a minute, and to the end, since
its first scores say nothing about its last."""
HEAD_FIRST = 0.5
QUICK_RATE = 3e-4
"""Rate of an adapter that has half of the steps only, behind such a decoder."""
FORMAT = 4
"""Version of the file's layout; a higher one was written by a newer program."""
BEFORE: Mapping[int, Mapping[str, float]] = {2: {"surroundings": 0.0}, 3: {"texture": 0.0, "levelling": 0.0}}
"""What probes of formats before each were made with, where their recipe does not say: texture came within 2."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that makes a model.

    Attributes
    ----------
    method
        ``probe``: a linear head on frozen features; ``lora``: adapter and decoder; ``full``: all weights;
        ``frozen``: the decoder only.
    decoder
        ``linear``, ``guided``, ``pup``, ``mla``, ``dpt``; ``unet`` is the baseline without encoder; ``auto``, before
        training: guided where sections are labelled all over, else linear.
    classes
        Names and colours.
    along
        Axis along which volumes are cut; empty for lines and images.
    sources
        What it was trained on.
    """

    method: str = "probe"
    decoder: str = "linear"
    along: str = ""
    encoder: EncoderRecipe = field(default_factory=EncoderRecipe)
    input: InputRecipe = field(default_factory=InputRecipe)
    processing: ProcessingRecipe = field(default_factory=ProcessingRecipe)
    probe: ProbeRecipe = field(default_factory=ProbeRecipe)
    adapter: AdapterRecipe = field(default_factory=AdapterRecipe)
    training: TrainingRecipe = field(default_factory=TrainingRecipe)
    classes: ClassTable = field(default_factory=lambda: ClassTable(()))
    sources: tuple[SourceRecord, ...] = ()

    def __post_init__(self) -> None:
        """Refuse impossible values."""
        check(self.method in METHODS, "method", self.method, f"one of {', '.join(METHODS)}")
        check(self.decoder in (*DECODERS, AUTO), "decoder", self.decoder, f"one of {', '.join((*DECODERS, AUTO))}")
        rule = "linear for the probe; choose lora, full or frozen for another decoder"
        check(self.method != "probe" or self.decoder == "linear", "decoder", self.decoder, rule)
        rule = "full for the U-Net, which has no encoder to keep"
        check(self.decoder != "unet" or self.method == "full", "method", self.method, rule)

    @classmethod
    def for_method(cls, method: str = "probe", decoder: str = "linear") -> "Recipe":
        """Return the defaults for a method and decoder, as chosen by measurement (``docs/design/few-shot.md``).

        All look at the middle of the encoder, whose tokens know rock and not yet their place in the picture; what lies
        deeper is not even computed. These blocks are tuned where there is a tuning for the kind of data. MLA and DPT
        need four taps.
        """
        taps = FOUR_TAPS if decoder in NEED_FOUR else MIDDLE_TAPS
        training = TrainingRecipe()
        if method == "lora" and decoder in {"linear", AUTO}:
            training = dataclasses.replace(training, head_rate=GENTLE_RATE)
        elif method in {"lora", "frozen"} and decoder not in {"linear", AUTO}:
            training = dataclasses.replace(training, **FROM_SCRATCH, adapter_rate=QUICK_RATE, head_first=HEAD_FIRST)
        elif decoder == "unet":
            training = dataclasses.replace(training, **FROM_SCRATCH)
        encoder = EncoderRecipe(taps=taps, tuning="" if decoder == "unet" else AUTO)
        return cls(method=method, decoder=decoder, encoder=encoder, training=training)

    def with_decoder(self, decoder: str) -> "Recipe":
        """Return the recipe with another decoder; settings of training that are the defaults become that one's."""
        before, after = (self.for_method(self.method, each).training for each in (self.decoder, decoder))
        own = {
            each.name: getattr(after, each.name)
            for each in dataclasses.fields(TrainingRecipe)
            if getattr(self.training, each.name) == getattr(before, each.name)
        }
        return dataclasses.replace(self, decoder=decoder, training=dataclasses.replace(self.training, **own))

    def taps_from(self, probe: EncoderRecipe) -> tuple[int, ...]:
        """Return the blocks that are looked at where a probe goes on as this recipe.

        They are the probe's, but where the decoder needs four and the probe has fewer or more: there its own four, or
        of another encoder four over the part that the probe looks at.

        Parameters
        ----------
        probe
            The probe's encoder.

        Examples
        --------
        >>> recipe = Recipe.for_method("lora", "dpt")
        >>> recipe.taps_from(EncoderRecipe("vit_small_patch14_dinov2", taps=(3, 6)))
        (3, 4, 5, 6)
        >>> recipe.taps_from(EncoderRecipe("vit_large_patch14_dinov2", taps=(6, 12)))
        (6, 8, 10, 12)
        """
        own, last = self.encoder, max(4, probe.taps[-1])
        if self.decoder not in NEED_FOUR or len(probe.taps) == 4:
            return probe.taps
        if own.name == probe.name and len(own.taps) == 4:
            return own.taps
        first = min(probe.taps[0], last - 3)
        return tuple(round(first + place * (last - first) / 3) for place in range(4))

    def to_dict(self) -> dict[str, Any]:
        """Return plain dictionaries, lists, strings and numbers."""
        plain: dict[str, Any] = {"format": FORMAT} | dataclasses.asdict(self)
        plain["classes"] = [dataclasses.asdict(info) for info in self.classes]
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Recipe":
        """Read what :meth:`to_dict` wrote; keys that are left out have their defaults.

        Raises
        ------
        RecipeError
            When a key is unknown, or a value impossible.
        """
        rest = dict(plain)
        version = rest.pop("format", FORMAT)
        if not isinstance(version, int) or version > FORMAT:
            msg = f"Recipe format {version} is newer than this program's ({FORMAT}); update napari-geofm"
            raise RecipeError(msg)
        for since, made in BEFORE.items():
            if version < since and isinstance(rest.get("probe", {}), Mapping):
                rest["probe"] = dict(made) | dict(rest.get("probe", {}))
        infos = rest.pop("classes", [])
        recipe: Recipe = read_table(cls, rest, "")
        try:
            table = ClassTable(tuple(read_table(ClassInfo, info, "classes") for info in infos))
        except (TypeError, AttributeError):
            msg = "Recipe key 'classes' is not a list of tables; write [[classes]] with name and colour"
            raise RecipeError(msg) from None
        return dataclasses.replace(recipe, classes=table)

    @classmethod
    def read(cls, path: Path) -> "Recipe":
        """Read a ``recipe.toml``.

        Raises
        ------
        SourceError, RecipeError
            When it is not there, not TOML, or has an unknown key or impossible value.
        """
        try:
            return cls.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
        except OSError:
            msg = f"Recipe {path} cannot be read; give the path of a recipe.toml"
            raise SourceError(msg) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            msg = f"Recipe {path} is not TOML ({error}); mend it or leave it out"
            raise RecipeError(msg) from None

    def to_toml(self) -> str:
        """Return the text of a ``recipe.toml``."""
        import tomli_w

        return tomli_w.dumps(self.to_dict())

    @property
    def key(self) -> str:
        """Hash of everything in the recipe."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()
