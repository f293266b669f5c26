"""Controls of the table of dense labels: what is reached without a network."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.dense_labels_data import DenseCase
from benchmarks.few_shot_data import LabelledSection
from napari_geofm.core.amplitude import GRAY

PIXELS = 30_000
"""Learned from in each class."""

TREES = 100
THRESHOLDS = np.linspace(0.05, 0.95, 37)

Predict = Callable[[LabelledSection], NDArray[np.uint8]]


def copied(case: DenseCase) -> Predict:
    """Lay the truth of the nearest labelled section over another."""
    return lambda one: min(case.labelled, key=lambda other: abs(other.line - one.line)).truth


def attributes(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return seismic attributes of a section.

    Parameters
    ----------
    picture
        float32, shape ``(rows, columns)``, time down, 0..1.

    Returns
    -------
    ndarray of float32, shape ``(rows, columns, 26)``
        Amplitude, envelope, cosine of the phase, its frequency; amplitude and envelope averaged at several scales; and
        of the structure tensor at three scales: strength, coherence, dip, and how much the envelope differs across.
    """
    from scipy.ndimage import gaussian_filter, gaussian_filter1d, gaussian_laplace
    from scipy.signal import hilbert
    from skimage import feature

    tensor: Any = feature.structure_tensor
    amplitude = picture.astype(np.float64) - GRAY
    trace = hilbert(amplitude, axis=0)
    envelope = np.abs(trace)
    turning = np.angle(trace[1:] * np.conj(trace[:-1]))
    found = [amplitude, envelope, np.cos(np.angle(trace)), np.pad(turning, ((1, 0), (0, 0)), mode="edge")]
    found += [gaussian_filter(amplitude, sigma) for sigma in (1, 2, 4)]
    found += [gaussian_laplace(amplitude, sigma) for sigma in (1, 2, 4)]
    found += [gaussian_filter(envelope, sigma) for sigma in (2, 4, 8, 16)]
    for sigma in (1.5, 4.0, 8.0):
        down, mixed, across = tensor(amplitude, sigma=sigma, order="rc")
        strength = down + across
        coherence = np.hypot(down - across, 2 * mixed) / np.maximum(strength, 1e-9)
        dip = 0.5 * np.arctan2(2 * mixed, down - across)
        # Along a fault reflections end: what is averaged along traces changes from one to the next.
        stacked = gaussian_filter1d(envelope, sigma, axis=0)
        found += [np.log(strength + 1e-6), coherence, dip, np.abs(np.gradient(stacked, axis=1))]
    return np.stack(found, -1).astype(np.float32)


def forest(case: DenseCase) -> tuple[Predict, dict[str, Any]]:
    """Fit a random forest on the attributes of as many pixels of each class.

    The probability from which a pixel is of the second class is that of the best mIoU on the labelled sections, each
    pixel asked of the trees that did not see it, and as frequent as it is.
    """
    from sklearn.ensemble import RandomForestClassifier

    rng = np.random.default_rng(case.seed)
    seen = np.concatenate([attributes(one.picture).reshape(-1, 26) for one in case.labelled])
    truth = np.concatenate([one.truth.ravel() for one in case.labelled])
    places = [np.flatnonzero(truth == number) for number in (0, 1)]
    taken = np.concatenate([rng.choice(each, min(PIXELS, each.size), replace=False) for each in places])
    model = RandomForestClassifier(
        TREES, min_samples_leaf=5, max_features="sqrt", oob_score=True, random_state=case.seed, n_jobs=-1
    ).fit(seen[taken], truth[taken])
    frequent = np.array([each.size / min(PIXELS, each.size) for each in places])
    threshold = _best_threshold(model.oob_decision_function_[:, 1], truth[taken], frequent)

    def predict(one: LabelledSection) -> NDArray[np.uint8]:
        chances = model.predict_proba(attributes(one.picture).reshape(-1, 26))[:, 1]
        return np.asarray((chances >= threshold).reshape(one.truth.shape), np.uint8)

    return predict, {"threshold": round(float(threshold), 3)}


def _best_threshold(chances: NDArray[np.float64], truth: NDArray[np.uint8], frequent: NDArray[np.float64]) -> float:
    """Return the chance from which the second class is said that gives the best mIoU."""
    weights = frequent[truth]
    scores = []
    for threshold in THRESHOLDS:
        said = chances >= threshold
        ious = [weights[(said == k) & (truth == k)].sum() / weights[(said == k) | (truth == k)].sum() for k in (0, 1)]
        scores.append(float(np.mean(ious)))
    return float(THRESHOLDS[int(np.argmax(scores))])
