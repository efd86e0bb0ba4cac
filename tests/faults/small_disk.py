"""A disk of a few megabytes that only this process and its children see: a tmpfs in a mount namespace of their own.

Needs no privilege where the kernel lets ordinary users have namespaces. Two programs, to be run as processes:
``python -m tests.faults.small_disk postgres DATA SOCKETS`` keeps a server running whose write-ahead log lies on such a disk and obeys
the words ``fill`` and ``free`` on its standard input; ``... files FOLDER`` casts and stores beside a full disk of files.
"""

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE = 16384, 1 << 18
FILLER = "filler"
LOG_BYTES = 48 * 2**20


def can_have_small_disks():
    """Tell whether this kernel lets us."""
    probe = [sys.executable, "-m", "tests.faults.small_disk", "probe"]
    return (
        subprocess.run(probe, cwd=Path(__file__).parents[2], capture_output=True, check=False).returncode == 0
    )


def enter_namespace():
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWNS | (CLONE_NEWUSER if user else 0)) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if user:
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(line, encoding="ascii")
    if libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        raise OSError(ctypes.get_errno(), "mount")


def mount_small_disk(folder, n_bytes):
    """Put a small disk in a folder's place, with what the folder held."""
    owner = folder.stat()
    with TemporaryDirectory() as aside:
        shutil.copytree(folder, aside, dirs_exist_ok=True)
        options = f"size={n_bytes},mode=0700".encode()
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, options) != 0:
            raise OSError(ctypes.get_errno(), "mount")
        shutil.copytree(aside, folder, dirs_exist_ok=True)
    for path in (folder, *folder.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)


def fill(folder):
    """Write until there is no byte left."""
    with (folder / FILLER).open("ab", buffering=0) as file, contextlib.suppress(OSError):
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)


def keep_postgres_running(data, sockets):
    from config.launcher.engines.postgres import Postgres

    engine = Postgres(Path(data), sockets=Path(sockets))
    log = Path(data) / "pg_wal"
    mount_small_disk(log, LOG_BYTES)
    os.set_blocking(sys.stdin.fileno(), False)
    process = None
    while True:
        if process is None or process.poll() is not None:
            engine.prepare()
            process = subprocess.Popen(
                engine.command, env=engine.environment, stdin=subprocess.DEVNULL, start_new_session=True
            )
        for word in (sys.stdin.readline() or "").split():
            if word == "fill":
                fill(log)
            elif word == "free":
                (log / FILLER).unlink()
            else:
                process.send_signal(engine.stop_signal)
                process.wait(30)
                return
            print(word, flush=True)
        time.sleep(0.05)


def cast_beside_full_files(folder):
    """Fill the disk of the files, try to store one, then cast what comes on standard input; tell what came of both."""
    enter_namespace()
    mount_small_disk(Path(folder), 2**20)
    fill(Path(folder))
    os.environ["SPK_FILES_DIR"] = folder
    import django

    django.setup()
    from django.test import Client
    from django.utils import timezone

    from apps.documents.services import store_file

    try:
        store_file(
            "tests.full", "a.txt", b"a" * 5000, content_type="text/plain", actor=None, at=timezone.now()
        )
        fault = None
    except OSError as raised:
        fault = raised.errno
    parcel = json.loads(sys.stdin.read())
    answer = Client().post(parcel["path"], parcel["body"], content_type="application/json")
    left = [path.name for path in Path(folder).rglob("*") if path.is_file() and path.name != FILLER]
    print(json.dumps({"errno": fault, "status": answer.status_code, "content": answer.json(), "left": left}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["probe"]:
            enter_namespace()
            with TemporaryDirectory() as place:
                mount_small_disk(Path(place), 2**20)
                ctypes.CDLL(None).umount2(place.encode(), 0)
        case ["postgres", data_folder, socket_folder]:
            enter_namespace()
            keep_postgres_running(data_folder, socket_folder)
        case ["files", files_folder]:
            cast_beside_full_files(files_folder)
