"""A single-user server that keeps its own record of when it ran, whatever the Hub believes.

Its record is a file named after its process: born when it began, touched ever since.
"""

from __future__ import annotations

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

TICK_S = 0.05


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def keep_record(file: Path) -> None:
    file.write_text(str(time.time()))
    while True:
        time.sleep(TICK_S)
        os.utime(file)


if __name__ == "__main__":
    name = f"{os.environ['JUPYTERHUB_USER']}.{os.environ['CATALYST_SESSION']}.{os.getpid()}"
    record = Path(os.environ["RECORDS"], name)
    threading.Thread(target=keep_record, args=(record,), daemon=True).start()
    address = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    ThreadingHTTPServer((address.hostname, address.port), Page).serve_forever()
