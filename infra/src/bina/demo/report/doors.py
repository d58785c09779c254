"""Where to go on after the report: addresses, demo accounts, how to stop."""

import json
from pathlib import Path
from typing import Final

from bina.demo.report import texts
from bina.demo.report.model import Doors, Login
from bina.stack import ISSUER, Stack

_LOGINS: Final = "logins.json"


def doors_of(stack: Stack) -> Doors:
    """Name the addresses of a platform and the accounts that its issuer has made."""
    documents = [(service.name, f"{stack.url(service.name)}/v1/openapi.json") for service in stack.services]
    return Doors(
        addresses=(*documents, (ISSUER, f"{stack.issuer_url}/.well-known/openid-configuration")),
        logins=_logins(stack.layout.data / ISSUER / _LOGINS),
    )


def _logins(path: Path) -> tuple[Login, ...]:
    try:
        accounts = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(
        Login(account=name, secret=secret, may=texts.ACCOUNTS.get(name.split("@")[0], texts.ACCOUNT))
        for name, secret in accounts.items()
    )
