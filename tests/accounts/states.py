"""States of the pages of accounts: at the door, codes, what was kept, what is shown once, who may do what to whom."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from apps.accounts import services
from apps.accounts.models import AccountSession, ApiToken, User
from apps.accounts.services import SentForm, keep_form, make_token, offer_factor
from tests.browser.looks import State, send
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.secretaries import make_appointment, make_secretary

LOGIN, PROFILE, TOKENS = (
    reverse("accounts:login"),
    reverse("accounts:profile"),
    reverse("accounts:token_list"),
)
SECRETARIES, CREATE = reverse("accounts:secretary_list"), reverse("accounts:user_create")


def at(address):
    return lambda world: address


def of_account(role, name="user_detail"):
    return lambda world: reverse(f"accounts:{name}", args=[world.users[role].pk])


def fill(label="", **values):
    """Return a step that fills fields in and sends the form."""

    def step(window, world):
        for name, value in values.items():
            window.fill(f"main [name={name}]", value(world) if callable(value) else value)
        send(window, world, label)

    return step


def press(label):
    return lambda window, world: send(window, world, label)


def then(*steps):
    def step(window, world):
        for one in steps:
            one(window, world)

    return step


def present_code(world):
    user = world.users["security_admin"]
    totp = TOTP(offer_factor(actor=user, at=timezone.now()))
    totp.time = timezone.now().timestamp()
    return f"{totp.token():06}"


def give_password(world):
    user = world.users["security_admin"]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


def idle(window, world):
    AccountSession.objects.filter(user=world.users["leader"]).update(
        seen_at=timezone.now() - timedelta(hours=1)
    )
    window.reload()


def lose_token(window, world):
    window.context.clear_cookies(name="csrftoken")
    send(window, world)


def lock(world):
    AccessAttempt.objects.create(
        username="discipline", ip_address="127.0.0.1", user_agent="", failures_since_start=5
    )


def expire(world):
    User.objects.filter(pk=world.users["discipline"].pk).update(
        must_change_password=True, secret_expires_at=timezone.now() + timedelta(days=7)
    )


def keep(world):
    sent = SentForm(
        path=reverse("organizations:organization_create"),
        query="",
        fields={"name": ["丙镇党委"]},
        n_files=1,
        back_url="/",
    )
    world.kept = keep_form(sent, user=world.users["clerk"], at=timezone.now())


def of_kept(name):
    return lambda world: reverse(f"accounts:{name}", args=[world.kept.pk])


def make_tokens(world):
    for name in ("区政务平台每日取数，王某", "旧平台", "停用的"):
        make_token(name=name, days=30, may_write=False, actor=world.users["clerk"], at=timezone.now())
    ApiToken.objects.filter(name="旧平台").update(expires_at=timezone.now() - timedelta(days=1))
    ApiToken.objects.filter(name="停用的").update(revoked_at=timezone.now())


def appoint(world):
    for name in ("欧阳㛃兰", "张三", "李四"):
        make_appointment(secretary=make_secretary(name=name), organization=world.branch)


def renew(window, world):
    window.locator("summary", has_text="重新发放").click()
    send(window, world, "重新发放并打印")


def disable(world):
    services.disable_account(world.users["leader"].pk, actor=world.users["system_admin"], at=timezone.now())


def without_role(world):
    world.users["newcomer"] = make_user(username="xinren", display_name="新人")


STATES = [
    State("accounts:login", "empty", "anonymous", at(LOGIN), act=press("登录")),
    State("accounts:login", "wrong", "anonymous", at(LOGIN), act=fill(username="lina", password="wrong")),
    State("accounts:login", "session over", "leader", at(PROFILE), act=idle),
    State("accounts:login", "locked", "anonymous", at(LOGIN), prepare=lock, act=fill(username="discipline", password="wrong")),
    State("accounts:login", "form too old", "anonymous", at(LOGIN), act=lose_token),
    State("accounts:password_change", "one-time password", "discipline", at(PROFILE), prepare=expire),
    State("accounts:password_change", "weak", "clerk", at(reverse("accounts:password_change")),
          act=fill(old_password="x", new_password="clerk", repeated="klerk")),
    State("accounts:factor_enrol", "wrong code", "security_admin", at(reverse("accounts:factor_enrol")),
          prepare=give_password, act=fill(code="000000")),
    State("accounts:factor_enrol", "bound, codes shown", "security_admin", at(reverse("accounts:factor_enrol")),
          act=fill(code=present_code)),
    State("accounts:factor_verify", "asked", "anonymous", at(LOGIN), act=fill(username="security_admin", password=PASSWORD)),
    State("accounts:factor_verify", "wrong", "anonymous", at(LOGIN),
          act=then(fill(username="security_admin", password=PASSWORD), fill("验证", code="000000"))),
    State("accounts:profile", "bound", "security_admin", at(PROFILE)),
    State("accounts:recovery_codes_renew", "new codes", "security_admin", at(PROFILE), act=press("更换恢复码")),
    State("accounts:profile", "no role", "newcomer", at(PROFILE), prepare=without_role),
    State("accounts:confirm_kept", "asked", "clerk", of_kept("confirm_kept"), prepare=keep),
    State("accounts:kept_form", "asked", "clerk", of_kept("kept_form")),
    State("accounts:kept_form", "carried on", "clerk", of_kept("kept_form"), act=press("接着提交")),
    State("accounts:confirm", "wrong", "clerk", at(reverse("accounts:confirm")), act=fill(password="wrong")),
    State("accounts:token_list", "tokens", "clerk", at(TOKENS), prepare=make_tokens),
    State("accounts:token_create", "empty", "clerk", at(TOKENS), act=press("新建")),
    State("accounts:token_create", "made", "clerk", at(TOKENS), act=fill("新建", name="取数")),
    State("accounts:user_create", "empty, by the head", "head", at(CREATE), act=send),
    State("accounts:user_create", "made", "system_admin", at(CREATE), act=fill(username="zhangsan", display_name="张三")),
    State("accounts:user_edit", "empty", "system_admin", of_account("clerk", "user_edit"), act=fill(display_name="")),
    State("accounts:user_reset_password", "shown", "system_admin", of_account("secretary"), act=press("重置密码")),
    State("accounts:user_detail", "by the security administrator", "security_admin", of_account("clerk")),
    State("accounts:role_grant", "empty", "security_admin", of_account("clerk"), act=press("授予")),
    State("accounts:user_detail", "own", "security_admin", of_account("security_admin")),
    State("accounts:user_detail", "disabled", "system_admin", of_account("leader"), prepare=disable),
    State("accounts:user_detail", "locked", "security_admin", of_account("discipline")),
    State("accounts:secretary_list", "rows", "head", at(SECRETARIES), prepare=appoint),
    State("accounts:secretary_accounts_create", "slips", "head", at(SECRETARIES), act=press("建立并打印密码条")),
    State("accounts:secretary_slips_renew", "slips", "head", at(SECRETARIES), act=renew),
    State("accounts:user_list", "nothing found", "head", at(f"{reverse('accounts:user_list')}?q=没有")),
]  # fmt: skip
