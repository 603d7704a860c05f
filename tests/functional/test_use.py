"""The program as such: version, help, completion, wrong use, and the demo."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import click
import pytest
from tests.functional.live_page import Page
from tests.functional.stage import Program, complaint, wait_until
from typer.main import get_command

from talentscope import __version__
from talentscope.cli.app import app

pytestmark = pytest.mark.once


def commands(command: click.Command, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    below = getattr(command, "commands", {})
    return [words, *(path for name, sub in below.items() for path in commands(sub, (*words, name)))]


def test_it_tells_its_version(program: Program) -> None:
    answer = program("--version")
    assert (answer.code, answer.out, answer.err) == (0, f"talentscope {__version__}\n", "")


@pytest.mark.parametrize("words", commands(get_command(app)), ids=lambda words: " ".join(words) or "talentscope")
def test_every_command_explains_itself(program: Program, words: tuple[str, ...]) -> None:
    answer = program(*words, "--help")
    assert answer.code == 0
    assert answer.err == ""
    assert f"Usage: talentscope {' '.join(words)}".strip() in answer.out
    assert re.search(r"[a-z]{4,}\.", answer.out), "a sentence"


def test_completion_for_the_shell_can_be_shown(program: Program) -> None:
    shell = program.with_settings(_TALENTSCOPE_COMPLETE="complete_bash", COMP_WORDS="talentscope le", COMP_CWORD="1")
    assert shell().out.split() == ["leads"]
    script = program.with_settings(_TALENTSCOPE_COMPLETE="source_bash")()
    assert "complete -o default -F" in script.out
    offered = program("--help").out
    assert "--install-completion" in offered
    assert "--show-completion" in offered


@pytest.mark.parametrize(
    "words",
    [
        ["lead", "minecraft-modders"],
        ["leads"],
        ["leads", "minecraft-modders", "--limit", "0"],
        ["leads", "minecraft-modders", "--format", "docx"],
        ["run", "talents"],
        ["run", "talent", "minecraft-modders"],
        ["status", "--format", "csv"],
        ["topics", "ai", "--format", "xlsx"],
        ["explain", "minecraft-modders", "x", "--format", "parquet"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_and_exits_with_2(program: Program, words: list[str]) -> None:
    answer = program(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert "Usage: talentscope" in answer.err
    assert "Error" in answer.err
    assert not program.home.exists()


def test_a_binary_export_needs_a_file(reader: Program, brief: Path) -> None:
    for kind in ("xlsx", "parquet"):
        assert f"--output leads.{kind}" in complaint(reader("leads", brief, "--format", kind), code=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_API_URL", "not a url"),
        ("TALENTSCOPE_MAX_WAIT_SECONDS", "a while"),
        ("TALENTSCOPE_LOG_LEVEL", "loud"),
        ("GITHUB_TOKEN", "two words"),
        ("TALENTSCOPE_DESK_KEY", "short"),
    ],
)
def test_a_setting_that_cannot_be_is_named(program: Program, name: str, value: str) -> None:
    answer = program.with_settings(**{name: value}).run("minecraft-modders")
    assert name in complaint(answer, code=2)


def test_nothing_is_said_twice_on_a_closed_pipe(reader: Program, brief: Path) -> None:
    """`talentscope leads … | head -1` is no failure worth a traceback."""
    process = reader.start("leads", brief, "--format", "csv", "--limit", 100000)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    process.wait()
    assert "Traceback" not in said
    assert "Exception ignored" not in said


def test_the_demo_ends_with_leads(program: Program) -> None:
    answer = program("demo", "--scale", "3000", "--seed", "7")
    assert answer.code == 0, answer.err
    assert re.search(r"^│ +1 │", answer.out, re.MULTILINE), answer.out
    assert "talentscope leads minecraft-modders" in answer.err
    home = re.search(r"TALENTSCOPE_HOME=(\S+) talentscope leads", answer.err)
    assert home, answer.err
    again = program.with_settings(TALENTSCOPE_HOME=home[1])("leads", "minecraft-modders", "--format", "json")
    assert again.json()[0]["rank"] == 1
    assert list(program.home.iterdir()) == [program.home / "demo"]
    assert "http://127.0.0.1:8080" in answer.err.splitlines()[-1], "it ends with where the page is"
    assert f"TALENTSCOPE_HOME={home[1]} talentscope serve" in answer.err


def test_a_demo_that_is_to_be_served_is(program: Program) -> None:
    page = Page(program.with_settings(BROWSER="true"), "demo", "--scale", "300", "--serve")
    assert page.get("/readyz").text == "ready\n"
    assert "invented" in page.get("/companies").text
    before = page.get("/api/v1/status").json()["snapshot"]["name"]
    assert page.post("/runs", kind="talent", brief="minecraft-modders").status_code == 303
    wait_until(lambda: "Running now" not in page.get("/runs").text, why="the run ends")
    assert "Last run from here: Talent for minecraft-modders" in (ended := page.get("/runs").text)
    assert "exit code 0" in ended, ended
    assert page.get("/api/v1/status").json()["snapshot"]["name"] != before, "it renewed what the page shows"
    page.process.send_signal(signal.SIGTERM)
    answer = page.program.finish(page.process)
    assert answer.code == 0, answer.err
    assert answer.err.endswith("ended\n")
    assert "8080" not in "".join(page.lines), "it is served on another port"
