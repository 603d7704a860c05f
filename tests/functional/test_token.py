"""Tokens: refused, revoked, without the scope, none at all, and never shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.functional.stage import TOKEN, Program, complaint, count, wait_until

from talentscope.sandbox.limits import Limits
from talentscope.sandbox.server import Running

World = Callable[..., Running]


@pytest.mark.parametrize("token", ["bad_token_0123456789", "expired_token_0123456789"])
def test_a_token_that_github_refuses_is_told_and_not_shown(
    program: Program, world: World, brief: Path, token: str
) -> None:
    told = complaint(program.at(world()).with_settings(GITHUB_TOKEN=token).run(brief))
    assert "invalid or expired" in told
    assert "GITHUB_TOKEN" in told
    assert token not in told


def test_a_token_revoked_midway_ends_the_run_and_keeps_what_was_read(
    program: Program, world: World, brief: Path
) -> None:
    sandbox = world()
    process = program.at(sandbox).start("run", "talent", "--brief", brief)
    wait_until(lambda: sandbox.log.count(resource="graphql") >= 1, why="owners are being read")
    sandbox.faults.switch_on("invalid-token")
    assert "invalid or expired" in complaint(program.finish(process))
    assert count(program.home, "raw.github_repositories") > 0


def test_a_token_without_the_scope_reads_all_but_mail_and_says_so(program: Program, world: World, brief: Path) -> None:
    answer = program.at(world()).with_settings(GITHUB_TOKEN="noscope_0123456789").run(brief)
    assert answer.code == 0, answer.err
    assert re.search(r"left out: .*e-mail.*read:user", answer.err), answer.err
    leads = program("leads", brief, "--format", "json", "--limit", 100000).json()
    assert len(leads) > 100
    assert {lead["contacts"]["email"] for lead in leads} == {None}
    assert any(lead["contacts"]["website"] for lead in leads)
    assert "e-mail" in program("status").err


def test_without_a_token_it_reads_what_sixty_requests_allow_and_says_what_it_left_out(
    program: Program, world: World, brief: Path
) -> None:
    sandbox = world(limits=Limits(search_anonymous=10, search_window=3600))
    nobody = program.at(sandbox).with_settings(GITHUB_TOKEN=None, TALENTSCOPE_MAX_WAIT_SECONDS=0)
    answer = nobody.run(brief)
    assert answer.code in {0, 75}, answer.err
    assert "without a token" in answer.err
    assert "owners not read yet" in answer.err
    assert sandbox.log.count(resource="graphql") == 0
    assert 0 < sandbox.log.count(resource="core") <= 60
    assert sandbox.log.count(status=403) == 0
    assert "published" in answer.err
    leads = nobody("leads", brief, "--format", "json", "--limit", 100000).json()
    assert leads
    assert any(lead["score_low"] < lead["score_high"] for lead in leads), "unknown is not zero: it widens the range"


def test_no_log_and_no_output_has_a_secret_in_it(program: Program, world: World, brief: Path, tmp_path: Path) -> None:
    loud = program.at(world("bad-gateway:1")).with_settings(
        TALENTSCOPE_LOG_LEVEL="debug", TALENTSCOPE_DESK_KEY="a-desk-key-that-nobody-may-see"
    )
    assert loud.run(brief).code == 0  # `Program` looks for secrets in all that is said
    assert loud("status").code == 0
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 3
    secrets = (TOKEN.encode(), b"a-desk-key-that-nobody-may-see")
    assert [path for path in kept if any(secret in path.read_bytes() for secret in secrets)] == []
