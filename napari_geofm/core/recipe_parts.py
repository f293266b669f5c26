"""The tables of a recipe: encoder, input, probe, adapter, training, sources."""

from dataclasses import dataclass

from napari_geofm.core.checking import check
from napari_geofm.core.input_recipe import InputRecipe
from napari_geofm.core.loss_names import loss_parts
from napari_geofm.core.processing_recipe import ProcessingRecipe
from napari_geofm.core.source_record import SourceRecord

__all__ = [
    "AdapterRecipe",
    "EncoderRecipe",
    "InputRecipe",
    "ProbeRecipe",
    "ProcessingRecipe",
    "SourceRecord",
    "TrainingRecipe",
    "check",
]


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
    tuning
        Name of the tuning that is added to the weights; empty for none, ``auto`` for the newest one of the data's kind.
    tuning_sha256
        Hash of the tuning's file that the model was trained on; empty before training, or without one.
    """

    name: str = "vit_small_patch14_dinov2"
    weights_sha256: str = ""
    taps: tuple[int, ...] = (3, 6, 9, 12)
    tuning: str = ""
    tuning_sha256: str = ""

    @property
    def identity(self) -> str:
        """What tells this encoder from others in caches: the hash of its weights, and of its tuning."""
        return f"{self.weights_sha256}+{self.tuning_sha256}" if self.tuning_sha256 else self.weights_sha256

    def __post_init__(self) -> None:
        check(bool(self.taps) and all(tap >= 1 for tap in self.taps), "encoder.taps", self.taps, "blocks from 1")
        check(tuple(sorted(set(self.taps))) == self.taps, "encoder.taps", self.taps, "ascending and without doubles")


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
        Of many labelled sections each has fewer.
    smallest, largest
        Sides of the crops, as shares of the section's.
    steadying
        Features are weighted by how little they change between the views of the same rock; this share of the mean
        variance is added in every direction, so that none counts for everything. 0 leaves them as they are.
    surroundings
        Standard deviation in tokens of the Gaussian under which the tokens around each one are averaged and put beside
        it; 0 for none.
    texture
        How much energy, frequency and evenness of the reflections count beside the tokens, as a factor on their
        standardised values; 0 for tokens alone.
    balance
        How far classes are made equally heavy: 0 as they occur, 1 fully.
    levelling
        How far, 0 to 1, the classes' offsets are moved against what the fitted head says too often or hardly ever of
        the labelled sections; 0 leaves them as fitted.
    smooth_rows, smooth_columns
        Standard deviations in tokens of the Gaussian that smooths the class scores down and across; 0 for none.
        Layers lie flatter than they are thick, so more across than down.
    """

    l2: float = 0.1
    mirror: bool = True
    crops: int = 8
    smallest: float = 0.55
    largest: float = 0.875
    steadying: float = 0.1
    surroundings: float = 1.5
    texture: float = 2.0
    balance: float = 1.0
    levelling: float = 0.5
    smooth_rows: float = 0.6
    smooth_columns: float = 1.2

    def __post_init__(self) -> None:
        check(0 < self.l2 <= 1e6, "probe.l2", self.l2, "above 0")
        check(0 <= self.crops <= 64, "probe.crops", self.crops, "0 to 64")
        check(0.1 <= self.smallest <= self.largest, "probe.smallest", self.smallest, "0.1 to probe.largest")
        check(self.largest <= 1, "probe.largest", self.largest, "at most 1")
        check(0 <= self.steadying <= 100, "probe.steadying", self.steadying, "0 to 100")
        check(0 <= self.surroundings <= 8, "probe.surroundings", self.surroundings, "0 to 8")
        check(0 <= self.texture <= 100, "probe.texture", self.texture, "0 to 100")
        check(0 <= self.balance <= 1, "probe.balance", self.balance, "0 to 1")
        check(0 <= self.levelling <= 1, "probe.levelling", self.levelling, "0 to 1")
        check(0 <= self.smooth_rows <= 8, "probe.smooth_rows", self.smooth_rows, "0 to 8")
        check(0 <= self.smooth_columns <= 8, "probe.smooth_columns", self.smooth_columns, "0 to 8")


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
        check(1 <= self.rank <= 256, "adapter.rank", self.rank, "1 to 256")
        check(0 < self.alpha <= 1024, "adapter.alpha", self.alpha, "above 0")


