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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A module whose own region is Belgium's."""
    (tmp_path / "variables.tf").write_text(
        'variable "name" {\n  default = "talentscope"\n}\n\nvariable "region" {\n  default = "europe-west1"\n}\n'
    )
    return tmp_path


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


def test_it_plans_and_asks_and_a_no_changes_nothing(folder: Path) -> None:
    run = Programs()
    with pytest.raises(CannotDeploy, match="nothing more was changed"):
        deploy(PROJECT, folder, [], is_sure=False, run=run, ask=lambda _: "")
    assert any(" plan " in " ".join(words) for words in run.asked)
    assert [one for one in run.changing if "identity" not in one] == []


def test_what_a_plan_asks_google_for_is_switched_on_before_it(folder: Path) -> None:
    """A new project answers neither who it is nor what is switched on, and the plan asks both."""
    run = Programs()
    deploy(PROJECT, folder, [], is_sure=True, run=run, ask=lambda _: "y")
    said = [" ".join(words) for words in run.asked]
    enabled = next(index for index, one in enumerate(said) if one.startswith("gcloud services enable"))
    planned = next(index for index, one in enumerate(said) if " plan " in one)
    identity = next(index for index, one in enumerate(said) if "identity create" in one)
    assert enabled < identity < planned
    assert {"serviceusage.googleapis.com", "cloudresourcemanager.googleapis.com"} <= set(run.asked[enabled])
    assert f"--project={PROJECT}" in run.asked[enabled]


@pytest.mark.parametrize(
    ("words", "kept", "region"),
    [
        ([], "", "europe-west1"),
        ([], 'contact = "a"\nregion  = "europe-north1"\n', "europe-north1"),
        (["region=us-east1"], 'region = "europe-north1"\n', "us-east1"),
        ([], '# region = "us-east1"\n', "europe-west1"),
    ],
    ids=["the module's", "the file's", "the command's", "a comment"],
)
def test_the_state_lies_in_the_region_that_terraform_will_take(
    words: list[str], kept: str, region: str, folder: Path
) -> None:
    """It holds names of people, and personal data stays in the region."""
    (folder / f"{PROJECT}.tfvars").write_text(kept)
    run = Programs(buckets_describe="not found")
    deploy(PROJECT, folder, words, is_sure=True, run=run, ask=lambda _: "y")
    (made,) = [words for words in run.asked if "buckets" in words and "create" in words]
    assert f"--location={region}" in made


def test_a_yes_applies_the_plan_that_was_shown(folder: Path) -> None:
    (folder / f"{PROJECT}.tfvars").write_text("")
    run = Programs()
    deploy(PROJECT, folder, ["image=x"], is_sure=False, run=run, ask=lambda _: "y")
    planned = next(words for words in run.asked if "plan" in words)
    assert {f"-var-file={folder / PROJECT}.tfvars", f"-var=project={PROJECT}", "-var=image=x"} <= set(planned)
    assert run.asked[-1][-3:] == ["apply", "-input=false", f"{PROJECT}.plan"]
    assert f"-out={PROJECT}.plan" in planned


def test_the_bucket_of_the_state_is_made_closed_and_only_when_asked(folder: Path) -> None:
    run = Programs(buckets_describe="not found")
    with pytest.raises(CannotDeploy, match="nothing was changed"):
        deploy(PROJECT, folder, [], is_sure=False, run=run, ask=lambda _: "n")
    assert run.changing == []
    run = Programs(buckets_describe="not found")
    deploy(PROJECT, folder, [], is_sure=True, run=run, ask=lambda _: pytest.fail("it was sure"))
    (made,) = [words for words in run.asked if "buckets" in words and "create" in words]
    assert {"--uniform-bucket-level-access", "--public-access-prevention"} <= set(made)


def test_a_program_that_fails_ends_it(folder: Path) -> None:
    run = Programs(plan="no")
    with pytest.raises(CannotDeploy, match="failed"):
        deploy(PROJECT, folder, [], is_sure=True, run=run, ask=lambda _: "y")
    assert not any("apply" in words for words in run.asked)
