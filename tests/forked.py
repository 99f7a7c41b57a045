"""`qa` for many commands in a row: a process that has imported what they need forks for each of them.

What a command does is done for real, in a process of its own with its own folder, environment and streams; only the second
that Python takes to import it all is saved. `python forked.py SOCKET` serves; `python -S forked.py SOCKET ask ...` is `qa`.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import traceback

SLOW = (
    "qa.bootstrap", "qa.interfaces.rest", "qa.interfaces.client", "qa.interfaces.sending", "qa.interfaces.terminal",
    "qa.adapters.chroma", "qa.adapters.onnx", "qa.adapters.splitter", "qa.adapters.archive.upkeep", "qa.eval.command",
)  # fmt: skip


def serve(path: str) -> None:
    for name in SLOW:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        while True:
            line, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _run(line)
            line.close()


def _run(line: socket.socket) -> None:
    told, streams, _, _ = socket.recv_fds(line, 1 << 20, 3)
    given = json.loads(told)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.chdir(given["cwd"])
    os.environ.clear()
    os.environ.update(given["env"])
    sys.argv = ["qa", *given["arguments"]]
    code = 1
    try:
        importlib.import_module("qa.interfaces.cli").main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:  # noqa: BLE001  the process ends here
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    line.send(bytes([code]))
    os._exit(code)


def ask(path: str, arguments: list[str]) -> int:
    told = {"cwd": os.getcwd(), "env": dict(os.environ), "arguments": arguments}  # noqa: PTH109  pathlib is slow
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        socket.send_fds(line, [json.dumps(told).encode()], [0, 1, 2])
        code = (line.recv(1) or b"\1")[0]
        line.settimeout(10)
        line.recv(1)  # nothing, once the process is gone: two at a time in one folder of Chroma's damage it
        return code


if __name__ == "__main__":
    if sys.argv[2:]:
        sys.exit(ask(sys.argv[1], sys.argv[2:]))
    serve(sys.argv[1])
