"""`bina down`: end everything and leave nothing behind; the data stay unless they are to be wiped."""

import click

from bina import layout as layouts
from bina.commands.output import console, json_option, write_json
from bina.launcher.control import Platform


@click.command(
    epilog="""\b
Examples:
  bina down                        stop everything, keep the data
  bina down --wipe                 stop, then delete data, logs and passwords
  bina down registration.relay     stop one program until `bina up` names it
"""
)
@click.argument("program", required=False)
@click.option("--wipe", is_flag=True, help="Delete data, logs and generated passwords afterwards.")
@json_option
def down(program: str | None, *, wipe: bool, as_json: bool) -> int:
    """Stop the platform; it is no error when it does not run."""
    if program and wipe:
        raise click.UsageError("--wipe is for the whole platform, not for one program")
    platform = Platform(layouts.find())
    if program:
        platform.stop(program)
        return 0
    stopped = platform.down()
    if wipe:
        platform.wipe()
    if as_json:
        write_json({"stopped": stopped, "wiped": wipe})
    else:
        said = "Stopped." if stopped else "Was not running."
        console().print(said + (" Data, logs and passwords are wiped." if wipe else " The data stay."))
    return 0
