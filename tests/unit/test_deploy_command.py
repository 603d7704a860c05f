"""`make deploy`: what it looks for, that it asks, and that nothing changes before a yes. No program is run."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from deploy.deploy import CannotDeploy, check, deploy

PROJECT = "talent-123456"


class Programs:
    """Stand-ins for gcloud and terraform: what was asked of them, and answers by the words that they begin with."""

    def __init__(self, **failing: str) -> None:
        self.asked: list[list[str]] = []
        self.failing = failing
        self.account = "ada@example.org\n"

    def __call__(self, words: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.asked.append(words)
        said = " ".join(words)
        for words_of_it, error in self.failing.items():
            if words_of_it.replace("_", " ") in said:
                return subprocess.CompletedProcess(words, 1, "", error)
        return subprocess.CompletedProcess(words, 0, self.account if "auth list" in said else "", "")

    @property
    def changing(self) -> list[str]:
        """What would have changed something."""
        said = [" ".join(words) for words in self.asked]
        return [one for one in said if " apply" in one or " create" in one or " update" in one]


def test_what_is_missing_is_said_with_the_way_to_get_it() -> None:
    with pytest.raises(CannotDeploy, match=r"terraform is not installed.*hashicorp"):
        check(PROJECT, which=lambda tool: None if tool == "terraform" else "/bin/it", run=Programs())


@pytest.mark.parametrize("project", ["", "Talent", "a", "123-abc", "talent_1", "x; rm"])
def test_what_is_no_id_of_a_project_is_refused(project: str) -> None:
    with pytest.raises(CannotDeploy, match="expected the id of a project"):
        check(project, which=lambda _: "/bin/it", run=Programs())


def test_somebody_must_be_signed_in_and_see_the_project() -> None:
    nobody = Programs()
    nobody.account = "\n"
    with pytest.raises(CannotDeploy, match="gcloud auth login"):
        check(PROJECT, which=lambda _: "/bin/it", run=nobody)
    with pytest.raises(CannotDeploy, match="cannot be seen: no permission"):
        check(PROJECT, which=lambda _: "/bin/it", run=Programs(projects_describe="first\nno permission\n"))


def test_it_plans_and_asks_and_a_no_changes_nothing(tmp_path: Path) -> None:
    run = Programs()
    with pytest.raises(CannotDeploy, match="nothing was changed"):
        deploy(PROJECT, tmp_path, [], is_sure=False, run=run, ask=lambda _: "")
    assert any(" plan " in " ".join(words) for words in run.asked)
    assert [one for one in run.changing if "identity" not in one] == []


def test_a_yes_applies_the_plan_that_was_shown(tmp_path: Path) -> None:
    (tmp_path / f"{PROJECT}.tfvars").write_text("")
    run = Programs()
    deploy(PROJECT, tmp_path, ["image=x"], is_sure=False, run=run, ask=lambda _: "y")
    planned = next(words for words in run.asked if "plan" in words)
    assert {f"-var-file={tmp_path / PROJECT}.tfvars", f"-var=project={PROJECT}", "-var=image=x"} <= set(planned)
    assert run.asked[-1][-3:] == ["apply", "-input=false", f"{PROJECT}.plan"]
    assert f"-out={PROJECT}.plan" in planned


def test_the_bucket_of_the_state_is_made_closed_and_only_when_asked(tmp_path: Path) -> None:
    run = Programs(buckets_describe="not found")
    with pytest.raises(CannotDeploy, match="nothing was changed"):
        deploy(PROJECT, tmp_path, [], is_sure=False, run=run, ask=lambda _: "n")
    assert run.changing == []
    run = Programs(buckets_describe="not found")
    deploy(PROJECT, tmp_path, [], is_sure=True, run=run, ask=lambda _: pytest.fail("it was sure"))
    (made,) = [words for words in run.asked if "buckets" in words and "create" in words]
    assert {"--uniform-bucket-level-access", "--public-access-prevention"} <= set(made)


def test_a_program_that_fails_ends_it(tmp_path: Path) -> None:
    run = Programs(plan="no")
    with pytest.raises(CannotDeploy, match="failed"):
        deploy(PROJECT, tmp_path, [], is_sure=True, run=run, ask=lambda _: "y")
    assert not any("apply" in words for words in run.asked)
