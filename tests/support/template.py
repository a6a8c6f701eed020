"""Reads a synthesized template the way its reader thinks of it: by door, by type, without generated names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.settings import Door

_GENERATED = re.compile(r"[0-9A-F]{8}$")


def logical(name: str) -> str:
    """A logical id without the digits that CDK appends."""
    return _GENERATED.sub("", name)


def written(value: Any) -> str:
    """Write an intrinsic function as short text: `TasksTable.Arn/index/gsi1`, `{If …}`."""
    match value:
        case {"Ref": str(name)}:
            return logical(name)
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{logical(name)}.{attribute}"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(written, parts))
        case {"Fn::If": [condition, then, otherwise]}:
            return f"{{{condition}: {written(then)}, else {written(otherwise)}}}"
        case {"Fn::Sub": str(text)}:
            return text
        case {"Fn::Select": [index, parts]}:
            return f"{written(parts)}[{index}]"
        case {"Fn::Split": [separator, text]}:
            return f"{written(text)}/{separator}/"
        case str(text):
            return text
    return repr(value)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class StackTemplate:
    """One synthesized template."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical id → properties of every resource of a type; ids without their generated end."""
        return {
            logical(name): resource.get("Properties", {})
            for name, resource in self.body["Resources"].items()
            if resource["Type"] == kind
        }

    def only(self, kind: str) -> dict[str, Any]:
        [properties] = self.resources(kind).values()
        return properties

    def functions(self) -> dict[Door, dict[str, Any]]:
        return {
            Door(properties["Handler"].split(".")[1]): properties
            for properties in self.resources("AWS::Lambda::Function").values()
        }

    def policy_statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every statement of a policy attached to a role, with the role."""
        for policy in self.resources("AWS::IAM::Policy").values():
            for role in policy["Roles"]:
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield written(role), statement

    def rights(self, door: Door) -> set[tuple[str, str]]:
        """What a door's role may do: (action, resource)."""
        role = written(self.functions()[door]["Role"]).removesuffix(".Arn")
        return {
            (action, written(resource))
            for owner, statement in self.policy_statements()
            if owner == role and statement["Effect"] == "Allow"
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }
