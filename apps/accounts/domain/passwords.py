"""One-time passwords, and the policy for own ones.

Source: GB/T 22239-2019, 8.1.4.1a (complexity, change from time to time); security reference A1, row 1, which adds length and a list
of common passwords after ASVS 5.0, 6.2.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from apps.common.domain.text import normalized

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without l, i, o, 0, 1
GROUPS, GROUP_LENGTH = 3, 4
DEFAULT_LENGTH = 10
MOST_LENGTH = 128
CLASSES_WANTED = 3
LEAST_PART = 3  # shorter user names and pinyin are found in half of all words
PHONE_PART = 6  # digits in a row
CLASSES = (re.compile(r"[A-Z]"), re.compile(r"[a-z]"), re.compile(r"\d"), re.compile(r"[^A-Za-z\d]"))
DISGUISES = str.maketrans("@4301!$5", "aaeoliss")
# What people here take first, beside the list of the world's most common ones.
LOCAL = ("woaini", "zuzhibu", "dangjian", "dangwei", "shuji", "admin", "qwer", "1qaz", "2wsx", "qaz", "wsx", "asdf", "zxcv", "abc123", "a123456", "123456", "666666", "888888", "112233", "5201314", "1314520")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose password it is: user name, names in characters, the same run together in pinyin, mobile number."""

    username: str = ""
    names: Sequence[str] = ()
    pinyin: Sequence[str] = ()
    phone: str = ""


def one_time_password(choice: Callable[[Sequence[str]], str]) -> str:
    """Return a password such as ``h7rk-92mx-vq4d`` (59 bits). ``choice`` must be a CSPRNG's (``secrets.choice``)."""
    return "-".join("".join(choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def policy_in_words(min_length: int = DEFAULT_LENGTH) -> list[str]:
    """Return the rules as people read them before they choose."""
    return [
        f"至少 {min_length} 个字符",
        "大写字母、小写字母、数字、其他符号（含汉字）四类中至少三类",
        "不含用户名、姓名（汉字或拼音）和手机号",
        "不是常见密码（如 Admin@123、Woaini520）",
    ]


def faults(
    password: str, owner: Owner, *, min_length: int = DEFAULT_LENGTH, common: Collection[str] = ()
) -> list[str]:
    """Return what is wrong with a new password, in words; empty if nothing is. ``common`` holds small letters."""
    return list(_faults(password, owner, min_length, common))


def n_classes(password: str) -> int:
    """Return how many of the four kinds of characters there are: capitals, small letters, digits, others."""
    return sum(kind.search(password) is not None for kind in CLASSES)


def _faults(password: str, owner: Owner, min_length: int, common: Collection[str]) -> Iterator[str]:
    if len(password) < min_length:
        yield f"密码太短，至少要 {min_length} 个字符。"
    if len(password) > MOST_LENGTH:
        yield f"密码太长，最多 {MOST_LENGTH} 个字符。"
    if n_classes(password) < CLASSES_WANTED:
        yield "密码太简单：大写字母、小写字母、数字、其他符号四类中至少要有三类。"
    plain = _plain(password)
    if any(
        len(part) >= LEAST_PART and part in plain for part in map(_plain, (owner.username, *owner.pinyin))
    ):
        yield "密码里不能有用户名或姓名的拼音。"
    if any(name and _plain(name) in plain for name in owner.names):
        yield "密码里不能有姓名。"
    if _has_phone(password, owner.phone):
        yield "密码里不能有手机号。"
    if is_common(password, common):
        yield "这是常见密码，很容易被猜到。请换一个。"


def is_common(password: str, common: Collection[str]) -> bool:
    """Tell whether a password is a common one, also with signs or figures hung on or letters disguised (``P@ssw0rd!``)."""
    low = password.lower()
    bare = re.sub(r"[^a-z0-9]", "", low)
    stem = re.sub(r"[^a-z]+$", "", low)
    cores = {low, bare, stem, bare.rstrip("0123456789"), re.sub(r"[^a-z0-9]", "", stem.translate(DISGUISES))}
    return any(core in common for core in cores if core) or _is_of_local_words(bare)


def _is_of_local_words(text: str) -> bool:
    """Tell whether nothing but figures is left when the well-known words are taken out."""
    rest = text
    for word in LOCAL:
        rest = rest.replace(word, "")
    return rest != text and not rest.strip("0123456789")


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", normalized(text)).lower()


def _has_phone(password: str, phone: str) -> bool:
    digits, own = re.sub(r"\D", "", password), re.sub(r"\D", "", phone)
    return any(
        own[start : start + PHONE_PART] in digits for start in range(max(len(own) - PHONE_PART + 1, 0))
    )
