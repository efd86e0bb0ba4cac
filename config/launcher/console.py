"""Words for the person at the terminal."""

import contextlib
import sys
import time
from collections.abc import Iterator


def say(text: str = "") -> None:
    """Print one line at once. A closed terminal is no reason to fall over."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"{text}\n")  # in one piece: two steps may speak at once
        sys.stdout.flush()


def complain(text: str) -> None:
    """Print one line about what went wrong."""
    with contextlib.suppress(OSError, ValueError):
        print(f"✗ {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step that may take a while, then say how long it took."""
    say(f"· {title} …")
    begin = time.monotonic()
    yield
    say(f"  {title}：完成（{time.monotonic() - begin:.1f} 秒）")
