"""Where things lie in an archive: folders, and names that no two files share."""

from collections.abc import Iterable, Iterator

from apps.common.domain.labels import LabelledEnum

LONGEST = 100  # characters of a name: unpacked below a long folder it must still fit into Windows' 260


class Folder(LabelledEnum):
    """The folders, in the order of the year."""

    SCHEME = "01", "方案"
    REPORTS = "02", "述职报告"
    MEETINGS = "03", "会议"
    EVALUATIONS = "04", "测评"
    SCORES = "05", "得分"
    GRADES = "06", "等次审定"
    DOCUMENTS = "07", "文书"
    RECTIFICATION = "08", "整改"
    LOG = "09", "日志摘录"

    @property
    def path(self) -> str:
        """The folder's name in the archive: 01 方案."""
        return f"{self.value} {self.label}"


def told_apart(paths: Iterable[str]) -> Iterator[str]:
    """Return the same paths, those that came before with a number behind their stem; upper and lower case are the same."""
    taken: set[str] = set()
    for path in paths:
        stem, dot, ending = path.rpartition(".") if "." in path.rpartition("/")[2] else (path, "", "")
        chosen, n = path, 1
        while chosen.casefold() in taken:
            n += 1
            chosen = f"{stem}（{n}）{dot}{ending}"
        taken.add(chosen.casefold())
        yield chosen
