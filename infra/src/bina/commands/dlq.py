"""`bina dlq`: records that a reader could not decode, and their return to it once it can."""

import click

from bina import dead_letters
from bina import layout as layouts
from bina.commands.output import console, json_option, table, write_json
from bina.launcher.control import Platform


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  bina dlq                                   list what could not be decoded
  bina dlq --service national --json
  bina dlq replay --service national         give all of a reader's back to it
  bina dlq replay --origin registration.batch/3/17
""",
)
@click.option("--service", help="Only this reader.")
@json_option
@click.pass_context
def dlq(context: click.Context, service: str | None, *, as_json: bool) -> None:
    """List dead letters and where each stands; never their content."""
    if context.invoked_subcommand:
        return
    found = dead_letters.letters(Platform(layouts.find()), service)
    if as_json:
        write_json(found)
        return
    rows = [(each.service, each.origin, each.reason, f"{each.at:%Y-%m-%d %H:%M:%S}", each.state) for each in found]
    shown = table("Dead letters", ("reader", "record", "reason", "since", "state"), rows)
    console().print(shown if rows else "There are no dead letters.")


@dlq.command("replay")
@click.option("--service", help="Only this reader's.")
@click.option("--origin", help="Only this record, as in the list.")
@json_option
def again(service: str | None, origin: str | None, *, as_json: bool) -> int:
    """Let readers decode their dead letters anew; safe to repeat, in any order."""
    platform = Platform(layouts.find())
    given = dead_letters.replay(platform, dead_letters.letters(platform, service, origin))
    if as_json:
        write_json({"replayed": given})
    else:
        console().print(f"{len(given)} record(s) were given back; `bina dlq` shows what became of them.")
    return 0
