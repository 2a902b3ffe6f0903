"""The container's recipe without an engine: what it says, and its own commands in folders of their own."""

import asyncio
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import DEFAULTS
from sandbox.discord import SandboxDiscord

_PROJECT = Path(__file__).resolve().parent.parent
_DATA = "/data"


def recipe() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each on one line."""
    text = re.sub(r"^#.*\n", "", (_PROJECT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines if line]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for name, rest in recipe():
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


def values(stage: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for each, rest in stage if each == name]


def variables(stage: list[tuple[str, str]]) -> dict[str, str]:
    return dict(pair.split("=", 1) for rest in values(stage, "ENV") for pair in shlex.split(rest))


def health_check() -> list[str]:
    (check,) = values(stages()[-1], "HEALTHCHECK")
    command: list[str] = json.loads(check.partition("CMD ")[2])
    return command


def service(name: str) -> dict:
    found: dict = yaml.safe_load((_PROJECT / "compose.yaml").read_text())["services"][name]
    return found


def test_a_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    said = subprocess.run(
        [linter, "--no-color", "Dockerfile"], cwd=_PROJECT, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_the_image_runs_as_nobody_in_particular_and_keeps_its_data_apart() -> None:
    build, final = stages()
    assert all(
        re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:\w+( AS \w+)?", rest)
        for rest in values(build, "FROM") + values(final, "FROM")
    )
    assert values(final, "USER") == ["10001:10001"]
    assert [name for name, _ in final].index("USER") > max(i for i, (name, _) in enumerate(final) if name == "RUN")
    assert values(final, "VOLUME") == [_DATA]
    assert json.loads(values(final, "ENTRYPOINT")[0]) == ["python", "-m", "bot"]
    assert json.loads(values(final, "CMD")[0]) == ["run"]
    # No installer, no lock and no compiler's leftovers: only what was made in the first stage.
    assert all(rest.startswith("--from=build ") for rest in values(final, "COPY"))
    assert not any("pip" in rest or "apt" in rest for rest in values(final, "RUN"))
    assert health_check()[0] == "python"
    told = variables(final)
    assert told["DATABASE_URL"] == f"sqlite://{_DATA}/backchannel.db"
    assert {name for name in told if name in DEFAULTS} == {"DATABASE_URL", "HTTP_HOST", "HTTP_PORT"}


def test_nothing_but_code_goes_into_the_build() -> None:
    lines = [line for line in (_PROJECT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = {source for rest in values(stages()[0], "COPY") for source in rest.split()[:-1]}
    assert let_in == copied
    assert all((_PROJECT / each).exists() for each in let_in)


@pytest.mark.parametrize("name", ["backchannel", "postgres"])
def test_each_service_may_do_nothing_that_it_need_not(name: str) -> None:
    found = service(name)
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert "cap_add" not in found
    assert "privileged" not in found
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert (found["mem_limit"], found["pids_limit"]) == ("1g", 200)
    assert all(str(port).startswith("127.0.0.1:") for port in found.get("ports", []))
    assert all(volume.split(":")[0] in ("data", "postgres") for volume in found["volumes"])


def test_images_of_others_are_named_by_digest() -> None:
    images = [rest.split()[0] for name, rest in recipe() if name == "FROM"]
    services = yaml.safe_load((_PROJECT / "compose.yaml").read_text())["services"].values()
    images += [each["image"] for each in services if "build" not in each]
    assert len(images) == 3
    assert [image for image in images if not re.fullmatch(r"\S+:[\w.-]+@sha256:[0-9a-f]{64}", image)] == []


def test_the_bot_alone_is_the_rule_and_postgres_a_profile() -> None:
    bot, postgres = service("backchannel"), service("postgres")
    assert "profiles" not in bot
    assert postgres["profiles"] == ["postgres"]
    assert bot["env_file"] == ".env"
    assert bot["depends_on"]["postgres"] == {"condition": "service_healthy", "required": False}
    assert bot["volumes"] == [f"data:{_DATA}"]
    url, _, default = bot["environment"]["DATABASE_URL"].strip("${}").partition(":-")
    assert (url, default) == ("DATABASE_URL", variables(stages()[-1])["DATABASE_URL"])
    assert "@postgres/backchannel" in (_PROJECT / "compose.yaml").read_text()
    assert not re.search(r"(TOKEN|SECRET_KEY)\s*[:=]", (_PROJECT / "compose.yaml").read_text())


def install(root: Path) -> Path:
    """Do what the first stage does, below a folder in place of ``/``; returns the environment's Python."""
    build = stages()[0]
    app = root / "app"
    app.mkdir()
    for rest in values(build, "COPY"):
        *sources, target = rest.split()
        for source in sources:
            if (_PROJECT / source).is_dir():
                shutil.copytree(_PROJECT / source, app / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(_PROJECT / source, app / target)
    told = {**variables(build), "UV_PROJECT_ENVIRONMENT": str(root / "venv"), "UV_COMPILE_BYTECODE": "0"}
    environment = {**os.environ, **told, "PYTHONPATH": str(_PROJECT / ".tools"), "UV_PYTHON": sys.executable}
    for rest in values(build, "RUN"):
        # uv itself is here already, and its cache spares the network.
        if "pip install" not in rest:
            command = [sys.executable, *shlex.split(rest.replace(" --no-cache", ""))[1:]]
            subprocess.run(command, cwd=app, env=environment, check=True, capture_output=True, timeout=100)
    return root / "venv" / "bin" / "python"


@pytest.mark.container
async def test_what_is_installed_runs_is_healthy_and_writes_to_its_data_alone(tmp_path: Path) -> None:
    python = await asyncio.to_thread(install, tmp_path)
    packages = await asyncio.to_thread(lambda: {path.name for path in python.parents[1].glob("lib/*/site-packages/*")})
    assert "discord" in packages
    assert not {"pytest", "mypy", "ruff", "playwright"} & packages
    data = tmp_path / "data"
    data.mkdir()
    app = tmp_path / "app"
    before = files_in(app)
    async with SandboxDiscord.running() as discord:
        port = free_port()
        told = {
            **variables(stages()[-1]),
            "PATH": f"{python.parent}:/usr/bin:/bin",
            "HOME": str(data),
            "DATABASE_URL": f"sqlite://{data}/backchannel.db",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(port),
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
        }
        entry = json.loads(values(stages()[-1], "ENTRYPOINT")[0])
        process = await asyncio.create_subprocess_exec(*entry, "run", cwd=app, env=told)
        try:
            await discord.wait_ready(60)
            assert await status_of(health_check(), app, told) == 0
        finally:
            process.terminate()
            assert await process.wait() == 0
        assert await status_of(health_check(), app, told) != 0
    assert files_in(app) == before
    assert {"backchannel.db", "secret.key"} <= {path.name for path in map(Path, files_in(data))}


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def status_of(command: list[str], folder: Path, told: dict[str, str]) -> int:
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=told, stderr=asyncio.subprocess.DEVNULL)
    return await process.wait()
