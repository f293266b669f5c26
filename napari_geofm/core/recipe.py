"""A recipe: everything that makes a result, in one documented file (``recipe.toml``)."""

import dataclasses
import hashlib
import json
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.errors import RecipeError, SourceError

__all__ = [
    "AdapterRecipe",
    "EncoderRecipe",
    "InputRecipe",
    "ProbeRecipe",
    "Recipe",
    "SourceRecord",
    "TrainingRecipe",
]

METHODS = ("probe", "lora", "full", "frozen")
DECODERS = ("linear", "pup", "mla", "dpt", "unet")
LOSSES = ("dice+ce", "dice", "ce")
MIDDLE_TAPS = (3, 6)
FORMAT = 1
"""Version of the file's layout; a higher one was written by a newer program."""

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """Which network sees.

    Attributes
    ----------
    name
        timm's name of a ViT.
    weights_sha256
        Hash of the weights' file that the model was trained on; empty before training.
    taps
        Blocks (1-based) whose output is used; the paper's are 3, 6, 9, 12.
    """

    name: str = "vit_small_patch14_dinov2"
    weights_sha256: str = ""
    taps: tuple[int, ...] = (3, 6, 9, 12)

    def __post_init__(self) -> None:
        _check(bool(self.taps) and all(tap >= 1 for tap in self.taps), "encoder.taps", self.taps, "blocks from 1")
        _check(tuple(sorted(set(self.taps))) == self.taps, "encoder.taps", self.taps, "ascending and without doubles")


