"""docker-compose.yml: what it says, and that every command in it works. No docker engine is needed."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg2
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "SECRET_KEY": "k" * 50,
    "POSTGRES_PASSWORD": "geheim",
    "POSTGRES_APP_PASSWORD": "anderes",
    "VALKEY_PASSWORD": "drittes",
    "ALLOWED_HOSTS": "review.example",
}
APPLICATION = "spk_compose"


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def test_every_long_running_service_has_a_health_check_and_no_root(services):
    running = {name: service for name, service in services.items() if name != "migrate"}

    assert set(running) == {"postgres", "valkey", "web", "worker", "beat"}
    assert [name for name, service in running.items() if "healthcheck" not in service] == []
    assert (services["postgres"]["user"], services["valkey"]["user"]) == ("postgres", "valkey")
    assert "\nUSER spk\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_only_the_migration_knows_the_owner(services):
    owners = {
        name for name, service in services.items() if "OWNER_DATABASE_URL" in service.get("environment", {})
    }
    users = {
        service["environment"]["DATABASE_URL"].split("://")[1].split(":")[0]
        for name, service in services.items()
        if "DATABASE_URL" in service.get("environment", {})
    }

    assert owners == {"migrate"}
    assert users == {"spk_app"}
    assert services["postgres"]["environment"]["POSTGRES_USER"] == "spk"


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    for name in SECRETS:
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert uses, name
        assert [use for use in uses if not use.startswith(":?")] == []


def _compose():
    """Return the program that reads compose files, if this machine has one."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    probe = shutil.which("docker") and subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False
    )
    return ["docker", "compose"] if probe and probe.returncode == 0 else None


@pytest.mark.slow
def test_compose_itself_accepts_the_file_and_insists_on_secrets():
    program = _compose()
    if program is None:
        pytest.skip("no docker compose on this machine")
    clean = {key: value for key, value in os.environ.items() if key not in SECRETS}

    def config(env):
        return subprocess.run(
            [*program, "config"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )

    assert config(clean | SECRETS).returncode == 0
    assert "in .env" in config(clean).stderr


@pytest.fixture
def deployment(django_db_setup, django_db_blocker, tmp_path, services):
    """A database of its own and the environment of the compose file, pointed at the test engines."""
    from tests.support.database import current_database_url

    url, name = current_database_url(), f"compose_{uuid.uuid4().hex[:8]}"
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}"')
        env = dict(os.environ) | {key: str(value) for key, value in services["web"]["environment"].items()}
        env = {
            key: re.sub(r"\$\{(\w+):?[^}]*\}", lambda m: SECRETS.get(m[1], ""), value)
            for key, value in env.items()
        }
        owner = re.sub(r"/test_\d+\b", f"/{name}", url)
        application = re.sub(r"//[^@]*@", f"//{APPLICATION}:anderes@", owner)
        env |= {"DATABASE_URL": application, "REDIS_URL": os.environ["REDIS_URL"]}
        env |= {"OWNER": owner}
        env |= {
            "SPK_SSL_REDIRECT": "yes",
            "SPK_VAR_DIR": str(tmp_path / "data"),
            "SPK_STATIC_ROOT": str(tmp_path / "static"),
        }
        yield env
        connection.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        connection.cursor().execute(f'DROP OWNED BY "{APPLICATION}"')  # rights on parameters of the server
        connection.cursor().execute(f'DROP ROLE "{APPLICATION}"')


def _here(command, **replaced):
    """Let a command of the image run on this machine."""
    words = [sys.executable if word == "python" else replaced.get(word, word) for word in command]
    return [word.replace("python -m", f"'{sys.executable}' -m") for word in words]


def _run(command, env):
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=240
    )


@contextlib.contextmanager
def _started(command, env, log):
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _becomes_healthy(check, env, seconds=180):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _run(check, env).returncode == 0:
            return True
        time.sleep(0.5)
    return False


@pytest.mark.slow
def test_commands_of_the_compose_file_work(deployment, services, tmp_path):
    env = deployment
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    serve = json.loads(
        re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    )
    checks = {name: services[name]["healthcheck"]["test"] for name in ("web", "worker", "beat")}
    shells = {name: ["sh", "-c", check[1].replace("$$", "$")] for name, check in checks.items()}

    static = _run(_here(["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]), env)
    migrated = _run(_here(services["migrate"]["command"]), env | {"OWNER_DATABASE_URL": env["OWNER"]})
    assert (static.returncode, migrated.returncode) == (0, 0), static.stderr + migrated.stderr

    with _started(_here(serve, **{"8000": port, "0.0.0.0": "127.0.0.1"}), env, tmp_path / "web.log"):
        check = [word.replace(":8000", f":{port}") for word in _here(checks["web"][1:])]
        assert _becomes_healthy(check, env), (tmp_path / "web.log").read_text()

    with _started(_here(services["worker"]["command"]), env, tmp_path / "worker.log"):
        assert _becomes_healthy(_here(shells["worker"]), env), (tmp_path / "worker.log").read_text()

    schedule = str(tmp_path / "beat-schedule")
    command = _here(services["beat"]["command"], **{"/tmp/beat-schedule": schedule})
    check = [word.replace("/tmp", str(tmp_path)) for word in shells["beat"]]
    assert _run(check, env).returncode == 1
    with _started(command, env, tmp_path / "beat.log"):
        assert _becomes_healthy(check, env), (tmp_path / "beat.log").read_text()
