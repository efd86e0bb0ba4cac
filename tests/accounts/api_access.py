"""Who gets what of accounts by machine."""

from tests.access import Access

LISTED = {"system_admin": 200, "security_admin": 200, "head": 200}
MANAGED = {"system_admin": 200, "security_admin": 403, "head": 200, "secretary": 403}
# The two administrators manage all accounts: nothing is foreign to them.
EVERYWHERE = {"system_admin": 200, "security_admin": 200}


def secretary(world):
    return {"pk": world.users["secretary"].pk}


def clerk(world):
    return {"pk": world.users["clerk"].pk}


def clerk_role(world):
    return clerk(world) | {"assignment_id": world.users["clerk"].roles.get().pk}


def api(allowed, others=404, **kwargs):
    return Access(allowed, others=others, anonymous=401, **kwargs)


ROWS = {
    "api-account-list": api(LISTED, others=403),
    "api-account-detail": api(LISTED | {"secretary": 200}, kwargs=secretary, foreign=EVERYWHERE),
    "api-account-disable POST": api(MANAGED, kwargs=secretary, method="post", foreign={"system_admin": 200}),
    "api-account-enable POST": api(MANAGED, kwargs=secretary, method="post", foreign={"system_admin": 200}),
    "api-account-grant POST": api(
        {"security_admin": 201, "system_admin": 403, "head": 403, "clerk": 403}, kwargs=clerk, method="post", foreign={"security_admin": 201},
        data=lambda world: {"role": "leader", "scope": world.root.pk},
    ),
    "api-account-revoke DELETE": api(
        {"security_admin": 204, "system_admin": 403, "head": 204, "clerk": 403}, kwargs=clerk_role, method="delete",
        foreign={"security_admin": 204},
    ),
}  # fmt: skip
