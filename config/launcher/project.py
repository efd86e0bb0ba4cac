"""Where everything lies. State is under var/, which git ignores."""

import functools
import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """One clone of the repository."""

    root: Path
    var: Path

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.venv / "bin" / "python"

    @property
    def locks(self) -> Path:
        """Lock files of what only the launcher needs."""
        return self.root / "config" / "launcher" / "locks"

    @property
    def node_modules(self) -> Path:
        """Installed npm packages."""
        return self.root / "node_modules"

    @property
    def assets(self) -> Path:
        """Bundles made from npm packages."""
        return self.var / "assets"

    @property
    def fonts(self) -> Path:
        """Fonts of the documents."""
        return self.var / "fonts"

    @property
    def static(self) -> Path:
        """What whitenoise serves."""
        return self.var / "static"

    @property
    def postgres(self) -> Path:
        """The data folder of the embedded server."""
        return self.var / "postgres"

    @property
    def valkey(self) -> Path:
        """What the queue's socket folder is named after; the queue itself keeps no files."""
        return self.var / "valkey"

    @property
    def log(self) -> Path:
        """Log files."""
        return self.var / "log"

    @property
    def run(self) -> Path:
        """Locks and process numbers of the running system."""
        return self.var / "run"

    def make_folders(self) -> None:
        """Create the folders everything else relies on."""
        self.var.mkdir(mode=0o711, parents=True, exist_ok=True)
        for folder in (self.log, self.run, self.var / "files"):
            folder.mkdir(mode=0o700, exist_ok=True)


@functools.cache
def this_project() -> Project:
    """Return the clone this file belongs to."""
    root = Path(__file__).resolve().parents[2]
    return Project(root, Path(os.environ.get("SPK_VAR_DIR") or root / "var").resolve())


def inside_virtualenv(project: Project) -> bool:
    """Say whether this very process runs on the project's own interpreter."""
    return Path(sys.prefix).resolve() == project.venv.resolve()
