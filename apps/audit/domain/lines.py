"""The log as a file of lines (JSON Lines), which can be checked without this program and its database.

One entry a line: ``{"content": {…}, "entry_hash": "…", "previous_hash": "…"}``; keys sorted, no spaces, UTF-8.
"""

import json
from collections.abc import Iterable, Iterator

from apps.audit.domain.chain import GENESIS, Head, Link, canonical, check_links
from apps.audit.domain.findings import ChainReport

HOW_TO_CHECK = """\
日志导出：如何核对

log.jsonl 每行一条：content 是这条日志的全部内容，previous_hash 是前一条的散列，entry_hash 是本条的散列。
本条散列 = SHA-256（前一条散列 + 换行 + content 的规范 JSON）；content 里写着 "suite":"sm3" 的，改用 SM3。
规范 JSON：键按字母顺序，不留空格，UTF-8，汉字不转义。log.jsonl 里的 content 就是这样写的。

1. 用本平台核对：      manage.py verify_audit --file 这个压缩包
2. 用任何 Python 核对：python3 check.py log.jsonl（check.py 只用标准库，共十几行，可以通读）
3. 手工核对一条：      printf '%s\\n%s' 前一条散列 content原文 | sha256sum

末条的序号和散列写在 head.txt 里，请抄下或打印，另行保管。以后用
    manage.py verify_audit --head 序号:散列
可以证明当时的日志一条没少、一字没改。log.csv 便于用表格软件查看，不参与核对。
"""
CHECKER = '''\
"""Check a log exported as lines: python3 check.py log.jsonl"""
import hashlib, json, sys

previous, n = None, 0
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    content = json.dumps(row["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    suite = row["content"].get("suite", "sha256")
    found = hashlib.new(suite, f"{row['previous_hash']}\\n{content}".encode()).hexdigest()
    if found != row["entry_hash"] or previous not in (None, row["previous_hash"]):
        sys.exit(f"BROKEN at entry {row['content']['seq']}")
    previous, n = row["entry_hash"], n + 1
print(f"OK: {n} entries, head {row['content']['seq']}:{previous}" if n else "empty")
'''


def line_of(link: Link) -> str:
    """Return one line, without its end."""
    return canonical(
        {"content": link.content, "entry_hash": link.entry_hash, "previous_hash": link.previous_hash}
    )


def csv_safe(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(value).replace("\0", "")
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def read_links(lines: Iterable[str]) -> Iterator[Link]:
    """Read lines back.

    :raises ValueError: a line is none of ours.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            link = Link(row["content"], str(row["previous_hash"]), str(row["entry_hash"]))
            link.seq  # noqa: B018 -- must be there and be a number
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"第 {number} 行不是日志导出的内容") from error
        yield link


def check_lines(lines: Iterable[str], *, head: Head | None = None) -> ChainReport:
    """Recompute the chain of an exported period. It may begin anywhere; from there on nothing may be missing."""
    links = read_links(lines)
    first = next(links, None)
    if first is None:
        return check_links((), head=head)
    previous = GENESIS if first.seq == 1 else first.previous_hash
    return check_links(_again(first, links), first=first.seq, previous=previous, head=head)


def _again(first: Link, others: Iterator[Link]) -> Iterator[Link]:
    yield first
    yield from others
