"""`bina token`: an access token from the development issuer, for trying out an API."""

import click
import requests

from bina import layout as layouts
from bina.commands.output import json_option, write_json
from bina.errors import NotRunningError, OperatorError
from bina.launcher.control import Platform
from bina.stack import Stack


@click.command(
    epilog="""\b
Examples:
  bina token --tenant 74.71 --role programme_manager
  bina token --tenant 00 --role bpsdm_analyst --audience national
  token=$(bina token --tenant 74.71 --role auditor)
  curl -H "Authorization: Bearer $token" http://127.0.0.1:8101/v1/figures
"""
)
@click.option("--tenant", required=True, help="Code of the region, e.g. 74.71; 00 for the nation.")
@click.option("--role", "roles", multiple=True, required=True, help="May be given several times.")
@click.option("--audience", "audiences", multiple=True, help="Service that shall accept it; without it, all.")
@click.option("--subject", help="Who acts; without it, the development client.")
@json_option
def token(
    tenant: str, roles: tuple[str, ...], audiences: tuple[str, ...], subject: str | None, *, as_json: bool
) -> int:
    """Print a token of the development issuer; valid on this machine only."""
    platform = Platform(layouts.find())
    if not platform.is_running():
        raise NotRunningError("the platform is not running", fix="bina up")
    answer = fetch(platform.stack(), {"tenant": tenant, "role": roles, "audience": audiences, "subject": subject})
    if as_json:
        write_json(answer)
    else:
        click.echo(answer["access_token"])
    return 0


def fetch(stack: Stack, wanted: dict[str, str | tuple[str, ...] | None]) -> dict[str, object]:
    """Ask the issuer, as the development client whose secret lies in the secrets file."""
    secret = stack.credentials.password("issuer.client")
    form = {"grant_type": "client_credentials", **{name: value for name, value in wanted.items() if value}}
    try:
        answer = requests.post(f"{stack.issuer_url}/token", data=form, auth=("bina", secret), timeout=10)
        body: dict[str, object] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise NotRunningError(f"the issuer does not answer: {error}", fix="bina status") from error
    if not answer.ok:
        raise OperatorError(f"the issuer refuses: {body.get('error')} {body.get('error_description', '')}".strip())
    return body
