"""The table of a recipe that says how amplitudes become the picture that is fed."""

from dataclasses import dataclass

from napari_geofm.core.checking import check

__all__ = ["CHANNELS", "InputRecipe"]

CHANNELS = ("grey", "relief")
"""What the encoder may be fed as red, green and blue."""


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
    local_px
        Samples over which brightness is taken relative to its surroundings, the same mean and spread everywhere (the
        standard deviation of a Gaussian): elevation shows its small forms so. 0 leaves it as it is.
    window_tokens, overlap_tokens
        Side and least overlap of the windows that long sections are cut into.
    whole_tokens
        Sections up to this many tokens a side are fed whole.
    channels
        What the encoder's red, green and blue are: ``grey`` (the amplitude in all three), or, of a map of elevation,
        ``relief``: elevation above its surroundings, hillshade, slope.
    """

    percent: float = 99.0
    imagenet: bool = False
    zoom: float = 1.0
    local_px: float = 0.0
    window_tokens: int = 37
    overlap_tokens: int = 9
    whole_tokens: int = 46
    channels: str = "grey"

    def __post_init__(self) -> None:
        check(50 < self.percent <= 100, "input.percent", self.percent, "above 50, at most 100")
        check(0.1 <= self.zoom <= 8, "input.zoom", self.zoom, "0.1 to 8")
        rule = "1 to 512, or 0 for none"
        check(self.local_px == 0 or 1 <= self.local_px <= 512, "input.local_px", self.local_px, rule)
        check(self.window_tokens >= 4, "input.window_tokens", self.window_tokens, "at least 4")
        rule = "0 to half of window_tokens"
        check(0 <= self.overlap_tokens <= self.window_tokens // 2, "input.overlap_tokens", self.overlap_tokens, rule)
        rule = "at least window_tokens"
        check(self.whole_tokens >= self.window_tokens, "input.whole_tokens", self.whole_tokens, rule)
        check(self.channels in CHANNELS, "input.channels", self.channels, " or ".join(CHANNELS))
        grey = self.local_px == 0 or self.channels == "grey"
        check(grey, "input.local_px", self.local_px, "0 with input.channels = relief, which is local already")
