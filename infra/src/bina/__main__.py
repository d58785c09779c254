"""`bina`: the command that starts, shows and ends a platform; each subject is one module in `bina.commands`."""

import sys
from importlib import import_module
from typing import Any

import click

from bina.commands.output import report_error
from bina.errors import ConfigurationError, NotRunningError, OperatorError

FAILURE, USAGE, NOT_RUNNING = 1, 2, 3
_COMMANDS = {
    "up": "bina.commands.up:up",
    "down": "bina.commands.down:down",
    "status": "bina.commands.status:status",
    "doctor": "bina.commands.doctor:doctor",
    "demo": "bina.demo.cli:demo",
    "report": "bina.demo.cli:report",
    "topics": "bina.commands.topics:topics",
    "outbox": "bina.commands.outbox:outbox",
    "parked": "bina.commands.parked:parked",
    "dlq": "bina.commands.dlq:dlq",
    "audit": "bina.commands.audit:audit",
    "token": "bina.commands.token:token",
    "keys": "bina.commands.keys:keys",
    "logs": "bina.commands.logs:logs",
}


class LazyGroup(click.Group):
    """Loads a command's module only when that command is meant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as inherited
        """List the commands in the order in which one meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as inherited
        """Load one command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        try:
            return getattr(import_module(module), name)  # type: ignore[no-any-return] # commands by the table above
        except ModuleNotFoundError as error:
            return _absent(cmd_name, str(error))


def _absent(name: str, reason: str) -> click.Command:
    @click.command(name, help="Not installed here.")
    def refuse() -> None:
        raise ConfigurationError(f"`bina {name}` is not installed: {reason}", fix="make setup")

    return refuse


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done, 1 failed, 2 wrong call or configuration, 3 not running.",
)
def cli() -> None:
    r"""Bina: run and look after the platform on this machine.

    \b
    bina up                  start everything and wait until it is ready
    bina demo                run the source programmes through it
    bina status              see each process, its backlog and its memory
    bina down                stop everything; the data stay
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every expected error becomes one message and an exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(given))


def _run(arguments: list[str]) -> int:
    is_json = "--json" in arguments
    try:
        status: Any = cli.main(arguments, prog_name="bina", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return FAILURE
    except NotRunningError as error:
        return report_error(error, NOT_RUNNING, is_json=is_json)
    except ConfigurationError as error:
        return report_error(error, USAGE, is_json=is_json)
    except OperatorError as error:
        return report_error(error, FAILURE, is_json=is_json)
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    main()
