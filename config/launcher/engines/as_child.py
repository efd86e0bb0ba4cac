"""Run a command as a child that ends with its parent, and never as uid 0 when told so.

Usage: ``python -I -S as_child.py PARENT_PID SIGNAL MODE COMMAND...``. It replaces itself with the command.
MODE is ``same``, ``namespace`` (uid 0 seen as 65534 inside a user namespace) or ``nobody`` (setuid).
PostgreSQL refuses uid 0; inside the namespace its files still belong to root outside.
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534


def enter_namespace() -> None:
    """Become uid 65534 of a new user namespace; files stay those of uid 0."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    for name, line in (("setgroups", "deny"), ("uid_map", f"{NOBODY} 0 1"), ("gid_map", f"{NOBODY} 0 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 -- `-S`: keep imports few
            file.write(line)


def become_nobody() -> None:
    """Give up uid 0 for good."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def die_with_parent(parent: int, signal_number: int) -> None:
    """Ask Linux to signal us when the parent ends, even by SIGKILL. Elsewhere: nothing."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def main() -> None:
    """Prepare the process, then become the command."""
    parent, signal_number, mode, *command = sys.argv[1:]
    if mode == "namespace":
        enter_namespace()
    elif mode == "nobody":
        become_nobody()
    if int(signal_number):
        die_with_parent(int(parent), int(signal_number))
    os.execvp(command[0], command)  # noqa: S606 -- the point of this script


if __name__ == "__main__":
    main()
