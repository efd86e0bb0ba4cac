"""Programs start from compiled modules, also where Python was told to write none."""

import subprocess
import sys

from config.launcher import commands
from config.launcher.project import Project


def test_programs_keep_what_they_compiled_under_var(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX")
    (tmp_path / "lesson.py").write_text("")

    commands.keep_bytecode(Project(tmp_path, tmp_path / "var"))
    subprocess.run([sys.executable, "-c", "import lesson"], cwd=tmp_path, check=True)

    assert [path.parent.name for path in (tmp_path / "var/cache/bytecode").rglob("lesson.*")] == [
        tmp_path.name
    ]
    assert not (tmp_path / "__pycache__").exists()
