"""No container engine runs here, so what docker-compose.yml and Dockerfile say is run without one."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from ruamel.yaml import YAML
from typer.testing import CliRunner

from processor.cli import app
from processor.embedded import server_command
from processor.rules.example import example_text
from processor.settings import NAMES
from tests.harness.deliveries import woo_headers, woo_order
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, Any] = YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("watbot-hooks")}
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
DOTENV = (ROOT / ".env.example").read_text("utf-8")
SECRETS = {"SHOP_SECRET": "a-shop-secret", "TILDA_KEY": "a-tilda-key", "CRM_TOKEN": "a-crm-token"}
# Set by the image and the compose file for Python itself, no settings of ours.
NOT_OURS = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def _image_environment() -> dict[str, str]:
    """What the last stage's ENV sets."""
    (block,) = re.findall(r"^ENV ((?:.*\\\n)*.*)", DOCKERFILE.rpartition("\nFROM ")[2], re.MULTILINE)
    return dict(pair.split("=", 1) for pair in block.replace("\\\n", " ").split())


def test_every_setting_that_is_named_exists() -> None:
    """In the compose file, in the image and in .env.example; what is no setting there is a secret of the rules."""
    named = {name for service in OURS.values() for name in service.get("environment", {})}
    named |= set(_image_environment()) - NOT_OURS
    named |= set(re.findall(r"^#?([A-Z][A-Z_]*)=", DOTENV, re.MULTILINE)) - set(SECRETS)
    assert named - set(NAMES) == set()
    assert set(re.findall(r"\$\{([A-Z_]+):-", example_text())) == set(SECRETS)


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists_with_its_options(name: str) -> None:
    """`--help` behind it answers instead of running it."""
    known = CliRunner().invoke(app, [OURS[name]["command"][0], "--help"], env={"NO_COLOR": "1", "COLUMNS": "200"})
    assert known.exit_code == 0, known.output
    for option in (part for part in OURS[name]["command"] if part.startswith("--")):
        assert option in known.output


def test_nothing_but_the_receiver_can_be_reached_from_outside() -> None:
    """Even that only through a proxy on the same machine, and the store not at all."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"], "sandbox": ["127.0.0.1:8001:8001"]}
    assert SERVICES["sandbox"]["profiles"] == ["sandbox"]


def test_every_service_restarts_is_watched_and_gets_time_to_stop() -> None:
    """A folder of rules is mounted, never a file, which could not be replaced at once."""
    for name, service in SERVICES.items():
        assert (service["restart"], service["stop_grace_period"], service["read_only"]) == (
            "unless-stopped",
            "40s",
            True,
        )
        assert "healthcheck" in service or (name == "web" and "HEALTHCHECK" in DOCKERFILE)
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"] == {"valkey": {"condition": "service_healthy"}}
        assert SERVICES[name]["volumes"] == ["./rules:/rules:ro"]
        assert Path(SERVICES[name]["environment"]["RULES_FILE"]).parent == Path("/rules")


def test_the_image_copies_what_exists_and_is_sent_to_the_builder() -> None:
    """.dockerignore lets through what COPY names."""
    copied = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    paths = [path for line in copied for path in line.split()[:-1]]
    let_through = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    assert sorted(paths) == sorted(let_through)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_image_runs_as_nobody_special() -> None:
    """A fixed uid that is not root, from before the entry point on; the last stage has no builder in it."""
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.search(r"^STOPSIGNAL SIGTERM$", last, re.MULTILINE)
    assert json.loads(re.findall(r"^ENTRYPOINT (.+)$", last, re.MULTILINE)[0]) == ["watbot-hooks"]
    assert not re.search(r"\b(uv|pip|apt-get|gcc)\b", last)


@contextmanager
def _running(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process for the length of the block; then SIGTERM, as `docker stop` sends it, must be enough to end it."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=dict(environ), stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        code = process.wait(40)
    # uvicorn shuts down and then hands the signal back, so that its parent sees why it ended.
    assert code in (0, -signal.SIGTERM), log.read_text("utf-8")


@contextmanager
def _store(binary: str, folder: Path) -> Iterator[str]:
    """The store with the compose file's own flags, on a free port; its address."""
    port = free_port()
    place = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--daemonize", "no"]
    command = [binary, *SERVICES["valkey"]["command"][1:], *place]
    with _running(command, os.environ, folder / "store.log"):
        client = redis.Redis(port=port)
        wait_until(lambda: _answers(client), what="the store answers")
        wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "save": ""}
        assert {name: client.config_get(name)[name] for name in wanted} == wanted
        client.close()
        yield f"redis://127.0.0.1:{port}/0"


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def _command(service: str, *more: str) -> list[str]:
    return [sys.executable, "-m", "processor.cli", *SERVICES[service]["command"], *more]


def _checked(test: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Whether a health check with a Python program says that all is well."""
    assert test[0] == "python"
    return subprocess.run([sys.executable, *test[1:]], env=dict(environ), check=False, timeout=20).returncode == 0


def _binaries() -> list[Any]:
    own = shutil.which("redis-server")
    missing = pytest.mark.skipif(own is None and not os.environ.get("CI"), reason="no redis-server on PATH")
    return [
        pytest.param(server_command(Path())[0], id="valkey"),
        pytest.param(own or "redis-server", id="redis", marks=missing),
    ]


@pytest.mark.parametrize("binary", _binaries())
def test_the_three_processes_make_a_line(binary: str, tmp_path: Path) -> None:
    """Store, receiver and worker as the compose file starts them; an order becomes a contact of the sandbox."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rules.yaml").write_text(example_text(), "utf-8")
    port, sandbox_port = free_port(), free_port()
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    environ = {"PATH": os.environ["PATH"], **_image_environment(), **SERVICES["web"]["environment"], **SECRETS}
    environ |= {"WATBOT_API_TOKEN": "sandbox", "WATBOT_BASE_URL": f"{sandbox}/api/v1", "PATH": os.environ["PATH"]}
    environ |= {"HOST": "127.0.0.1", "PORT": str(port), "RULES_FILE": str(tmp_path / "rules" / "rules.yaml")}
    with ExitStack() as line:
        environ["REDIS_URL"] = line.enter_context(_store(binary, tmp_path))
        elsewhere = ["--host", "127.0.0.1", "--port", str(sandbox_port)]
        line.enter_context(_running(_command("sandbox", *elsewhere), environ, tmp_path / "sandbox.log"))
        line.enter_context(_running(_command("worker"), environ, tmp_path / "worker.log"))
        line.enter_context(_running(_command("web"), environ, tmp_path / "web.log"))
        wait_until(lambda: _status(f"http://127.0.0.1:{port}/readyz") == 200, timeout_s=30, what="the line is ready")
        assert _checked(SERVICES["worker"]["healthcheck"]["test"][1:], environ)
        assert _checked(json.loads(re.findall(r"HEALTHCHECK .*\\\n\s+CMD (.+)", DOCKERFILE)[0]), environ)
        order = woo_order(number="1001")
        headers = woo_headers(order, SECRETS["SHOP_SECRET"])
        answer = httpx.post(f"http://127.0.0.1:{port}/hooks/shop", content=order, headers=headers)
        assert answer.status_code == 202
        wait_until(lambda: _statuses(sandbox) == ["Новый заказ на 5400.00"], timeout_s=30, what="the contact is done")


def _status(url: str) -> int:
    try:
        return httpx.get(url, timeout=2).status_code
    except httpx.HTTPError:
        return 0


def _statuses(sandbox: str) -> list[str | None]:
    return [contact["status"] for contact in httpx.get(f"{sandbox}/_sandbox/contacts").json()]
