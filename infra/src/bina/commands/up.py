"""`bina up`: start everything and wait until it is ready; or start again one program that was stopped."""

import sys
import time

import click

from bina import layout as layouts
from bina.commands.output import console, json_option, table, write_json
from bina.launcher import running
from bina.launcher.control import Platform
from bina.launcher.running import LAUNCHER, LogFollower
from bina.launcher.state import PlatformState
from bina.stack import ISSUER, Stack


@click.command(
    epilog="""\b
Examples:
  bina up                          start in the background, wait until ready
  bina up --foreground             stay in the terminal, Ctrl-C stops all
  BINA_KAFKA_PORT=9192 bina up     move one port
  BINA_PORTS=free bina up          take any free ports and remember them
  bina up registration.relay       start one program that `bina down` stopped
"""
)
@click.argument("program", required=False)
@click.option("--foreground", is_flag=True, help="Run in this terminal and show all logs; Ctrl-C stops everything.")
@click.option("--quiet-if-running", is_flag=True, help="Say nothing when everything is up already.")
@json_option
def up(program: str | None, *, foreground: bool, quiet_if_running: bool, as_json: bool) -> int:
    """Start the engines and all services; what already runs is left alone."""
    layout = layouts.find()
    if foreground:
        return running.run(layout, is_foreground=True)
    platform = Platform(layout)
    if program:
        platform.start(program)
        return 0
    was_running = platform.is_running()
    began = time.monotonic()
    shown = LogFollower(layout, sys.stderr, names=(LAUNCHER,))
    state = platform.up(tick=(lambda: None) if as_json else shown.follow)
    summary = _summary(platform.stack(), state, was_running=was_running, seconds=time.monotonic() - began)
    if as_json:
        write_json(summary)
    elif not (was_running and quiet_if_running):
        shown.follow()
        _show(summary)
    return 0


def _summary(stack: Stack, state: PlatformState, *, was_running: bool, seconds: float) -> dict[str, object]:
    return {
        "phase": state.phase,
        "was_running": was_running,
        "seconds": round(seconds, 1),
        "addresses": {service.name: f"{stack.url(service.name)}/v1" for service in stack.services}
        | {ISSUER: stack.issuer_url, "kafka": stack.broker.bootstrap},
        "logs": str(stack.layout.log),
        "demo_accounts": str(stack.layout.data / ISSUER / "logins.json"),
        "stop": "bina down",
    }


def _show(summary: dict[str, object]) -> None:
    out = console()
    took = "was already running" if summary["was_running"] else f"is up after {summary['seconds']} s"
    addresses = summary["addresses"]
    rows = [(str(name), str(address)) for name, address in addresses.items()] if isinstance(addresses, dict) else []
    out.print(table(f"The platform {took}.", ("program", "address"), rows))
    out.print(f"\nDemo accounts and their passwords: {summary['demo_accounts']}", soft_wrap=True)
    out.print("Next: bina demo · bina status · bina logs -f · bina down", soft_wrap=True)
