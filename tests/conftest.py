"""Fixtures of all tests: where the real data and the real weights are, and how greedy torch may be.

Weights come from the user's cache, which ``GEOFM_CACHE`` names. A test that writes to the cache takes the fixture
``own_cache``, which points ``GEOFM_CACHE`` elsewhere, so that it neither sees nor spoils the real one.
"""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import settings

# Machines are shared and slow at times: what takes long is told by the timeout, not by Hypothesis's deadline.
settings.register_profile("geofm", deadline=None)
settings.load_profile("geofm")

# A shell starts what it runs in the background deaf to Ctrl+C; what is tested is what a user in front of it has.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parents[1]

# A busy machine is no error: no deadline for one example, and the same examples on every run of a clone.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real surveys: ``GEOFM_TEST_DATA``, else ``../shared/data`` beside the repository."""
    named = os.environ.get("GEOFM_TEST_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real surveys in {folder}; GEOFM_TEST_DATA names another folder")
    return folder


@pytest.fixture(scope="session")
def dinov2_weights() -> Path:
    """Return the file of DINOv2 ViT-S/14's weights, fetched into the cache where it is not there yet."""
    from napari_geofm.errors import WeightsError
    from napari_geofm.nets.weights import resolve_weights

    try:
        return resolve_weights("vit_small_patch14_dinov2").path
    except WeightsError as error:
        pytest.skip(f"the encoder's weights cannot be had: {error}")


@pytest.fixture(scope="session", autouse=True)
def own_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have no test see, or spoil, what the user's own folder remembers of files and sessions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("user")))
        yield


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache folder of this test alone, named by ``GEOFM_CACHE``, which child processes inherit."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setenv("GEOFM_CACHE", str(folder))
    monkeypatch.delenv("GEOFM_WEIGHTS", raising=False)
    return folder


@pytest.fixture(autouse=True)
def modest_torch() -> None:
    """Keep torch at two threads where a test has loaded it: tests run beside each other and beside worker processes."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() > 2:
        torch.set_num_threads(2)
