"""What the OpenAPI document says of every operation."""

from typing import Any

REFUSALS = {
    "400": "内容或参数写得不对",
    "401": "没有登录，或令牌无效",
    "403": "没有这项权限",
    "404": "没有这一页、没有这个对象，或不在范围内",
    "409": "当前不能这样做：违反了规则，或别人刚刚改过",
    "415": "内容的格式不认识",
}


def add_refusals(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:  # noqa: ARG001 -- the library's signature
    """Say in the OpenAPI document how each operation may refuse (a hook of drf-spectacular)."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for code in _refusals_of(path, method, operation):
                operation["responses"].setdefault(code, _refusal(code))
    result["components"]["schemas"]["Error"] = _ERROR
    return result


def _refusals_of(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    names = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
    codes = ["401", "403"]
    if names or "requestBody" in operation:
        codes.append("400")
    if "{" in path or "page" in names or method != "get":
        codes.append("404")
    if method != "get":
        codes.append("409")
    if "requestBody" in operation:
        codes.append("415")
    return sorted(codes)


def _refusal(code: str) -> dict[str, Any]:
    return {
        "description": REFUSALS[code],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "拒绝。code 给程序看，不会变；detail 给人看；fields 只在 400 时有。",
    "properties": {
        "code": {"type": "string", "example": "code_taken"},
        "detail": {"type": "string", "example": "编码“A01”已被“甲镇党委”使用。请换一个编码。"},
        "fields": {"type": "object", "additionalProperties": True},
    },
    "required": ["code", "detail"],
}
