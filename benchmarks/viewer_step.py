"""What a step to another section of a 466 MB survey takes, until it is drawn.

Amplitude: beside a bare napari viewer in the same process, with a canvas of the same size, that is handed the same
array from memory; ours reads it from the file. Stepping on, and jumping to and fro, where nothing can be read ahead.
Feature map: cached; not cached, beside the encoder alone on the same
section in the same worker, one after the other; the same while a fine-tune runs. Figures: amplitude at most 1.3 x bare
napari's; cached map at most 100 ms; other maps at most the encoder's time and 50 ms, and one training step while
training. Medians.
"""

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.viewer_bodies import BareEncoderSpec
from benchmarks.viewer_stage import Draws, Stage, large_cube, on_a_screen, own_folders, settle, until, verdict

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.core.progress import Progress
    from napari_geofm.core.region import At

REPEATS = 30
MAPS = 8
SPARE_MS = 50.0


def main() -> int:
    """Measure, print; return 1 where a figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="sections along each axis")
    parser.add_argument("--maps", type=int, default=MAPS, help="0: amplitudes alone")
    options = parser.parse_args()
    on_a_screen("2800x800x24")
    from napari_geofm.compute.worker_compute import WorkerCompute
    from napari_geofm.gui.engine import Engine

    with own_folders() as folder:
        engine = Engine(WorkerCompute(bodies_under=("benchmarks.",)))
        stage = Stage(large_cube(folder), engine=lambda: engine)
        met = amplitudes(stage, options.repeats)
        met &= not options.maps or Maps(stage).measure(options.maps)
        stage.close()
    return int(not met)


def amplitudes(stage: Stage, repeats: int) -> bool:
    """Print the times of amplitudes for each direction."""
    import napari

    session, met = stage.workspace.session, True
    bare = napari.Viewer(title="bare")
    bare.window._qt_window.move(1380, 0)
    draws = Draws(bare)
    rows: dict[str, NDArray[np.float64]] = {}
    for axis in session.survey.cuts:
        places = places_along(stage, axis, repeats + 2)
        image = alike(stage, bare, session.section(places[0]).values)
        for way, chosen in (("step", nearby(stage, axis, repeats + 2)), ("jump", to_and_fro(places))):
            arrays = [session.section(at).values for at in chosen]
            ours(stage, places[-1])
            # In turns, so that both meet the same neighbours on a shared machine; the first two rounds warm up.
            pairs = [(ours(stage, at), theirs(draws, image, each)) for at, each in zip(chosen, arrays, strict=True)][2:]
            rows[f"{axis}, {way}"] = np.median(1000 * np.array(pairs), axis=0)
        bare.layers.clear()
    bare.close()
    print(f"{'amplitude drawn, ms':<28}{'geofm':>10}{'bare napari':>14}{'ratio':>8}   (CPU: {'geofm':>8}{'bare':>8})")
    for name, ((our, our_cpu), (their, their_cpu)) in rows.items():
        cpu = f"{our_cpu:>14.1f}{their_cpu:>8.1f}"
        print(f"{name:<28}{our:>10.1f}{their:>14.1f}{our / their:>8.2f}{cpu}")
    for name, ((our, _), (their, _)) in rows.items():
        met &= verdict(f"amplitude, {name}, times bare napari's", our / their, 1.3)
    return met


def alike(stage: Stage, bare: "Viewer", array: NDArray[np.float32]) -> Any:
    """Give a bare viewer a layer as large on the screen as ours, on a canvas of the same size; return it."""
    amplitude = stage.workspace.view.layers.amplitude
    image = bare.add_image(array, colormap="gray", contrast_limits=(-1000, 1000), scale=amplitude.scale)
    window = bare.window._qt_window
    settle(0.3)
    window.resize(window.size() + stage.canvas.size() - bare.window._qt_viewer.canvas.native.size())
    settle(0.3)
    for name in ("center", "zoom"):
        setattr(bare.scene.camera, name, getattr(stage.viewer.scene.camera, name))
    settle(0.3)
    return image


def places_along(stage: Stage, axis: str, count: int) -> list["At"]:
    """Return sections spread along an axis."""
    from napari_geofm.core.region import At

    values = stage.workspace.session.survey.axis(axis).values
    picks = np.linspace(3, len(values) - 4, count).round().astype(int)
    return [At(axis, values[pick].item()) for pick in picks]


def nearby(stage: Stage, axis: str, count: int) -> list["At"]:
    """Return neighbouring sections in the middle of an axis, one after the other."""
    from napari_geofm.core.region import At

    values = stage.workspace.session.survey.axis(axis).values
    first = (len(values) - count) // 2
    return [At(axis, value.item()) for value in values[first : first + count]]


def to_and_fro(places: "list[At]") -> "list[At]":
    """Return places in an order in which none lies as far beyond another as that beyond the one before."""
    half = len(places) // 2
    return [each for pair in zip(places[:half], reversed(places[half:]), strict=False) for each in pair]


def ours(stage: Stage, at: "At") -> tuple[float, float]:
    """Return the seconds of a step, and of CPU."""
    settle(0.15)
    begin, cpu = time.perf_counter(), time.process_time()
    stage.workspace.session.go_to(at)
    return stage.draws.wait(lambda: stage.workspace.view.at == at) - begin, time.process_time() - cpu


def theirs(draws: Draws, image: Any, array: NDArray[np.float32]) -> tuple[float, float]:
    """Return the seconds that bare napari takes to show an array, and of CPU."""
    settle(0.15)
    begin, cpu = time.perf_counter(), time.process_time()
    image.data = array
    return draws.wait(lambda: True) - begin, time.process_time() - cpu


class Maps:
    """Feature maps of one stage.

    Parameters
    ----------
    stage
        With a worker that knows :mod:`benchmarks.viewer_bodies`.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._session, self._engine = stage.workspace.session, stage.workspace.engine
        self._shown: Any = None
        self._steps: list[float] = []
        view = stage.workspace.view
        show = view.show_features

        def noted(at: "At", *rest: Any) -> None:
            show(at, *rest)
            self._shown = at

        vars(view)["show_features"] = noted

    def measure(self, count: int) -> bool:
        """Print all times; return whether the figures are met."""
        self._begin()
        places = places_along(self._stage, "inline", 2 * count)
        # Two apart, so that what is fetched ahead for one is not the other.
        plain, training = places[::2], places[1::2]
        pairs = [(self._map(at), self._encoder(at)) for at in plain]
        cached = [self._map(at) for at in plain]
        self._train()
        busy = [(self._map(at), self._encoder(at)) for at in training]
        step = 1000 * statistics.median(self._steps)
        self._stage.dock.learn.training.cancel()
        print(f"\n{'feature map drawn, ms':<28}{'geofm':>10}{'encoder alone':>16}{'more':>8}")
        for name, found in (("not cached", pairs), ("not cached, training", busy)):
            our, their = (statistics.median(column) for column in zip(*found, strict=True))
            print(f"{name:<28}{our:>10.0f}{their:>16.0f}{our - their:>8.0f}")
        print(f"{'cached':<28}{statistics.median(cached):>10.0f}")
        print(f"{'a training step':<28}{step:>10.0f}")
        more = [statistics.median(our - their for our, their in found) for found in (pairs, busy)]
        met = verdict("feature map, cached", statistics.median(cached), 100.0, "ms")
        met &= verdict("feature map, beyond the encoder's time", more[0], SPARE_MS, "ms")
        return met & verdict("the same while training (50 ms and a step)", more[1], SPARE_MS + step, "ms")

    def _begin(self) -> None:
        """Have networks loaded, and the survey's colours fitted."""
        from napari_geofm.jobs.view_specs import BasisSpec

        self._session.change(show_features=True)
        until(lambda: self._shown is not None, 120, "the first feature map")
        fitted: list[object] = []
        self._engine.view(BasisSpec(self._session.survey.path), "benchmark", fitted.append)
        until(lambda: fitted, 120, "the survey's colours")
        settle(3.0)

    def _map(self, at: "At") -> float:
        """Return the milliseconds from a step until the feature map is drawn."""
        settle(2.0)
        self._shown = None
        begin = time.perf_counter()
        self._session.go_to(at)
        return 1000 * (self._stage.draws.wait(lambda: self._shown == at) - begin)

    def _encoder(self, at: "At") -> float:
        """Return the milliseconds that the encoder alone takes in the same worker."""
        settle(2.0)
        found: list[float] = []
        self._engine.view(BareEncoderSpec(self._session.survey.path, at), "benchmark", found.append)
        until(lambda: found, 120, "the encoder")
        return 1000 * found[0]

    def _train(self) -> None:
        """Start a fine-tune, and note how long its steps take."""
        from dataclasses import replace

        from napari_geofm.core.recipe import Recipe

        at = self._session.place
        painted = self._session.labels_at(at)
        painted[50:60, 50:300], painted[300:310, 50:300] = 1, 2
        self._session.record(at, painted, what="stroke")
        training = self._stage.dock.learn.training
        recipe = Recipe.for_method("lora", "linear")
        training.start(replace(recipe, training=replace(recipe.training, minutes=30.0, steps=0, patience=0)))
        last = [0.0]

        def advanced(news: "Progress", _seconds: float) -> None:
            now = time.perf_counter()
            if "loss" in news.numbers and last[0]:
                self._steps.append(now - last[0])
            last[0] = now

        training.advanced.connect(advanced)
        until(lambda: len(self._steps) >= 5, 240, "the training")


if __name__ == "__main__":
    raise SystemExit(main())
