"""Is everything here and healthy? One line per part: well, or what to do. Exit code 0: all well; 1: something is not."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from apps.audit.selectors import chain_head
from apps.documents.domain.jobs import JobState
from apps.documents.kit.fonts import SANS, SANS_BOLD, SERIF, SERIF_BOLD, find_font
from apps.documents.models import Job
from apps.evaluations.selectors.keys import sessions_without_hold

OLDEST_POSTGRES = 17
LEAST_FREE_GB = 2
GB = 1024**3
PATIENCE = timedelta(minutes=5)
ASSETS = ("vendor/bootstrap.css", "vendor/htmx.js", "vendor/tom-select.js", "evaluations/seal.js")


class NotWellError(Exception):
    """A part is not well; the text says what to do."""


def database() -> str:
    """The server answers and is new enough."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    if number // 10_000 < OLDEST_POSTGRES:
        raise NotWellError(f"PostgreSQL {number // 10_000} 太旧：请升级到 {OLDEST_POSTGRES} 或更新")
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"


def migrations() -> str:
    """The tables are those of this version."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise NotWellError(f"有 {len(missing)} 个表结构变更没有执行：请运行 manage.py migrate")
    return "表结构是最新的"


def queue() -> str:
    """The queue's server answers."""
    try:
        client = redis.Redis.from_url(_redis_url(), socket_connect_timeout=2, socket_timeout=2)
        version = client.info("server")["redis_version"]
    except (redis.RedisError, ValueError, OSError) as error:
        raise NotWellError(
            f"连不上 Redis（{error}）：请核对 REDIS_URL，并确认 Redis 或 Valkey 已启动"
        ) from error
    return f"Redis 协议 {version}"


def _redis_url() -> str:
    """Celery and redis-py spell socket addresses differently."""
    return settings.REDIS_URL.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=", 1)


def jobs() -> str:
    """Nothing waits long for a worker."""
    late = Job.objects.filter(state=JobState.QUEUED.value, queued_at__lt=timezone.now() - PATIENCE).count()
    if late:
        raise NotWellError(f"有 {late} 个任务排队超过 5 分钟：请确认 worker 正在运行")
    return "没有积压的任务"


def fonts() -> str:
    """The fonts for documents are at hand."""
    missing = [name for name in (SERIF, SERIF_BOLD, SANS, SANS_BOLD) if find_font(name) is None]
    if missing:
        raise NotWellError(f"{settings.FONTS_DIR} 缺少 {'、'.join(missing)}：请重新运行 make run")
    return "中文字体齐全"


def assets() -> str:
    """The front-end files are built."""
    missing = [name for name in ASSETS if finders.find(name) is None]
    if missing:
        raise NotWellError(f"{settings.ASSETS_DIR} 缺少 {'、'.join(missing)}：请重新运行 make run")
    return "前端文件齐全"


def files() -> str:
    """Files can be written, and there is room."""
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"probe")
    except OSError as error:
        raise NotWellError(f"{folder} 不能写入（{error.strerror}）：请核对目录的属主和权限") from error
    free = shutil.disk_usage(folder).free / GB
    if free < LEAST_FREE_GB:
        raise NotWellError(f"磁盘只剩 {free:.1f} GB：请清理或扩容，至少留 {LEAST_FREE_GB} GB")
    return f"{folder} 可写，余 {free:.0f} GB"


def keys() -> str:
    """The house's halves of session keys are where they were written."""
    missing = sessions_without_hold()
    if missing:
        raise NotWellError(
            f"{settings.HOLDS_DIR} 里没有“{'”“'.join(missing)}”的封存钥匙文件：开箱时须录入封存页；"
            "多台服务器请共用这个目录"
        )
    return "未开箱场次的封存钥匙都在"


def audit() -> str:
    """Where the log stands; the whole chain is verified by ``verify_audit``."""
    head = chain_head()
    return f"第 {head[0]} 条，散列 {head[1]}" if head else "日志为空"


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("数据库", database),
    ("表结构", migrations),
    ("队列", queue),
    ("任务", jobs),
    ("字体", fonts),
    ("前端", assets),
    ("文件", files),
    ("钥匙", keys),
    ("日志", audit),
)


class Command(BaseCommand):
    help = "检查平台各部分是否就绪：全部正常为 0，有问题为 1。"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        results = [self._run(name, check) for name, check in CHECKS]
        if not all(results):
            sys.exit(1)

    def _run(self, name: str, check: Callable[[], str]) -> bool:
        try:
            self.stdout.write(f"正常　{name}：{check()}")
        except NotWellError as problem:
            self.stdout.write(f"异常　{name}：{problem}")
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            self.stdout.write(
                f"异常　{name}：数据库没有应答（{reason}）。请核对 DATABASE_URL，并确认 PostgreSQL 已启动"
            )
        else:
            return True
        return False
