"""The import contracts hold, and they bite."""

import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]


@pytest.fixture
def copy(tmp_path):
    """A copy of the code in which a violation can be planted."""
    for name in ("apps", "config"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder):
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)


def plant(folder, module, line):
    path = folder / module
    path.write_text(f"{line}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


@pytest.mark.slow
def test_house_keeps_its_contracts(copy):
    result = lint(copy)

    assert result.returncode == 0, result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("apps/cycles/services/stages.py", "import apps.grading.models", "Apps depend one way"),
        ("apps/cycles/models/cycles.py", "import apps.cycles.services", "Inside an app"),
        ("apps/scoring/domain/states.py", "import django.db", "Rules and refusals are pure"),
        (
            "apps/cycles/services/stages.py",
            "import apps.organizations.views",
            "Only interfaces import interfaces",
        ),
        ("apps/common/errors.py", "import config.env", "Apps do not know the project"),
    ],
)
def test_planted_violation_is_found(copy, module, line, contract):
    plant(copy, module, line)

    result = lint(copy)

    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").rglob("*.py")), ids=lambda path: path.stem)
def test_benchmarks_find_what_they_import(path):
    """Nothing else runs them, so a name that moved would only be missed on the evening they are wanted."""
    import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
