import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from apps.evaluations.services import exchange_slip, spoil_slip, void_slip, issue_slips
from apps.evaluations.services.rehearsals import start_rehearsal, finish_rehearsal
from apps.meetings import services as meetings
from apps.organizations.models import Organization
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_session, make_session_hall, pass_rehearsal, Hall
from tests.factories.meetings import make_meeting
from apps.evaluations import services
from tests.evaluations.browser.test_desk import sign_in, frames_of, scan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OUT = "/tmp/shots15/"
import os

os.makedirs(OUT, exist_ok=True)
NAMES = ["王建国", "李秀英", "张志明", "陈晓燕", "刘海涛", "杨德华", "赵丽", "周文斌", "吴桂芳", "郑小平"]


def scene():
    cycle = make_cycle(stage="meeting", title="2026年度清河区党组织书记抓基层党建工作述职评议考核")
    people = [
        make_reviewee(cycle=cycle, name=n, organization_name=f"清河区{o}镇党委", post="党委书记")
        for n, o in zip(NAMES, "东西南北上下左右前后")
    ]
    meeting = make_meeting(
        cycle=cycle, speakers=people[:8], minutes_each=8, title="2026年度述职评议会", place="区委党校报告厅"
    )
    return cycle, people, meeting


def test_shots(live_server, client, open_window, transactional_db):
    cycle, people, meeting = scene()
    session = make_session(
        cycle=cycle,
        meeting=meeting,
        planned=40,
        title="2026年度清河区党组织书记抓基层党建工作述职评议考核现场测评",
    )
    session.closes_at = timezone.now()
    session.save()
    a, b = make_session_hall(session, "区委党校报告厅"), make_session_hall(session, "二楼视频分会场")
    staff = open_window()
    phone = open_window({"width": 360, "height": 640}, has_touch=True, is_mobile=True, device_scale_factor=2)
    big = open_window({"width": 1920, "height": 1080})
    from django.test import Client

    for w in (staff, phone):
        sign_in(w, live_server, Client(), session)

    def shot(name, path, full=True, who=(("s", staff), ("p", phone))):
        cache.clear()
        for k, w in who:
            w.goto(live_server.url + path)
            w.wait_for_timeout(200)
            w.screenshot(path=f"{OUT}{name}-{k}.png", full_page=full)
            over = w.evaluate("document.documentElement.scrollWidth-document.documentElement.clientWidth")
            if over > 0:
                print(name, k, "OVER", over)

    u = lambda n, s=session, **k: reverse(f"evaluations:{n}", kwargs={"session_id": s.pk} | k)
    shot("01-draft", u("session_detail"))
    shot("02-edit", u("session_edit"))
    shot("03-create", reverse("evaluations:session_create"))
    shot("04-ceremony0", u("ceremony"))
    shot("05-rehearsal0", u("rehearsal"))
    actor = make_user(role="clerk", scope=cycle.host)
    pr = services.make_key(session.pk, actor=actor, at=AT)
    services.try_cards(session.pk, cards=[c.text for c in pr.cards][:2], actor=actor, at=AT)
    shot("06-ceremony1", u("ceremony"))
    shot("07-keyed", u("session_detail"))
    shot("08-rehearsal1", u("rehearsal"))
    r = start_rehearsal(session.pk, actor=actor, at=AT)
    shot("09-rehearsal2", u("rehearsal"))
    shot("10-reh-detail", u("session_detail", r))
    rh = Hall(r, actor)
    pr = services.make_key(r.pk, actor=actor, at=AT)
    rh.cards = [c.text for c in pr.cards]
    services.try_cards(r.pk, cards=rh.cards, actor=actor, at=AT)
    rooms = list(r.halls.all())
    for g in r.groups.all():
        rh.slips[g.pk] = issue_slips(r.pk, group_id=g.pk, n_slips=3, hall_id=rooms[0].pk, actor=actor, at=AT)
    services.open_voting(r.pk, actor=actor, at=AT)
    for s in rh.all_slips:
        rh.cast(s)
    shot("11-reh-slips", u("slips", r))
    shot("12-reh-turnout", u("turnout", r))
    shot("13-reh-hall", reverse("evaluations:hall", args=[r.hall_key]), False, (("b", big),))
    rh.close()
    rh.open()
    shot("14-rehearsal3", u("rehearsal"))
    finish_rehearsal(session.pk, actor=actor, at=timezone.now())
    shot("15-rehearsal4", u("rehearsal"))
    shot("16-slips0", u("slips"))
    h = Hall(session, actor)
    for i, g in enumerate(session.groups.all()):
        h.slips[g.pk] = issue_slips(
            session.pk, group_id=g.pk, n_slips=30, hall_id=a.pk, actor=actor, at=AT
        ) + issue_slips(session.pk, group_id=g.pk, n_slips=10, hall_id=b.pk, actor=actor, at=AT)
    shot("17-ready", u("session_detail"))
    services.open_voting(session.pk, actor=actor, at=timezone.now())
    for i, sl in enumerate(h.slips.values()):
        for s in sl[: [33, 4, 21][i % 3]]:
            h.cast(s)
        void_slip(session.pk, selector=sl[-1].selector, actor=actor, at=AT)
        exchange_slip(session.pk, selector=sl[0].selector, actor=actor, at=AT)
    shot("18-open", u("session_detail"))
    shot("19-slips1", u("slips"))
    shot("20-turnout", u("turnout"))
    shot("21-list", reverse("evaluations:session_list"))
    shot("22-steward", u("steward"))
    shot("23-remote", u("hall_remote"))
    k = session.hall_key

    def hall(name, view):
        for kk, w in (("b", big), ("p", phone)):
            cache.clear()
            w.goto(live_server.url + reverse("evaluations:hall", args=[a.hall_key]) + f"?view={view}")
            w.wait_for_timeout(500)
            w.screenshot(path=f"{OUT}{name}-{kk}.png", full_page=kk == "p")

    hall("30-welcome", "welcome")
    hall("31-agenda0", "agenda")
    hall("32-turnout", "turnout")
    meetings.call_speaker(meeting.pk, reviewee_id=people[2].pk, actor=actor, at=timezone.now())
    hall("33-agenda1", "agenda")
    meetings.start_clock(meeting.pk, actor=actor, at=timezone.now())
    hall("34-agenda2", "agenda")
    meetings.MeetingClock.objects.update(
        ends_at=timezone.now() + timezone.timedelta(seconds=42)
    ) if False else None
    from apps.meetings.models import MeetingClock
    from datetime import timedelta

    MeetingClock.objects.update(ends_at=timezone.now() + timedelta(seconds=42))
    hall("35-agenda-warn", "agenda")
    MeetingClock.objects.update(ends_at=timezone.now() - timedelta(seconds=42))
    hall("36-agenda-over", "agenda")
    shot("37-remote2", u("hall_remote"))
    shot("38-countdown", reverse("meetings:countdown", args=[meeting.pk]), False)
    staff.goto(live_server.url + u("steward"))
    fr = frames_of(h, h.all_slips[5])
    scan(staff, *fr[:-1])
    staff.locator("#id_selector").fill(h.all_slips[0].selector)
    staff.get_by_text("查这张票").click()
    staff.wait_for_timeout(500)
    staff.screenshot(path=OUT + "40-steward-mid-s.png", full_page=True)
    scan(staff, fr[-1])
    staff.wait_for_timeout(800)
    staff.screenshot(path=OUT + "41-steward-done-s.png", full_page=True)
    h.close()
    shot("50-closed", u("session_detail"))
    services.open_urn(session.pk, cards=[], actor=actor, at=AT) if False else None
