from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_memory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is remembered about files apart from the user's own, and from other tests'."""
    folder = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder
