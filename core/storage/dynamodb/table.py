"""The table in plain Python values: serialising, paging and the one place that calls DynamoDB."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from boto3.dynamodb.conditions import Attr, ConditionBase, ConditionExpressionBuilder, Key
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from core.errors import DependencyError, InvalidInputError
from core.storage import schema
from core.tasks.ports import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
"""An item or key as plain values; None is left out when it is written."""

_LONGEST_KEY: Final = 1024
"""In bytes, of a sort key. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
_QUERIES_A_PAGE: Final = 3
"""So many partitions are looked through for one page; a page may then be short and still have a cursor."""

_EXPECTED_IN_TRANSACTIONS: Final = {"ConditionalCheckFailed", "TransactionConflict"}
_BUSY: Final = {
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
}

IS_NEW: Final = Attr(schema.PARTITION_KEY).not_exists()
EXISTS: Final = Attr(schema.PARTITION_KEY).exists()

_WRITE_BATCH: Final = 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""

_serialize = TypeSerializer().serialize


class _PlainNumbers(TypeDeserializer):
    def _deserialize_n(self, value: str) -> int | float:
        return float(value) if "." in value else int(value)


_deserialize = _PlainNumbers().deserialize


class TransactionCancelledError(Exception):
    """A transaction was refused; `codes` has one entry for each of its actions, `None` where it was fine."""

    def __init__(self, codes: Sequence[str | None]) -> None:
        super().__init__(", ".join(str(code) for code in codes))
        self.codes = codes

    @property
    def conflicts(self) -> bool:
        """Whether another transaction was at one of the items at the same moment."""
        return "TransactionConflict" in self.codes


class ConditionFailedError(Exception):
    """The condition of a single write did not hold."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One run of items: a partition of the table or of `index`, or a part of it, one way.

    The part: sort keys that start with `prefix`, or those from `low` to `high`, both included.
    """

    key: str
    index: str | None = None
    prefix: str = ""
    ascending: bool = True
    low: str = ""
    high: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing can lie between the bounds; DynamoDB refuses to look there."""
        return bool(self.high) and self.low > self.high

    def is_place(self, start: Any) -> bool:
        """Whether this partition can be read on from `start`: DynamoDB refuses keys of other partitions and sizes."""
        names = {schema.PARTITION_KEY, schema.SORT_KEY, *self._key_names}
        if not isinstance(start, dict) or start.keys() != names:
            return False
        fits = all(isinstance(value, str) and 0 < len(value.encode()) <= _LONGEST_KEY for value in start.values())
        return fits and start[self._key_names[0]] == self.key

    @property
    def _key_names(self) -> tuple[str, str]:
        return schema.index_keys(self.index) if self.index else (schema.PARTITION_KEY, schema.SORT_KEY)

    def condition(self) -> ConditionBase:
        partition_key, sort_key = self._key_names
        whole, sort = Key(partition_key).eq(self.key), Key(sort_key)
        if self.prefix:
            return whole & sort.begins_with(self.prefix)
        if self.low and self.high:
            return whole & sort.between(self.low, self.high)
        if self.low:
            return whole & sort.gte(self.low)
        return whole & sort.lte(self.high) if self.high else whole


@dataclass(frozen=True, slots=True)
class Update:
    """What an update does to an item: set, set where absent, add to a number, remove."""

    set: Item = field(default_factory=dict)
    default: Item = field(default_factory=dict)
    add: Item = field(default_factory=dict)
    remove: tuple[str, ...] = ()

    def expression(self) -> tuple[str, dict[str, str], Item]:
        """Write it with a placeholder for every name, since many plain words are reserved in DynamoDB."""
        written = {**self.set, **self.default, **self.add}
        name = {attribute: f"#u{number}" for number, attribute in enumerate([*written, *self.remove])}
        value = {attribute: f":u{number}" for number, attribute in enumerate(written)}
        sets = [f"{name[each]} = {value[each]}" for each in self.set]
        sets += [f"{name[each]} = if_not_exists({name[each]}, {value[each]})" for each in self.default]
        adds = [f"{name[each]} {value[each]}" for each in self.add]
        removes = [name[each] for each in self.remove]
        verbs = (("SET", sets), ("ADD", adds), ("REMOVE", removes))
        clauses = [f"{verb} {', '.join(parts)}" for verb, parts in verbs if parts]
        names = {placeholder: attribute for attribute, placeholder in name.items()}
        return " ".join(clauses), names, {value[each]: content for each, content in written.items()}


class Table:
    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: Item) -> Item | None:
        """Read one item as it stands now; an item past its expiry may still come back."""
        with _translated():
            answer = self._client.get_item(TableName=self._name, Key=_packed(key), ConsistentRead=True)
        return unpacked(answer["Item"]) if "Item" in answer else None

    def get_all(self, keys: Sequence[Item]) -> list[Item]:
        """Read up to 100 items in one request, in the order of their keys; those that are not there are left out."""
        if not keys:
            return []
        with _translated():
            answer = self._client.batch_get_item(
                RequestItems={self._name: {"Keys": [_packed(key) for key in keys], "ConsistentRead": True}}
            )
        if answer.get("UnprocessedKeys"):
            raise DependencyError("dynamodb", "UnprocessedKeys", retryable=True)
        found = {_key_of(item): item for item in map(unpacked, answer["Responses"][self._name])}
        return [found[_key_of(key)] for key in keys if _key_of(key) in found]

    def put(self, item: Item, condition: ConditionBase | None = None) -> None:
        """Raise ConditionFailedError when `condition` does not hold."""
        with _translated(writes=True):
            self._client.put_item(**self.put_action(item, condition))

    def update(
        self,
        key: Item,
        update: Update,
        condition: ConditionBase | None = None,
        *,
        returning: Literal["after", "before"] = "after",
    ) -> Item:
        """Return the item as it is after the update, or was before it; raise ConditionFailedError."""
        action = self.update_action(key, update, condition)
        with _translated(writes=True):
            answer = self._client.update_item(**action, ReturnValues="ALL_NEW" if returning == "after" else "ALL_OLD")
        return unpacked(answer.get("Attributes", {}))

    def put_action(self, item: Item, condition: ConditionBase | None = None) -> dict[str, Any]:
        """Describe a put, for `put` and for a transaction."""
        return {"TableName": self._name, "Item": _packed(item), **_conditioned(condition)}

    def update_action(self, key: Item, update: Update, condition: ConditionBase | None = None) -> dict[str, Any]:
        """Describe an update, for `update` and for a transaction."""
        expression, names, values = update.expression()
        conditioned = _conditioned(condition)
        return {
            "TableName": self._name,
            "Key": _packed(key),
            "UpdateExpression": expression,
            **conditioned,
            "ExpressionAttributeNames": names | conditioned.get("ExpressionAttributeNames", {}),
            **_values(_packed(values) | conditioned.get("ExpressionAttributeValues", {})),
        }

    def delete_action(self, key: Item, condition: ConditionBase | None = None) -> dict[str, Any]:
        """Describe a deletion for a transaction."""
        return {"TableName": self._name, "Key": _packed(key), **_conditioned(condition)}

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """Write all of up to 100 actions or none; raise TransactionCancelledError."""
        with _translated(writes=True):
            self._client.transact_write_items(TransactItems=actions)  # type: ignore[arg-type]

    def page(
        self, partition: Partition, *, limit: int, start: Item | None = None, only: ConditionBase | None = None
    ) -> tuple[list[Item], Item | None]:
        """One Query: of up to `limit` items those for which `only` holds, and the key to go on from."""
        arguments = self._query(partition, limit, only)
        if start is not None:
            arguments["ExclusiveStartKey"] = _packed(start)
        with _translated():
            answer = self._client.query(**arguments)
        after = answer.get("LastEvaluatedKey")
        return [unpacked(item) for item in answer["Items"]], unpacked(after) if after else None

    def count(self, partition: Partition, *, limit: int) -> int:
        """Count items in one Query, up to `limit`."""
        with _translated():
            return self._client.query(**self._query(partition, limit), Select="COUNT")["Count"]

    def write_all(self, puts: Sequence[Item], deletes: Sequence[Item]) -> None:
        """Put items and delete keys, in any order and not as one; raise DependencyError where some are left."""
        requests: list[dict[str, Any]] = [{"PutRequest": {"Item": _packed(item)}} for item in puts]
        requests += [{"DeleteRequest": {"Key": _packed(key)}} for key in deletes]
        for first in range(0, len(requests), _WRITE_BATCH):
            with _translated():
                answer = self._client.batch_write_item(
                    RequestItems={self._name: requests[first : first + _WRITE_BATCH]}  # type: ignore[dict-item]
                )
            if answer.get("UnprocessedItems"):
                raise DependencyError("dynamodb", "UnprocessedItems", retryable=True)

    def _query(self, partition: Partition, limit: int, only: ConditionBase | None = None) -> dict[str, Any]:
        # One builder for both conditions: it numbers their placeholders on.
        builder = ConditionExpressionBuilder()
        built = builder.build_expression(partition.condition(), is_key_condition=True)
        names, values = built.attribute_name_placeholders, built.attribute_value_placeholders
        arguments: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": built.condition_expression,
            "ScanIndexForward": partition.ascending,
            "Limit": limit,
        }
        if only is not None:
            kept = builder.build_expression(only)
            arguments["FilterExpression"] = kept.condition_expression
            names, values = names | kept.attribute_name_placeholders, values | kept.attribute_value_placeholders
        arguments |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": _packed(values)}
        return arguments | ({"IndexName": partition.index} if partition.index else {})

    def walk(self, partitions: Sequence[Partition], *, limit: int, cursor: str | None) -> Page[Item]:
        """Read partitions one after the other as if they were one list.

        Raises:
            InvalidInputError: `cursor` is none of ours.
        """
        position = _Position.read(cursor, partitions) if cursor else _Position(partitions[0].key)
        number = next(index for index, each in enumerate(partitions) if each.key == position.partition)
        start, items = position.after, list[Item]()
        for partition in partitions[number : number + _QUERIES_A_PAGE]:
            found, after = self.page(partition, limit=limit - len(items), start=start)
            items += found
            if after is not None:
                return Page(items, _Position(partition.key, after).text())
            start, number = None, number + 1
            if len(items) == limit:
                break
        return Page(items, _Position(partitions[number].key).text() if number < len(partitions) else None)


class _Position(NamedTuple):
    partition: str
    after: Item | None = None

    def text(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.partition, self.after]).encode()).decode()

    @classmethod
    def read(cls, cursor: str, partitions: Sequence[Partition]) -> "_Position":
        try:
            partition, after = json.loads(base64.urlsafe_b64decode(cursor))
        except (binascii.Error, ValueError, TypeError):
            raise InvalidInputError.of("cursor", "not_understood") from None
        found = next((each for each in partitions if each.key == partition), None)
        if found is None or not (after is None or found.is_place(after)):
            raise InvalidInputError.of("cursor", "not_understood")
        return cls(partition, after)


def _key_of(item: Item) -> tuple[str, str]:
    return item[schema.PARTITION_KEY], item[schema.SORT_KEY]


def _packed(item: Item) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in item.items() if value is not None}


def unpacked(item: Mapping[str, Any]) -> Item:
    """Read an item as DynamoDB and its stream write it into plain values."""
    return {name: _deserialize(value) for name, value in item.items()}


def _conditioned(condition: ConditionBase | None) -> dict[str, Any]:
    if condition is None:
        return {}
    built = ConditionExpressionBuilder().build_expression(condition)
    arguments: dict[str, Any] = {
        "ConditionExpression": built.condition_expression,
        "ExpressionAttributeNames": built.attribute_name_placeholders,
    }
    if built.attribute_value_placeholders:
        arguments["ExpressionAttributeValues"] = _packed(built.attribute_value_placeholders)
    return arguments


def _values(values: dict[str, Any]) -> dict[str, Any]:
    # DynamoDB refuses an empty map.
    return {"ExpressionAttributeValues": values} if values else {}


@contextmanager
def _translated(*, writes: bool = False) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "TransactionCanceledException":
            raise _cancelled(error) from error
        if code == "ConditionalCheckFailedException":
            raise ConditionFailedError from error
        if code in _BUSY:
            raise DependencyError("dynamodb", code, retryable=True) from error
        raise
    except BotoCoreError as error:
        never_sent = isinstance(error, ConnectTimeoutError | EndpointConnectionError)
        reason = type(error).__name__
        raise DependencyError("dynamodb", reason, retryable=True, uncertain=writes and not never_sent) from error


def _cancelled(error: ClientError) -> Exception:
    reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    codes = [None if reason["Code"] == "None" else reason["Code"] for reason in reasons]
    if unexpected := {code for code in codes if code is not None} - _EXPECTED_IN_TRANSACTIONS:
        return DependencyError("dynamodb", ", ".join(sorted(unexpected)), retryable=True)
    return TransactionCancelledError(codes)
