"""`python -m parcel api|relay|consumer|init`: stands in for a real service where only the launcher is tested."""

import json
import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from pymongo import MongoClient

PORTS = {"api": "BINA_HTTP_PORT", "relay": "BINA_RELAY_PORT", "consumer": "BINA_CONSUMER_PORT"}


class Answers(BaseHTTPRequestHandler):
    """Ready at once; the relay and the consumer with made-up figures."""

    def do_GET(self) -> None:
        body = json.dumps({"status": "ok", "reasons": [], "outbox_rows": 0, "lag_records": 0, "parked": 0}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


def main(process: str) -> None:
    """Run one process."""
    if process == "init":
        client: MongoClient[dict[str, Any]]
        client = MongoClient(os.environ["BINA_MONGO_URI"])
        client.get_default_database()["starts"].insert_one({"seal": bool(os.environ["BINA_SEAL_KEY"])})
        client.close()
        return
    if process == os.environ.get("PARCEL_BREAKS"):
        sys.exit("this process was told to break")
    if process == "api":
        subprocess.Popen(["sleep", "1000"])
        signal.signal(signal.SIGTERM, signal.SIG_IGN if os.environ.get("PARCEL_STUBBORN") else signal.SIG_DFL)
    sys.stdout.write(f"{process} listens\n")
    sys.stdout.flush()
    HTTPServer(("127.0.0.1", int(os.environ[PORTS[process]])), Answers).serve_forever()


main(sys.argv[1])
