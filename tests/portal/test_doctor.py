import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.documents.models import Job
from tests.factories.evaluations import make_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def healthy(settings, tmp_path):
    """Fonts and assets as `make run` leaves them."""
    from apps.portal.management.commands import doctor

    settings.FONTS_DIR = settings.SITE_FONTS_DIR = tmp_path
    for name in (doctor.SERIF, doctor.SERIF_BOLD, doctor.SANS, doctor.SANS_BOLD):
        (tmp_path / name).write_bytes(b"font")
    for name in doctor.ASSETS:
        path = tmp_path / "assets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    settings.STATICFILES_DIRS = [tmp_path / "assets"]
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()
    yield settings
    finders.get_finder.cache_clear()


def lines(capsys):
    return {line[3:5]: line for line in capsys.readouterr().out.splitlines()}


def test_healthy_house_gets_one_good_line_per_part(healthy, capsys):
    call_command("doctor")

    found = lines(capsys)
    assert list(found) == ["数据", "表结", "队列", "任务", "字体", "前端", "文件", "钥匙", "日志"]
    assert all(line.startswith("正常") for line in found.values())


@pytest.mark.parametrize(
    ("break_it", "part", "advice"),
    [
        (lambda s, tmp: setattr(s, "REDIS_URL", "redis://127.0.0.1:1/0"), "队列", "REDIS_URL"),
        (lambda s, tmp: (tmp / "NotoSerifSC-Bold.ttf").unlink(), "字体", "NotoSerifSC-Bold.ttf"),
        (lambda s, tmp: (tmp / "assets/vendor/htmx.js").unlink(), "前端", "vendor/htmx.js"),
        (lambda s, tmp: setattr(s, "MEDIA_ROOT", "/proc/nowhere"), "文件", "不能写入"),
        (
            lambda s, tmp: Job.objects.create(
                kind="x", title="x", queued_at=timezone.now() - timezone.timedelta(minutes=6)
            ),
            "任务",
            "worker",
        ),
    ],
)
def test_what_is_not_well_is_named_with_what_to_do(healthy, tmp_path, capsys, break_it, part, advice):
    break_it(healthy, tmp_path)

    with pytest.raises(SystemExit) as end:
        call_command("doctor")

    bad = {name: line for name, line in lines(capsys).items() if line.startswith("异常")}
    assert end.value.code == 1
    assert list(bad) == [part]
    assert advice in bad[part]


def test_a_lost_half_of_a_key_is_named(healthy, tmp_path, capsys):
    hall = make_hall(n_slips=1)
    healthy.HOLDS_DIR = tmp_path / "elsewhere"

    with pytest.raises(SystemExit):
        call_command("doctor")

    line = lines(capsys)["钥匙"]
    assert line.startswith("异常")
    assert hall.session.title in line
