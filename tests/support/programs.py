"""``python`` and ``mkdocs`` as a script finds them, without the time that a Python takes to begin.

::

    with programs(tmp_path / "bin") as folder:      # before the others on PATH
        subprocess.run(["sh", "publish.sh"], env=os.environ | {"PATH": f"{folder}:{path}"})
"""

from __future__ import annotations

import json
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import processes
from support.building import MODULE

_PROGRAM = """\
#!{python} -IS
import json, os, socket, sys
with socket.create_connection(("127.0.0.1", {port})) as server:
    told = [{first} + sys.argv[1:], os.getcwd(), dict(os.environ)]
    server.sendall(json.dumps(told).encode() + b"\\n")
    code, said = json.loads(server.makefile().readline())
sys.stdout.write(said)
sys.exit(code)
"""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        (option, module, *words), cwd, env = json.loads(self.rfile.readline())
        assert option == "-m"
        given, code = (words, None) if module == "digest" else ([module, *words], MODULE)
        answer = processes.run(*given, cwd=Path(cwd), env=env, code=code)
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def programs(folder: Path) -> Iterator[Path]:
    """Write the two programs into a folder; what they say is all on their standard output."""
    folder.mkdir(parents=True)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        for name, first in (("python", []), ("mkdocs", ["-m", "mkdocs"])):
            program = folder / name
            port = server.server_address[1]
            text = _PROGRAM.format(python=sys.executable, port=port, first=first)
            program.write_text(text, "utf-8")
            program.chmod(0o755)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield folder
        finally:
            server.shutdown()
            thread.join()
