"""`python -m issuer`: serve on the address that the launcher gives."""

import logging
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from werkzeug.serving import make_server

from issuer.app import create_app
from issuer.directory import open_directory

_NEEDED = ("BINA_HTTP_PORT", "BINA_ISSUER_HOME", "BINA_ISSUER_CLIENT_SECRET", "BINA_ISSUER_SERVICES")


def main() -> None:
    """Serve until SIGTERM; leaves with 2 when a setting is missing or wrong."""
    faults = [f"{name}: not set" for name in _NEEDED if not os.environ.get(name)]
    port = os.environ.get("BINA_HTTP_PORT", "0")
    if not port.isdecimal():
        faults.append("BINA_HTTP_PORT: not a number")
    if faults:
        sys.stderr.write("issuer: bad configuration\n  " + "\n  ".join(faults) + "\n")
        raise SystemExit(2)
    logging.basicConfig(level=logging.INFO, format='{"event": "%(message)s", "service": "issuer"}', stream=sys.stdout)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line per request: queries may hold a code
    host = os.environ.get("BINA_HTTP_HOST", "127.0.0.1")
    issuer = os.environ.get("BINA_ISSUER_URL", f"http://{host}:{port}")
    home, secret = Path(os.environ["BINA_ISSUER_HOME"]), os.environ["BINA_ISSUER_CLIENT_SECRET"]
    directory = open_directory(home, secret, os.environ["BINA_ISSUER_SERVICES"].split(","))
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _leave)
    server = make_server(host, int(port), create_app(directory, issuer), threaded=True)
    logging.getLogger("issuer").info("started as %s", issuer)
    server.serve_forever()


def _leave(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
