"""`make deploy PROJECT=…`: looks, plans, asks, and only then changes anything in Google Cloud.

    python deploy/deploy.py PROJECT [--free] [--yes] [--var NAME=VALUE]…

Twice the first time: without an image there is only a registry, a database and places for secrets; with one, page and
jobs. Exit 1 with one sentence that says what is missing, 2 for wrong use. Variables that stay are read from
PROJECT.tfvars beside the module: in deploy/terraform/, with --free in deploy/terraform/free/. What a plan asks is
switched on before it, and so is IAP's account: they cost nothing.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
NEEDED = {
    "gcloud": "Google Cloud's command line: https://cloud.google.com/sdk/docs/install",
    "terraform": "Terraform 1.9 or newer: https://developer.hashicorp.com/terraform/install",
}
PLAN_ASKS = ("serviceusage.googleapis.com", "cloudresourcemanager.googleapis.com")
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Ask = Callable[[str], str]


class CannotDeploy(Exception):
    """The message says what is missing and how to get it."""


def check(project: str, *, which: Callable[[str], str | None], run: Run) -> None:
    """Whether there is everything that deploying needs. Raises CannotDeploy."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", project):
        raise CannotDeploy(f"expected the id of a project, such as talent-123456, came {project!r}; PROJECT=…")
    for tool, where in NEEDED.items():
        if which(tool) is None:
            raise CannotDeploy(f"{tool} is not installed. It is {where}")
    account = run(["gcloud", "auth", "list", "--filter=status:ACTIVE", "--format=value(account)"], capture_output=True)
    if not account.stdout.strip():
        raise CannotDeploy("nobody is signed in: gcloud auth login && gcloud auth application-default login")
    seen = run(["gcloud", "projects", "describe", project, "--format=value(projectId)"], capture_output=True)
    if seen.returncode:
        last = (seen.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotDeploy(f"project {project} cannot be seen: {last}")


def deploy(project: str, folder: Path, variables: Sequence[str], *, is_sure: bool, run: Run, ask: Ask) -> None:
    """State bucket, services, plan, question, apply. Raises CannotDeploy."""
    kept = folder / f"{project}.tfvars"
    bucket = f"{project}-talentscope-state"
    described = ["gcloud", "storage", "buckets", "describe", f"gs://{bucket}", "--format=value(name)"]
    if run(described, capture_output=True).returncode:
        if not is_sure and ask(f"Make the bucket {bucket}, for Terraform's state? [y/N] ").strip().lower() != "y":
            raise CannotDeploy("nothing was changed")
        closed = ["--uniform-bucket-level-access", "--public-access-prevention"]
        where = [f"--project={project}", f"--location={read_region(kept, variables)}"]
        _must(run, ["gcloud", "storage", "buckets", "create", f"gs://{bucket}", *where, *closed])
        _must(run, ["gcloud", "storage", "buckets", "update", f"gs://{bucket}", "--versioning"])
    # a plan asks Google already: which project this is, and what is switched on
    _must(run, ["gcloud", "services", "enable", *PLAN_ASKS, f"--project={project}"])
    # IAP's own account exists once somebody has asked for it
    identity = ["gcloud", "beta", "services", "identity", "create", "--service=iap.googleapis.com"]
    _must(run, [*identity, f"--project={project}"])
    terraform = ["terraform", f"-chdir={folder}"]
    _must(run, [*terraform, "init", "-input=false", "-reconfigure", f"-backend-config=bucket={bucket}"])
    words = [f"-var-file={kept}"] if kept.exists() else []
    words += [f"-var=project={project}", *(f"-var={pair}" for pair in variables)]
    _must(run, [*terraform, "plan", "-input=false", f"-out={project}.plan", *words])
    if not is_sure and ask("Do this? [y/N] ").strip().lower() != "y":
        raise CannotDeploy("nothing more was changed")
    _must(run, [*terraform, "apply", "-input=false", f"{project}.plan"])


def read_region(kept: Path, variables: Sequence[str]) -> str:
    """The region that Terraform will take: the command line's, else that of `kept`, else the module's own."""
    for pair in reversed(variables):
        if pair.startswith("region="):
            return pair.removeprefix("region=")
    own = (kept.parent / "variables.tf").read_text()
    for said, pattern in (
        (kept.read_text() if kept.exists() else "", r'^\s*region\s*=\s*"([^"]+)"'),
        (own, r'^variable "region" \{.*?^  default\s*=\s*"([^"]+)"'),
    ):
        found = re.search(pattern, said, re.MULTILINE | re.DOTALL)
        if found:
            return found[1]
    raise CannotDeploy(f'no region: expected region = "europe-west1" or another in {kept}')


def _must(run: Run, words: Sequence[str]) -> None:
    if run(list(words)).returncode:
        raise CannotDeploy(f"{' '.join(words[:4])} … failed; what it said stands above")


def main(words: Sequence[str]) -> int:
    """Read the command line and deploy."""
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("project")
    parser.add_argument("--free", action="store_true", help="The machine of the free tier instead of Cloud Run.")
    parser.add_argument("--yes", action="store_true", help="Ask nothing.")
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="A variable of Terraform.")
    given = parser.parse_args(words)

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]

    try:
        check(given.project, which=shutil.which, run=run)
        folder = HERE / "terraform" / ("free" if given.free else ".")
        deploy(given.project, folder.resolve(), given.var, is_sure=given.yes, run=run, ask=input)
    except CannotDeploy as error:
        sys.stderr.write(f"deploy: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
