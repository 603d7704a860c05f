"""Takes out of an installed environment what the program never needs, and compiles the rest. The image's build runs it.

    python slim.py /opt/talentscope

What goes, and why, stands in GONE. The test tests/integration/test_container.py runs both pipelines on what is left.
Compiled by hash, unchecked: a copy into another layer may change the times of files, and the root is read-only.
"""

from __future__ import annotations

import compileall
import os
import py_compile
import shutil
import sys
from pathlib import Path

GONE = (
    "pip",  # nothing is installed in a running container
    "pip-*.dist-info",
    "setuptools",
    "setuptools-*.dist-info",
    "_distutils_hack",
    "distutils-precedence.pth",
    "pkg_resources",
    "pandas/tests",  # tests of others
    "numpy/**/tests",
    "pyarrow/tests",
    "pyarrow/include",  # for those who compile against Arrow
    "pyarrow/includes",
    "pyarrow/src",
    "pyarrow/*flight*",  # Arrow's network protocol, 33 MB
    "jedi",  # completion in a notebook, which SQLMesh brings for its magics; IPython does without it
    "jedi-*.dist-info",
    "widgetsnbextension",  # scripts for a notebook's browser
    "widgetsnbextension-*.dist-info",
)
SCRIPTS = {"python", "python3", "talentscope"}


def slim(root: Path) -> int:
    """Remove and compile in place; the bytes that were removed. Raises OSError."""
    before = size(root)
    libraries = next((root / "lib").glob("python3.*")) / "site-packages"
    for pattern in GONE:
        for path in sorted(libraries.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for script in (root / "bin").iterdir():
        if script.name not in SCRIPTS and not script.name.startswith("python3."):
            script.unlink()
    removed = before - size(root)
    compileall.compile_dir(
        root, quiet=2, workers=os.cpu_count() or 1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    return removed


def size(root: Path) -> int:
    """Bytes of all files below."""
    return sum(path.lstat().st_size for path in root.rglob("*") if not path.is_dir())


if __name__ == "__main__":
    where = Path(sys.argv[1])
    print(f"{slim(where) / 1e6:.0f} MB removed, {size(where) / 1e6:.0f} MB left with bytecode")  # noqa: T201