@dataclass(frozen=True, slots=True)
class TrainingRecipe:
    """How long and how hard.

    Attributes
    ----------
    minutes
        Time for training; 0 when ``steps`` or ``epochs`` decide.
    steps
        Number of steps; 0 when ``minutes`` or ``epochs`` decide. The same seed and steps give the same model bit for
        bit.
    epochs
        Passes over all labelled sections; 0 when ``minutes`` or ``steps`` decide, else these do not.
    seed
        Seed of everything random.
    loss
        ``dice`` (eq. 1 of the paper), ``soft_dice`` (all classes of one weight), ``ce`` (cross entropy), ``focal``, or
        a sum of them, as in ``dice+ce``.
    balance
        How far cross entropy makes classes equally heavy: 0 as they are painted, 1 fully.
    adapter_rate, head_rate, weight_decay
        AdamW's rates for the encoder's trainable part and for the head.
    warmup_steps
        Steps over which the rates rise, while they fall by a cosine from the first step on; not with ``epochs``.
    warmup_epochs
        With ``epochs``: passes over which the rates rise, before they fall by a cosine.
    clip
        Largest norm of a step's gradient; 0 for any.
    batch, crop_tokens
        Crops per step and their side; a side of 0 takes whole sections, each once in a pass.
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
    head_first
        Part of the budget, from the beginning, in which the encoder stays as it is: a decoder that begins at random
        has nothing to teach it yet, and steps cost half. 0 for none.
    patience
        Validations without a gain after which training ends; 0 trains to the end.
    validate_every
        Steps between validations.
    stop_after
        Step at which training ends although its rates are planned for more; -1 for the last planned one.
    """

    minutes: float = 1.0
    steps: int = 0
    epochs: int = 0
    seed: int = 0
    loss: str = "dice+ce"
    balance: float = 0.5
    adapter_rate: float = 1e-4
    head_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup_steps: int = 10
    warmup_epochs: int = 0
    clip: float = 1.0
    batch: int = 1
    crop_tokens: int = 28
    flip: bool = True
    gain: float = 0.1
    probe_start: bool = True
    anchor: float = 1.0
    ema: float = 0.98
    head_first: float = 0.0
    patience: int = 8
    validate_every: int = 20
    stop_after: int = -1

    def __post_init__(self) -> None:
        check(0 <= self.minutes <= 60 * 24 * 7, "training.minutes", self.minutes, "0 to 10080")
        check(0 <= self.steps <= 10_000_000, "training.steps", self.steps, "0 to 10,000,000")
        check(0 <= self.epochs <= 100_000, "training.epochs", self.epochs, "0 to 100,000")
        rule = "above 0, or give minutes or epochs"
        check(self.minutes > 0 or self.steps > 0 or self.epochs > 0, "training.steps", self.steps, rule)
        check(0 <= self.seed < 2**63, "training.seed", self.seed, "0 to 9223372036854775807")
        loss_parts(self.loss)
        check(0 <= self.balance <= 1, "training.balance", self.balance, "0 to 1")
        for name in ("adapter_rate", "head_rate"):
            check(0 < getattr(self, name) <= 1, f"training.{name}", getattr(self, name), "above 0, at most 1")
        check(0 <= self.weight_decay <= 10, "training.weight_decay", self.weight_decay, "0 to 10")
        check(self.warmup_steps >= 0, "training.warmup_steps", self.warmup_steps, "at least 0")
        rule = "0 to below training.epochs, or 0 without"
        check(0 <= self.warmup_epochs < max(1, self.epochs), "training.warmup_epochs", self.warmup_epochs, rule)
        check(0 <= self.clip <= 1e6, "training.clip", self.clip, "at least 0")
        check(1 <= self.batch <= 1024, "training.batch", self.batch, "1 to 1024")
        fine = self.crop_tokens == 0 or 4 <= self.crop_tokens <= 256
        check(fine, "training.crop_tokens", self.crop_tokens, "4 to 256, or 0 for whole sections")
        check(0 <= self.gain <= 2, "training.gain", self.gain, "0 to 2")
        check(0 <= self.anchor <= 100, "training.anchor", self.anchor, "0 to 100")
        check(0 <= self.ema < 1, "training.ema", self.ema, "0 to below 1")
        check(0 <= self.head_first <= 1, "training.head_first", self.head_first, "0 to 1")
        check(self.patience >= 0, "training.patience", self.patience, "at least 0")
        check(self.stop_after >= -1, "training.stop_after", self.stop_after, "at least -1")
        check(self.validate_every >= 1, "training.validate_every", self.validate_every, "at least 1")
