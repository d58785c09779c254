"""`bina keys`: change the key with which the development issuer signs, without locking anybody out."""

from collections.abc import Callable

import click

from bina import layout as layouts
from bina.commands.output import json_option, write_json
from bina.errors import NotRunningError
from bina.stack import ISSUER
from issuer import keys as signing

_STEPS: dict[str, Callable[..., list[str]]] = {"add": signing.add, "use": signing.use, "retire": signing.retire}


@click.command(
    epilog="""\b
Examples:
  bina keys add      publish a further key, which does not sign yet
  bina keys use      once services have looked again: it signs
  bina keys retire   an hour later, as old tokens ended: the others go
"""
)
@click.argument("step", type=click.Choice(list(_STEPS)))
@json_option
def keys(step: str, *, as_json: bool) -> int:
    """Add, use or retire a signing key of the development issuer; it need not be restarted."""
    home = layouts.find().data / ISSUER
    if not (home / signing.FILE).exists():
        raise NotRunningError("the issuer has no keys yet", fix="bina up")
    ids = _STEPS[step](home)
    if as_json:
        write_json({"signing": ids[0], "published": ids})
    else:
        click.echo(f"signing: {ids[0]}; also accepted: {', '.join(ids[1:]) or 'none'}")
    return 0
