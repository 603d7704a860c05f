"""The contracts come pinned and checked, or with one clear sentence; the shipped extract is made from them."""

from __future__ import annotations

import importlib.util
import io
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from talentscope.sandbox.github.graphql import EXTRACT

HERE = Path(__file__).parent


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"contract_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


fetching: Any = load(HERE.parents[1] / "tools" / "fetch.py")
extracting: Any = load(HERE / "extract.py")


def archive(path: Path, **members: bytes) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def test_the_shipped_extract_is_what_the_script_makes(whole_schema: object) -> None:
    assert EXTRACT.read_text().endswith(extracting.extract(extracting.WHOLE.read_text()))


def test_a_machine_without_npm_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetching, "ROOT", tmp_path)
    monkeypatch.setattr(fetching, "FOLDERS", {"contracts": tmp_path / "contracts", "page": tmp_path / "page"})
    monkeypatch.setattr(fetching.shutil, "which", lambda name: None)
    assert fetching.main(["contracts"]) == 1
    told = capsys.readouterr().err
    assert "npm is not installed" in told
    assert "Install Node.js" in told


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    package = fetching.Package("some@1.0.0", "not-this-one==", {"package/schema": "schema"})
    with pytest.raises(fetching.CannotFetch, match="is not the pinned one"):
        fetching._unpack(archive(tmp_path / "some.tgz", schema=b"x"), package, tmp_path)
    assert not (tmp_path / "schema").exists()


def test_what_is_there_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = fetching.PACKAGES["contracts"][1]
    for kept in package.members.values():
        (tmp_path / kept).write_text("there")
    (tmp_path / (package.name.replace("/", "_") + ".fetched")).write_text("")
    monkeypatch.setattr(fetching.shutil, "which", lambda name: None)
    assert fetching.fetch(package, tmp_path) is False
