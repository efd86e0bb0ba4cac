"""The result package: everything from which anybody can compute the results again, as a zip of plain files.

Source: design.md section 8. CSV parts are UTF-8 with BOM, RFC 4180 (CRLF, quotes doubled); free text never starts like a formula. The
same content gives the same bytes: parts carry no time.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

RESULTS = "spk-results-1"
SEALED = "spk-sealed-1"
MANIFEST = "manifest.json"
MARKS_HEAD = ("session", "reviewee", "group", "mark_id", "paper", "item", "option", "value")
COMMENTS_HEAD = ("session", "reviewee", "paper", "item", "text")
COMPONENTS_HEAD = (
    "reviewee",
    "component",
    "kind",
    "paper",
    "weight",
    "value",
    "out_of",
    "exact",
    "rounded",
    "name",
    "source",
)
RESULTS_HEAD = ("reviewee", "paper", "group", "item", "option", "figure", "exact", "rounded")
LEDGER_HEAD = (
    "session",
    "group",
    "name",
    "issued",
    "online",
    "paper",
    "void",
    "unused",
    "returned",
    "valid",
    "invalid",
    "blank",
    "partly",
)
TRACKERS_HEAD = ("session", "tracker")
REVIEWEES_HEAD = ("reviewee", "name", "organization", "post", "field")
URN_HEAD = ("group", "selector", "slip", "tracker", "ciphertext", "voucher")
ENTRIES_HEAD = ("batch", "group", "place", "returned", "salt", "code_hash", "ciphertext")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def canonical_bytes(value: object) -> bytes:
    """Return JSON that is equal byte for byte wherever it is made."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of a part, in hex."""
    return hashlib.sha256(content).hexdigest()


def safe_text(text: str) -> str:
    """Return free text that no spreadsheet takes for a formula: an apostrophe goes before the sign."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return one CSV part."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def json_bytes(value: object) -> bytes:
    """Return one JSON part, laid out for people."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def package_bytes(manifest: Mapping[str, Any], parts: Mapping[str, bytes]) -> bytes:
    """Return the zip: all parts, and a manifest with the SHA-256 of each."""
    told = {**manifest, "parts": {name: digest(content) for name, content in sorted(parts.items())}}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in ((MANIFEST, json_bytes(told)), *sorted(parts.items())):
            zipped.writestr(_entry(name), content)
    return file.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


README = """\
结果包说明
==========

一、谁可以看
本包是未经隐去的全部计票数据，只供监票人和组织部门复核用，不得发布、转发。
有效票很少的类别在系统的页面、文书、表格和接口中都不显示；本包为了能够复算，照实列出。
每次从页面下载都记入日志。

二、文件（表格均为 UTF-8 编码的 CSV，可直接用电子表格打开）
manifest.json   场次、方案和软件版本，各文件的 SHA-256
scheme.json     测评表全文、类别与权重、得分构成、各项规则、场次
reviewees.csv   述职对象编号与姓名
marks.csv       有效票对每个人的评价，每项一行；option 为所选，value 为所打分数或名次；item 为空表示这一票对此人全部未填
                mark_id 是一票对一个人的评价的随机编号，同一张票对不同人的评价编号不同，无法合并，也无法追到票号
comments.csv    票上的意见（发布后且达到人数下限才有）
ledger.csv      台账：发出 ＝ 线上 ＋ 纸质 ＋ 作废 ＋ 未交；收回 ＝ 有效 ＋ 无效
trackers.csv    回执清单
components.csv  得分构成：每人每项的分数
results.csv     每一步的数：exact 为精确分数（如 387/5），rounded 为四舍五入后公布的数

三、手工复算一个人的得分
1. 在 marks.csv 里筛出这个人（reviewee）、一张测评表（paper）、一个类别（group）的行，按 mark_id 合成一票一行。
2. 每项折算分值：等次、是否按 scheme.json 里选项的 value；打分 ＝（所打分 − 最低分）÷（最高分 − 最低分）× 100；
   名次 ＝（人数 − 名次）÷（人数 − 1）× 100。
3. 一票得分 ＝ Σ 权重 × 分值 ÷ Σ 权重，只算填了的项；权重为 0 的项不计分。空白项的规则见 scheme.json 的 blank_rule：
   abstain 不计入该项；value 按 blank_value 计；void 这一票对此人无效。计分项全部未填的，是弃权，没有得分。
4. 类别平均分 ＝ 各票得分之和 ÷ 票数。有得分的票多于 trim_when_more_than 张时，先去掉最高、最低各 trim_each_side 张。
5. 测评得分 ＝ Σ 类别权重 × 类别平均分 ÷ Σ 类别权重，没有得分的类别不参加（empty_group_rule 为 block 时，缺一个类别就不能算）。
6. 总分 ＝ Σ 构成权重 × 该项得分 ÷ Σ 构成权重，限在 0—100 之间；缺一项就没有总分，不按 0 分算。
7. 中间各步都用分数，不取近似；只在最后四舍五入到 decimals 位小数。
8. 名次按公布的总分在同一领域内排，分数相同名次相同，其后顺延。

四、用程序复核
manage.py verify_package 文件名，或在任何一台装有 Python 3.11 的电脑上：
python3 verification.py 文件名
verification.py 在软件的 apps/scoring/domain 目录，不用本系统的任何其他程序。
"""
