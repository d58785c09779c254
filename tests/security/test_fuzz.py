"""Schemathesis on every service in three roles: positive, negative and stateful, without one 500.

The daily run is a cross-section of a few seconds per service, role and phase; `BINA_ATTACK=long` gives each service
and role five minutes.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from attacker import Attacker

SEED: Final = os.environ.get("BINA_ATTACK_SEED", "20251128")
IS_LONG: Final = os.environ.get("BINA_ATTACK") == "long"
ENOUGH: Final = 20  # cases; a busy machine gets more seconds until it has made so many
ROLES: Final = {
    "admin": ("tenant_admin", "programme_manager", "curriculum_manager", "evaluator"),
    "reader": ("auditor",),
    "nobody": ("participant",),
}
NATION: Final = {"admin": ("platform_admin",), "reader": ("bpsdm_analyst",), "nobody": ("participant",)}
TENANT: Final = "53.15"  # one that no other test looks at


def fuzz(address: str, token: str, folder: Path, phases: str, seconds: int) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{address}/v1/openapi.json", "--mode", "all", "--seed", SEED,
        "--phases", phases, "--checks", "not_a_server_error", "--max-time", str(seconds), "--max-examples", "20",
        "--generation-database", "none", "--request-timeout", "60", "--no-color", "--no-shrink", "--warnings", "off",
        "--suppress-health-check", "all", "--header", f"Authorization: Bearer {token}",
    ]  # fmt: skip
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=seconds + 240, check=False)


def cases(ran: "subprocess.CompletedProcess[str]") -> int:
    """Say how many requests were made up and sent."""
    found = re.search(r"([\d,]+) generated", ran.stdout)
    return int(found[1].replace(",", "")) if found else 0


DAILY: Final = [
    (service, role, phase, seconds)
    for service in ("registration", "curriculum", "monitoring", "national")
    for role, phase, seconds in (
        ("admin", "fuzzing", 5), ("admin", "stateful", 5), ("reader", "fuzzing", 2), ("nobody", "fuzzing", 2),
    )
]  # fmt: skip
LONG: Final = [
    (service, role, "coverage,fuzzing,stateful", 300) for service, role, phase, _ in DAILY if phase == "fuzzing"
]


@pytest.mark.parametrize("plan", LONG if IS_LONG else DAILY, ids=lambda plan: "-".join(plan[:3]))
def test_no_request_makes_a_service_fail(attacker: Attacker, tmp_path: Path, plan: tuple[str, str, str, int]) -> None:
    service, role, phases, seconds = plan
    attacker.onboard(TENANT)
    tenant, roles = ("00", NATION[role]) if service == "national" else (TENANT, ROLES[role])
    log = attacker.stack.layout.log
    before, address = failures(log), attacker.stack.url(service)
    ran = fuzz(address, attacker.forge.token(tenant, *roles), tmp_path, phases, seconds)
    while ran.returncode == 0 and cases(ran) < ENOUGH and seconds < 120:
        seconds *= 2
        ran = fuzz(address, attacker.forge.token(tenant, *roles), tmp_path, phases, seconds)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-1000:]
    assert cases(ran) >= ENOUGH, ran.stdout[-2000:]
    assert failures(log) == before


def failures(log: Path) -> int:
    """Count what the services noted as their own fault."""
    return sum(file.read_bytes().count(b'"event": "request failed"') for file in log.rglob("*") if file.is_file())


def test_a_failing_service_is_told(tmp_path: Path) -> None:
    program = """
import threading
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response
import json, sys
doc = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"},
       "paths": {"/v1/a": {"get": {"responses": {"200": {"description": "x"}}}}}}
@Request.application
def app(request):
    return Response(json.dumps(doc), mimetype="application/json") if "openapi" in request.path else Response("x", 500)
server = make_server("127.0.0.1", 0, app); print(server.port, flush=True); server.serve_forever()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            ran = fuzz(f"http://127.0.0.1:{process.stdout.readline().strip()}", "x", tmp_path, "fuzzing", 20)
        finally:
            process.kill()
    assert ran.returncode == 1
    assert "500" in ran.stdout
