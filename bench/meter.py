"""The measured side of a pipe: a program tells how much CPU and memory it has used whenever it is asked."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

CORE = "BENCH_CORE"
"""The variable that names the core on which a measured program runs; unset: wherever the system puts it."""
URL, TOKEN = "BENCH_API_URL", "BENCH_TOKEN"
"""Where the emulator listens, and the token that it takes."""

_STATM = Path("/proc/self/statm")


def begin() -> None:
    """Pin this process to its core and answer each line of standard input with `<CPU ns> <memory in bytes>`; its end ends the program.

    Called before a program makes threads, because they inherit the core. CPU is that of all threads, the kernel's time for them included.
    """
    if CORE in os.environ and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(os.environ[CORE])})
    threading.Thread(target=_answer, name="meter", daemon=True).start()


def _answer() -> None:
    for _line in sys.stdin:
        sys.stdout.write(f"{time.process_time_ns()} {_memory()}\n")
        sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGTERM)


def _memory() -> int:
    """The resident set; where the system does not tell, its peak."""
    if _STATM.exists():
        return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
