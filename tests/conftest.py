"""What all tests share: a fixed day, a cache of their own, and workspaces made from a tree of files."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from small_company import Tree


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _steady_surroundings(monkeypatch: pytest.MonkeyPatch, cache_home: Path) -> None:
    monkeypatch.setenv("AVOW_TODAY", "2026-11-23")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("AVOW_DEBUG", raising=False)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Write files (path below a new folder -> text or bytes) and return the folder."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "tree"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return write
