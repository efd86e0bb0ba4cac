"""What programs send, as clean values."""

from typing import Any

from rest_framework import serializers


class Act(serializers.Serializer[Any]):
    """The body of an act. What it does not know is refused: a misspelt name must not be passed over in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = {name: ["没有这一项。"] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


def checked(serializer: type[serializers.Serializer[Any]], data: Any, **context: Any) -> dict[str, Any]:
    """Return clean values. ``context`` is what its fields look at besides the data.

    :raises ValidationError: malformed, which is answered with 400.
    """
    found = serializer(data=data, context=context)
    found.is_valid(raise_exception=True)
    values: dict[str, Any] = dict(found.validated_data)
    return values
