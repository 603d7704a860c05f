"""The rules of the house, as tests. A rule that a person must remember belongs here."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from talentscope.runtime import errors
from talentscope.runtime.observing import Observing
from talentscope.runtime.settings import Settings
from talentscope.runtime.storage_settings import StorageSettings
from talentscope.runtime.upstreams import Upstreams
from talentscope.runtime.web_settings import WebSettings

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "talentscope"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DRAWERS = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "core", "base"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_the_source_tree_is_not_empty() -> None:
    assert len(MODULES) > 20
    assert len(TESTS) > 20


def test_a_file_can_be_held_in_the_head() -> None:
    """Those of the tests too."""
    long = {name_of(path): len(path.read_text().splitlines()) for path in [*MODULES, *TESTS]}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}, "files of more than 400 lines"
    assert [name_of(path) for path in [*MODULES, *TESTS] if path.stem in DRAWERS] == []


def test_a_function_can_be_seen_at_once() -> None:
    long = {
        f"{name_of(path)}: {function.name}": lines
        for path in MODULES
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > 45
    }
    assert long == {}, "functions of more than 45 lines"


def test_a_module_says_what_lives_in_it() -> None:
    texts = {name_of(path): path.read_text().strip() for path in MODULES}
    mute = [name for name, text in texts.items() if text and not ast.get_docstring(ast.parse(text))]
    assert mute == [], "a module with content opens with a docstring"


def test_every_setting_is_in_the_sample_and_nothing_else_is() -> None:
    documented = re.findall(r"^([A-Z][A-Z0-9_]+)=", (ROOT / "dotenv-sample").read_text(), re.MULTILINE)
    kinds = (Settings, Upstreams, WebSettings, StorageSettings, Observing)
    fields = [field for kind in kinds for field in kind.model_fields.values()]
    assert sorted(documented) == sorted(str(field.validation_alias) for field in fields)
    assert all(field.description for field in fields)


def test_the_sample_changes_no_upstream() -> None:
    text = (ROOT / "dotenv-sample").read_text()
    for field in Upstreams.model_fields.values():
        if str(field.validation_alias).endswith("_URL"):
            assert f"\n{field.validation_alias}={field.default}\n" in text


def test_every_error_is_in_the_drawn_tree() -> None:
    kinds = [
        name for name, kind in vars(errors).items() if isinstance(kind, type) and kind.__module__ == errors.__name__
    ]
    assert len(kinds) > 8
    for name in kinds:
        assert re.search(rf"\b{name}\b", errors.__doc__ or ""), name


@pytest.mark.parametrize("page", ["README.md", "DEVELOPERS.md"])
def test_every_make_target_a_page_names_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][a-z-]+)", (ROOT / page).read_text()))
    assert named
    assert named <= targets


def test_every_make_target_has_one_line_of_help() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split())  # type: ignore[union-attr]
    helped = set(re.findall(r"^([a-z][a-z-]*):.*## .+$", text, re.MULTILINE))
    assert phony == helped


def test_every_command_a_page_names_exists() -> None:
    from typer.main import get_command

    from talentscope.cli.app import app

    root = get_command(app)
    named = set()
    for page in ["README.md", "DEVELOPERS.md", "CHANGELOG.md"]:
        for line in re.findall(r"talentscope ([a-z][a-z ]*)", (ROOT / page).read_text()):
            named.add(tuple(line.split()[:2]))
    assert len(named) > 5
    for words in named:
        command = root.commands.get(words[0])  # type: ignore[attr-defined]
        if command is None and words[0] in PROSE:
            continue
        assert command is not None, f"talentscope {' '.join(words)}"
        if hasattr(command, "commands") and len(words) > 1:
            assert words[1] in command.commands, f"talentscope {' '.join(words)}"


PROSE = {"finds", "never", "is", "reads", "runs", "keeps", "does", "sends", "and", "has", "also", "will"}


def test_help_does_not_pay_for_slow_libraries() -> None:
    code = "import sys, talentscope.cli.app; print(sorted({'dlt', 'sqlmesh', 'pandas', 'numpy'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_nothing_committed_names_a_registry_or_this_machine() -> None:
    patterns = re.compile(
        "|".join(["files" + r"\.pythonhosted", "registry" + r"\.npmjs", "/ro" + "ot/", "/wo" + "rk/"])
    )
    texts = [p for p in tracked() if p.suffix not in {".png", ".svg", ".parquet"}]
    assert len(texts) > 30
    found = [str(p.relative_to(ROOT)) for p in texts if patterns.search(p.read_text(errors="replace"))]
    assert found == []


def test_the_lock_carries_versions_and_no_addresses() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) > 50
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []


def test_a_decision_fits_half_a_page() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert len(pages) > 3
    for page in pages:
        assert len(page.read_text().splitlines()) <= 40, page.name
        assert re.match(r"# (\d{4}|NNNN): ", page.read_text()), page.name


def test_imports_go_down_only() -> None:
    answer = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout


def test_the_page_of_commands_is_current() -> None:
    from talentscope.cli.reference import commands_page

    assert (ROOT / "docs" / "commands.md").read_text() == commands_page(), "run: make docs"


def test_the_page_of_companies_is_current_and_names_every_fact_state_and_mark() -> None:
    from talentscope.registry.observation import Metric, State
    from talentscope.warehouse import company_docs, company_rules

    page = company_docs.render()
    assert (ROOT / "docs" / "companies.md").read_text() == page, "run: make docs"
    for name in [*Metric, *State, *(mark.name for mark in company_rules.MARKS)]:
        assert f"`{name}`" in page
