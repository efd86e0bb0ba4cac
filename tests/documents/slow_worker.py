"""A worker process that also knows a slow kind of job. Usage: python -m tests.documents.slow_worker

The job writes one line per step into a file and goes on where an earlier run stopped.
"""

import os
import time
from pathlib import Path

import django

from config.celery import app

KIND = "tests.slow"


def take_steps(context):
    """Take what is left of ``n`` steps, one line each."""
    path, n = Path(context.arguments["path"]), context.arguments["n"]
    for step in range(len(path.read_text().splitlines()) if path.exists() else 0, n):
        time.sleep(context.arguments["pause"])
        with path.open("a", encoding="ascii") as out:
            out.write(f"{step} {os.getpid()}\n")
        context.progress(step + 1, n)


def main():
    django.setup()
    from apps.documents.kit import jobs

    jobs.register(KIND, take_steps)
    app.worker_main(
        ["worker", "-c", "1", "--pool", "prefork", "--without-gossip", "--without-mingle", "-l", "INFO"]
    )


if __name__ == "__main__":
    main()