@dataclass(frozen=True, slots=True)
class InputRecipe:
    """How amplitudes become the picture that is fed.

    Attributes
    ----------
    percent
        Percentile of the amplitude that becomes black or white.
    imagenet
        Whether ImageNet's mean and standard deviation are applied after scaling to 0..1.
    zoom
        Pixels fed per sample and trace.
    window_tokens, overlap_tokens
        Side and least overlap of the windows that long sections are cut into.
    whole_tokens
        Sections up to this many tokens a side are fed whole.
    """

    percent: float = 99.0
    imagenet: bool = False
    zoom: float = 1.0
    window_tokens: int = 37
    overlap_tokens: int = 9
    whole_tokens: int = 46

    def __post_init__(self) -> None:
        _check(50 < self.percent <= 100, "input.percent", self.percent, "above 50, at most 100")
        _check(0.1 <= self.zoom <= 8, "input.zoom", self.zoom, "0.1 to 8")
        _check(self.window_tokens >= 4, "input.window_tokens", self.window_tokens, "at least 4")
        rule = "0 to half of window_tokens"
        _check(0 <= self.overlap_tokens <= self.window_tokens // 2, "input.overlap_tokens", self.overlap_tokens, rule)
        rule = "at least window_tokens"
        _check(self.whole_tokens >= self.window_tokens, "input.whole_tokens", self.whole_tokens, rule)


@dataclass(frozen=True, slots=True)
class ProbeRecipe:
    """The linear head on pooled tokens.

    Attributes
    ----------
    l2
        Strength of the penalty on the weights of standardised features; the loss is a mean over the labels.
    mirror
        Whether the section, and every second crop, is seen mirrored left to right too.
    crops
        Random crops under which each labelled section is encoded too: the same rock at other places in the picture.
    smallest, largest
        Sides of the crops, as shares of the section's.
    balance
        How far classes are made equally heavy: 0 as they occur, 1 fully.
    smooth
        Standard deviation in tokens of the Gaussian that smooths the class scores along a section; 0 for none.
    """

    l2: float = 1.0
    mirror: bool = True
    crops: int = 8
    smallest: float = 0.55
    largest: float = 0.875
    balance: float = 1.0
    smooth: float = 0.0

    def __post_init__(self) -> None:
        _check(0 < self.l2 <= 1e6, "probe.l2", self.l2, "above 0")
        _check(0 <= self.crops <= 64, "probe.crops", self.crops, "0 to 64")
        _check(0.1 <= self.smallest <= self.largest, "probe.smallest", self.smallest, "0.1 to probe.largest")
        _check(self.largest <= 1, "probe.largest", self.largest, "at most 1")
        _check(0 <= self.balance <= 1, "probe.balance", self.balance, "0 to 1")
        _check(0 <= self.smooth <= 8, "probe.smooth", self.smooth, "0 to 8")


@dataclass(frozen=True, slots=True)
class AdapterRecipe:
    """What is trained inside the encoder (LoRA, Hu et al. 2021; the paper uses rank 8 and alpha 1).

    Attributes
    ----------
    rank, alpha
        The update is ``alpha / rank * B @ A``.
    """

    rank: int = 8
    alpha: float = 8.0

    def __post_init__(self) -> None:
        _check(1 <= self.rank <= 256, "adapter.rank", self.rank, "1 to 256")
        _check(0 < self.alpha <= 1024, "adapter.alpha", self.alpha, "above 0")


@dataclass(frozen=True, slots=True)
class TrainingRecipe:
    """How long and how hard.

    Attributes
    ----------
    minutes
        Time for training; 0 when ``steps`` decides.
    steps
        Number of steps; 0 when ``minutes`` decides. The same seed and steps give the same model bit for bit.
    seed
        Seed of everything random.
    loss
        ``dice`` (eq. 1 of the paper), ``ce`` (cross entropy) or ``dice+ce`` (their sum).
    adapter_rate, head_rate, weight_decay
        AdamW's rates for the encoder's trainable part and for the head.
    warmup_steps
        Steps over which the rates rise.
    batch, crop_tokens
        Crops per step and their side.
    flip
        Whether crops are mirrored left to right half of the time.
    gain
        Standard deviation of the random factor (in logarithms) on a crop's contrast; 0 for none.
    probe_start
        Whether the decoder begins as the probe (its linear map on all taps, plus the decoder as a correction that
        begins at zero), or at random as in the paper.
    anchor
        Weight of staying near the probe's answer, averaged over its views, wherever nobody has painted; 0 for none.
        Needs ``probe_start``.
    ema
        Decay of the running mean of the weights that is published; 0 for none.
    patience
        Validations without a gain after which training ends; 0 trains to the end.
    validate_every
        Steps between validations.
    """

    minutes: float = 1.0
    steps: int = 0
    seed: int = 0
    loss: str = "dice+ce"
    adapter_rate: float = 3e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup_steps: int = 10
    batch: int = 2
    crop_tokens: int = 24
    flip: bool = True
    gain: float = 0.1
    probe_start: bool = True
    anchor: float = 1.0
    ema: float = 0.98
    patience: int = 0
    validate_every: int = 20

    def __post_init__(self) -> None:
        _check(0 <= self.minutes <= 60 * 24 * 7, "training.minutes", self.minutes, "0 to 10080")
        _check(0 <= self.steps <= 10_000_000, "training.steps", self.steps, "0 to 10,000,000")
        rule = "above 0, or give minutes"
        _check(self.minutes > 0 or self.steps > 0, "training.steps", self.steps, rule)
        _check(self.loss in LOSSES, "training.loss", self.loss, f"one of {', '.join(LOSSES)}")
        for name in ("adapter_rate", "head_rate"):
            _check(0 < getattr(self, name) <= 1, f"training.{name}", getattr(self, name), "above 0, at most 1")
        _check(0 <= self.weight_decay <= 10, "training.weight_decay", self.weight_decay, "0 to 10")
        _check(self.warmup_steps >= 0, "training.warmup_steps", self.warmup_steps, "at least 0")
        _check(1 <= self.batch <= 1024, "training.batch", self.batch, "1 to 1024")
        _check(4 <= self.crop_tokens <= 256, "training.crop_tokens", self.crop_tokens, "4 to 256")
        _check(0 <= self.gain <= 2, "training.gain", self.gain, "0 to 2")
        _check(0 <= self.anchor <= 100, "training.anchor", self.anchor, "0 to 100")
        _check(0 <= self.ema < 1, "training.ema", self.ema, "0 to below 1")
        _check(self.patience >= 0, "training.patience", self.patience, "at least 0")
        _check(self.validate_every >= 1, "training.validate_every", self.validate_every, "at least 1")


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A survey that a model was trained on.

    Attributes
    ----------
    name, fingerprint
        The file's name and hash.
    low, high
        Amplitudes that were fed as 0 and 1.
    sections
        The labelled sections, as ``--at`` writes them.
    """

    name: str
    fingerprint: str
    low: float
    high: float
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that makes a model.

    Attributes
    ----------
    method
        ``probe``: a linear head on frozen features; ``lora``: adapter and decoder; ``full``: all weights;
        ``frozen``: the decoder only.
    decoder
        ``linear``, ``pup``, ``mla``, ``dpt``; ``unet`` is the baseline without encoder.
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
    probe: ProbeRecipe = field(default_factory=ProbeRecipe)
    adapter: AdapterRecipe = field(default_factory=AdapterRecipe)
    training: TrainingRecipe = field(default_factory=TrainingRecipe)
    classes: ClassTable = field(default_factory=lambda: ClassTable(()))
    sources: tuple[SourceRecord, ...] = ()

    def __post_init__(self) -> None:
        """Refuse impossible values."""
        _check(self.method in METHODS, "method", self.method, f"one of {', '.join(METHODS)}")
        _check(self.decoder in DECODERS, "decoder", self.decoder, f"one of {', '.join(DECODERS)}")
        rule = "linear for the probe; choose lora, full or frozen for another decoder"
        _check(self.method != "probe" or self.decoder == "linear", "decoder", self.decoder, rule)
        rule = "full for the U-Net, which has no encoder to keep"
        _check(self.decoder != "unet" or self.method == "full", "method", self.method, rule)

    @classmethod
    def for_method(cls, method: str = "probe", decoder: str = "linear") -> "Recipe":
        """Return the defaults for a method and decoder, as chosen by measurement (``docs/design/few-shot.md``).

        The probe and the linear and PUP decoders look at the middle of the encoder, whose tokens know rock and not yet
        their place in the picture; what lies deeper is not even computed. MLA and DPT need four taps.
        """
        taps = (3, 6, 9, 12) if decoder in {"mla", "dpt"} else MIDDLE_TAPS
        return cls(method=method, decoder=decoder, encoder=EncoderRecipe(taps=taps))

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
        infos = rest.pop("classes", [])
        recipe: Recipe = _read(cls, rest, "")
        try:
            table = ClassTable(tuple(_read(ClassInfo, info, "classes") for info in infos))
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


def _check(fine: bool, key: str, value: object, rule: str) -> None:
    if not fine:
        msg = f"Recipe value {key} = {value}: must be {rule}"
        raise RecipeError(msg)


def _read(kind: type[D], plain: Mapping[str, Any], where: str) -> D:
    """Build a dataclass from a table, refusing unknown keys and wrong types."""
    hints = typing.get_type_hints(kind)
    known = {item.name: hints[item.name] for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    known.pop("classes", None)
    unknown = sorted(set(plain) - set(known))
    if unknown:
        prefix = f"{where}." if where else ""
        msg = f"Recipe key '{prefix}{unknown[0]}' is unknown; known are {', '.join(sorted(known))}"
        raise RecipeError(msg)
    values = {key: _value(known[key], value, f"{where}.{key}" if where else key) for key, value in plain.items()}
    try:
        return kind(**values)
    except TypeError:
        missing = [
            item.name
            for item in dataclasses.fields(kind)  # type: ignore[arg-type]
            if item.name not in values and item.default is item.default_factory is dataclasses.MISSING
        ]
        msg = f"Recipe table '{where}' lacks {', '.join(missing)}"
        raise RecipeError(msg) from None


def _value(kind: Any, value: object, where: str) -> object:
    """Return ``value`` as the hinted type."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if isinstance(value, Mapping):
            return _read(kind, value, where)
    elif isinstance(kind, types.GenericAlias) and kind.__origin__ is tuple:
        if isinstance(value, list | tuple):
            return tuple(_value(kind.__args__[0], item, where) for item in value)
    elif kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    elif kind in (int, str, bool) and type(value) is kind:
        return value
    name = getattr(kind, "__name__", str(kind))
    msg = f"Recipe value {where} = {value}: must be {'a list' if name == 'tuple' else 'of type ' + name}"
    raise RecipeError(msg)
