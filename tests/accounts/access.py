"""Accounts: URL × role."""

from uuid import UUID

from apps.accounts.services import make_token
from tests.access import Access
from tests.world import NOW

ALL = ("clerk", "head", "outsider_clerk", "secretary", "outsider_secretary", "leader", "discipline", "system_admin",
       "security_admin", "audit_admin")  # fmt: skip


def everybody(status):
    return dict.fromkeys(ALL, status)


def clerk(world):
    return {"user_id": world.users["clerk"].pk}


def nothing_kept(world):
    return {"kept_id": UUID(int=7)}


def secretary(world):
    return {"user_id": world.users["secretary"].pk}


def clerk_role(world):
    return {"assignment_id": world.users["clerk"].roles.get().pk}


def clerk_token(world):
    make_token(name="取数", days=30, may_write=False, actor=world.users["clerk"], at=NOW)
    return {"token_id": world.users["clerk"].api_tokens.first().pk}


def reason(world):
    return {"reason": "手机丢失"}


# In sight of the three administrators' lists only for two of them; a head sees the staff and secretaries of the own subtree.
MANAGED = {"system_admin": 302, "security_admin": 403, "head": 302, "secretary": 403}
RESET = MANAGED | {"system_admin": 200, "head": 200}
RIGHTS = {"security_admin": 302, "system_admin": 403, "clerk": 403, "head": 403}
BELOW = RIGHTS | {"head": 302}  # a clerk's role within the own scope, not a leader's

# The two administrators' reach has no borders; a form that was kept belongs to nobody but its account.
KEPT = "没有替这个账号保留的内容，谁都被领回首页"
SEEN_BY_ALL_ADMINS = {"system_admin": 200, "security_admin": 200}
BY_SYSTEM = {"system_admin": 302}
BY_SECURITY = {"security_admin": 302}

ROWS = {
    "accounts:login": Access(everybody(302), anonymous=200),
    "accounts:logout": Access(everybody(302), anonymous=302, method="post"),
    "accounts:profile": Access(everybody(200)),
    "accounts:password_change": Access(everybody(200)),
    "accounts:session_state": Access(everybody(200), anonymous=200),
    "accounts:sessions_end": Access(everybody(302), method="post"),
    "accounts:kept_form": Access(everybody(302), kwargs=nothing_kept, foreign=KEPT),
    "accounts:user_end_sessions": Access(MANAGED | {"security_admin": 302}, others=404, kwargs=secretary, method="post", foreign=BY_SYSTEM | BY_SECURITY),
    "accounts:factor_enrol": Access(everybody(200)),
    "accounts:factor_verify": Access(everybody(302)),
    "accounts:recovery_codes_renew": Access({}, others=409, method="post"),
    "accounts:factor_remove": Access(everybody(302), method="post"),
    "accounts:user_reset_factor": Access(RIGHTS, others=404, kwargs=clerk, method="post", data=reason, foreign=BY_SECURITY),
    "accounts:confirm": Access(everybody(200)),
    "accounts:confirm_kept": Access(everybody(302), kwargs=nothing_kept, foreign=KEPT),
    "accounts:kept_drop": Access({}, others=404, kwargs=nothing_kept, method="post", foreign=KEPT),
    "accounts:token_list": Access(everybody(200)),
    "accounts:token_create": Access(everybody(200), method="post", data=lambda world: {"name": "取数", "days": "30"}),
    "accounts:token_revoke": Access({"clerk": 302}, others=404, kwargs=clerk_token, method="post"),
    "accounts:user_list": Access({"system_admin": 200, "security_admin": 200, "head": 200}),
    "accounts:user_create": Access({"system_admin": 200, "head": 200}),
    "accounts:secretary_list": Access({"head": 200}),
    "accounts:secretary_accounts_create": Access({"head": 302}, method="post"),
    "accounts:secretary_slips_renew": Access({"head": 302}, method="post"),
    "accounts:user_detail": Access(
        {"system_admin": 200, "security_admin": 200, "head": 200, "secretary": 200}, others=404, kwargs=secretary, foreign=SEEN_BY_ALL_ADMINS),
    "accounts:user_edit": Access(MANAGED | {"system_admin": 200, "head": 200}, others=404, kwargs=secretary, foreign={"system_admin": 200}),
    "accounts:user_disable": Access(MANAGED, others=404, kwargs=secretary, method="post", foreign=BY_SYSTEM),
    "accounts:user_enable": Access(MANAGED, others=404, kwargs=secretary, method="post", foreign=BY_SYSTEM),
    "accounts:user_reset_password": Access(RESET, others=404, kwargs=secretary, method="post", foreign={"system_admin": 200}),
    "accounts:user_unlock": Access(RIGHTS, others=404, kwargs=clerk, method="post", foreign=BY_SECURITY),
    "accounts:role_grant": Access(
        RIGHTS | {"head": 422}, others=404, kwargs=clerk, method="post",
        data=lambda world: {"role": "leader", "scope": world.root.code}, foreign=BY_SECURITY),
    "accounts:scope_options": Access({"head": 200, "security_admin": 200}),
    "accounts:role_revoke": Access(BELOW, others=404, kwargs=clerk_role, method="post", foreign=BY_SECURITY),
}  # fmt: skip
