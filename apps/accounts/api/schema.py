"""How the OpenAPI document describes the token."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from apps.accounts.api.authentication import TokenAuthentication


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself when defined
    target_class = TokenAuthentication
    name = "tokenAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "“我的账号”里新建的接口令牌"}
