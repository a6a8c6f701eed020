"""AWS and Slack as the functions under measurement see them: canned answers over TLS, at once."""

import datetime
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final

from botocore.httpsession import where
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.storage import schema

Reply = Callable[[str, Mapping[str, Any]], Any]
"""From an operation and what it was asked with to the answer."""


class Shelf:
    """The items of a table: takes them from the product's own repositories, and gives them out as DynamoDB would."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: N803
        for action in TransactItems:
            if "Put" in action:
                self.put_item(**action["Put"])
        return {}

    def put_item(self, *, Item: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803
        self._items[_key(Item)] = Item
        return {}

    def answer(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((operation, dict(asked)))
        match operation:
            case "GetItem":
                found = self._items.get(_key(asked["Key"]))
                return {"Item": found} if found else {}
            case "BatchGetItem":
                [(table, wanted)] = asked["RequestItems"].items()
                there = [self._items[_key(key)] for key in wanted["Keys"] if _key(key) in self._items]
                return {"Responses": {table: there}, "UnprocessedKeys": {}}
            case "Query":
                found_all = self._found(asked)
                return {"Items": found_all, "Count": len(found_all), "ScannedCount": len(found_all)}
            case "UpdateItem":
                return {"Attributes": {"latest": {"N": "1000"}}}
        return {}

    def _found(self, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        index = asked.get("IndexName")
        keys = schema.index_keys(index) if index else (schema.PARTITION_KEY, schema.SORT_KEY)
        values = [value["S"] for value in asked["ExpressionAttributeValues"].values()]
        inside = [item for item in self._items.values() if item.get(keys[0], {}).get("S") == values[0]]
        if "begins_with" in asked["KeyConditionExpression"]:
            inside = [item for item in inside if item[keys[1]]["S"].startswith(values[1])]
        inside.sort(key=lambda item: str(item[keys[1]]["S"]), reverse=not asked.get("ScanIndexForward", True))
        return inside[: asked.get("Limit", 100)]


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item[schema.PARTITION_KEY]["S"], item[schema.SORT_KEY]["S"]


@dataclass(frozen=True, slots=True)
class Outside:
    """Where AWS and Slack are played, and what was asked of each; `trust` is the certificates to believe."""

    aws: str
    slack: str
    trust: Path
    asked: list[str] = field(default_factory=list)
    connections: list[str] = field(default_factory=list)


@contextmanager
def outside_played(folder: Path, aws: Reply, slack: Reply) -> Iterator[Outside]:
    """Play both over TLS, each on a port of its own, while the block runs."""
    trust = _certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    asked: list[str] = []
    connections: list[str] = []
    servers = [_server(context, who, reply, asked, connections) for who, reply in (("aws", aws), ("slack", slack))]
    try:
        first, second = (f"https://127.0.0.1:{server.server_port}" for server in servers)
        yield Outside(first, f"{second}/api/", trust, asked, connections)
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_args: Any) -> None:
        """Say nothing of those who hang up, or who do not trust our certificate."""


def _server(
    context: ssl.SSLContext, who: str, reply: Reply, asked: list[str], connections: list[str]
) -> ThreadingHTTPServer:
    class Desk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            connections.append(who)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            target = self.headers.get("x-amz-target")
            operation = target.rpartition(".")[2] if target else self.path.rpartition("/")[2]
            asked.append(operation)
            answer = json.dumps(reply(operation, json.loads(text) if target else {"body": text})).encode()
            kind = "application/x-amz-json-1.0" if target else "application/json"
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(answer)}\r\n\r\n"
            self.wfile.write(head.encode() + answer)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = _Quiet(("127.0.0.1", 0), Desk)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


_YEAR: Final = datetime.timedelta(days=365)


def _certificates(folder: Path) -> Path:
    """Write a certificate for loopback into `server.pem`; give a bundle of the public ones with ours among them.

    A function that believes in one certificate only would load it faster than the hundred and more of a real one.
    """
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=played")
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - _YEAR)
        .not_valid_after(now + _YEAR)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "server.pem").write_bytes(private + public)
    trust = folder / "trust.pem"
    trust.write_bytes(Path(where()).read_bytes() + b"\n" + public)
    return trust
