"""Processes that are killed at the worst moment, as by a machine that runs out of memory."""

from __future__ import annotations

import os
import signal
from multiprocessing import connection


def die_halfway() -> None:
    """Have this process killed when half of its next answer is written."""

    def write(pipe: connection.Connection, answer: bytes) -> None:
        os.write(pipe.fileno(), bytes(answer)[: len(answer) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    connection.Connection._send = write
