"""The product in memory: real services, bot and signed requests; only the table, Cognito and Slack are played."""

import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.app import create_app
from bot.parts import BotServices
from core.clock import fresh_event_id
from core.errors import DependencyError, NotFoundError
from core.ids import PersonId, SlackUserId, TaskId, WorkspaceId
from core.links.changes import LinkChanges
from core.links.model import LinkRefusedError, Refusal, SlackProfile
from core.links.news import LinkNews
from core.notifications.homes import HomeRepository
from core.notifications.preferences import PreferenceService
from core.notifications.reminders import ReminderService
from core.people.model import Actor, Entry, Group, Person, Roles, SlackStatus
from core.people.service import PeopleService
from core.people.workload import WorkloadReader
from core.storage.memory import (
    MemoryPersonRepository,
    MemoryPreferenceRepository,
    MemorySuppressionRepository,
    MemoryTaskRepository,
)
from core.storage.memory_deliveries import MemoryInstallation
from core.storage.memory_homes import MemoryHomeRepository
from core.storage.memory_links import MemoryLinkRepository
from core.storage.memory_once import MemoryOnceRepository
from core.storage.memory_outbox import MemoryOutbox
from core.storage.memory_reminders import MemoryReminderRepository
from core.storage.memory_team import MemorySettingsRepository
from core.suppression.service import MailFeedback, SuppressionService
from core.tasks.service import TaskService
from core.workspace.settings import WorkspaceSettings
from handlers.slack import answer_with
from infra.local.slack.errors import SlackError
from infra.local.slack.rules.check import check_message, check_view
from infra.local.slack.rules.shapes import Surface

WORKSPACE = WorkspaceId("T0TEAM")
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
"""A Wednesday."""
SIGNING_SECRET = "a signing secret for tests"


class HeldClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta) -> None:
        self.now += step


class PlayedProfiles:
    """Slack, as far as profiles go."""

    def __init__(self) -> None:
        self.known: dict[SlackUserId, SlackProfile] = {}

    def profile(self, slack_user_id: SlackUserId) -> SlackProfile:
        try:
            return self.known[slack_user_id]
        except KeyError:
            raise DependencyError("slack", "user_not_found", retryable=False) from None


class PlayedCognito:
    """Knows the roles it was given; counts how often it was asked, and can be out of reach."""

    def __init__(self, clock: HeldClock) -> None:
        self._clock = clock
        self.known: dict[PersonId, tuple[frozenset[str], bool]] = {}
        self.asked = 0
        self.is_down = False

    def roles(self, person_id: PersonId) -> Roles:
        self.asked += 1
        if self.is_down:
            raise DependencyError("cognito", "ServiceUnavailable", retryable=True)
        if person_id not in self.known:
            raise NotFoundError("person", person_id)
        groups, enabled = self.known[person_id]
        return Roles(groups=groups, enabled=enabled, checked_at=self._clock())


def make_person(name: str, *groups: Group, **facts: Any) -> Person:
    """A linked team member whose ids are made from the name."""
    given, _, family = name.partition(" ")
    defaults: dict[str, Any] = {
        "person_id": PersonId(f"sub-{given.lower()}"),
        "email": f"{given.lower()}@example.com",
        "given_name": given,
        "family_name": family,
        "groups": frozenset(groups or {Group.TEAM_MEMBERS}),
        "checked_at": NOW,
        "slack_user_id": SlackUserId(f"U0{given.upper()}"),
    }
    return Person(**{**defaults, **facts})


@dataclass(slots=True)
class World:
    """Ada is an admin, Ana and Ben are members, all linked; Chi is a member who is not."""

    clock: HeldClock = field(default_factory=HeldClock)
    guests: bool = False
    people_kept: MemoryPersonRepository = field(default_factory=MemoryPersonRepository)
    profiles: PlayedProfiles = field(default_factory=PlayedProfiles)
    cognito: PlayedCognito = field(init=False)
    links_kept: MemoryLinkRepository = field(init=False)
    tasks_kept: MemoryTaskRepository = field(init=False)
    homes_kept: HomeRepository = field(default_factory=MemoryHomeRepository)
    reminders_kept: MemoryReminderRepository = field(init=False)
    preferences_kept: MemoryPreferenceRepository = field(init=False)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    settings_kept: MemorySettingsRepository = field(init=False)
    people: PeopleService = field(init=False)
    suppressions_kept: MemorySuppressionRepository = field(default_factory=MemorySuppressionRepository)
    suppressions: SuppressionService = field(init=False)
    feedback: MailFeedback = field(init=False)
    tasks: TaskService = field(init=False)
    ada: Person = field(init=False)
    ana: Person = field(init=False)
    ben: Person = field(init=False)
    chi: Person = field(init=False)

    def __post_init__(self) -> None:
        self.cognito = PlayedCognito(self.clock)
        self.links_kept = MemoryLinkRepository(self.people_kept)
        self.tasks_kept = MemoryTaskRepository(self.people_kept)
        self.settings_kept = MemorySettingsRepository(WorkspaceSettings(guests=self.guests))
        self.preferences_kept = MemoryPreferenceRepository(self.settings_kept.get)
        self.reminders_kept = MemoryReminderRepository(self.people_kept, self.preferences_kept)
        self.people = PeopleService(self.people_kept, self.cognito, self.clock, self.settings_kept.get)
        self.suppressions = SuppressionService(
            self.suppressions_kept, self.people, WORKSPACE, self.clock, fresh_event_id
        )
        self.feedback = MailFeedback(self.suppressions_kept, self.people_kept, WORKSPACE, self.clock, fresh_event_id)
        self.tasks = TaskService(self.tasks_kept, self.people, WORKSPACE, self.clock, fresh_event_id)
        self.ada = self.add(make_person("Ada Lind", Group.ADMINS))
        self.ana = self.add(make_person("Ana Silva", time_zone="America/Sao_Paulo"))
        self.ben = self.add(make_person("Ben Okoro"))
        self.chi = self.add(make_person("Chi Nguyen", slack_user_id=None))

    def add(self, person: Person) -> Person:
        """Take a person into the pool and the directory."""
        self.people_kept.add(person)
        self.cognito.known[person.person_id] = (person.groups, person.enabled)
        return person

    def acting(self, person: Person) -> Actor:
        return Actor(person=person, entry=Entry.SLACK)


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back to Slack."""

    status: int
    body: str

    def __post_init__(self) -> None:
        if self.status == 200 and self.body and "blocks" in self.json:
            check_message(self.json)

    @property
    def json(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.body)
        return answer

    @property
    def shown(self) -> str:
        """Everything the person reads, blocks included."""
        return words_of(self.json.get("blocks", [])) or self.json.get("text", "")


def words_of(blocks: Any) -> str:
    """All text in blocks, in reading order."""
    match blocks:
        case {"text": str() as text}:
            return text
        case dict():
            return "\n".join(filter(None, (words_of(value) for key, value in blocks.items() if key != "style")))
        case list():
            return "\n".join(filter(None, map(words_of, blocks)))
    return ""


class Ears:
    """What the bot sent to Slack, each message and view held against Slack's rules."""

    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refuses: dict[str, str] = {}
        """What Slack refuses by method (or type of block), and by which name."""

    def hear(self, path: str, body: str) -> None:
        """Keep what was sent; raise SlackError for what Slack would refuse."""
        if path.startswith("/response"):
            message = json.loads(body)
            check_message(message)
            for block in message.get("blocks", []):
                self._refuse(block["type"])
            self.responses.append(message)
            return
        arguments: dict[str, Any] = json.loads(body) if body.startswith("{") else dict(parse_qsl(body))
        if "view" in arguments:
            check_view(arguments["view"], Surface(arguments["view"]["type"]))
        method = path.removeprefix("/api/")
        if method == "chat.postMessage":
            check_message(arguments)
        self.calls.append((method, arguments))
        self._refuse(method if "channel" not in arguments else f"{method} {arguments['channel']}")

    def _refuse(self, what: str) -> None:
        if what in self.refuses:
            raise SlackError(self.refuses[what])


class SlackPlayed:
    """Signs what Slack would send, and listens where Slack would."""

    def __init__(self, world: World, address: str, ears: Ears) -> None:
        from tests.support.team import Team  # Which is made of this module's world.

        self.world = world
        self.team = Team(world)
        self.ears = ears
        self.users_info_is_down = False
        self.typed: list[str | None] = []
        self.installation = MemoryInstallation()
        self.cards: dict[tuple[str, str], TaskId] = {}
        self.cards_trouble: DependencyError | None = None
        self._listening = f"{address}/response"
        self._numbers = itertools.count(1)
        services = BotServices(
            workspace=WORKSPACE,
            tasks=world.tasks,
            people=world.people,
            start_link=self._start_link,
            links=LinkChanges(
                world.links_kept,
                world.people,
                world.profiles,
                LinkNews(WORKSPACE, world.clock, fresh_event_id),
                WORKSPACE,
            ),
            list_requests=world.links_kept.pending,
            workload=WorkloadReader(world.people_kept, world.tasks_kept, world.clock),
            suppressions=world.suppressions,
            installation=self.installation,
            task_of_card=self._task_of_card,
            homes=world.homes_kept,
            once=MemoryOnceRepository(world.clock),
            preferences=PreferenceService(world.preferences_kept, world.outbox, WORKSPACE, world.clock, fresh_event_id),
            reminders=ReminderService(world.tasks_kept, world.reminders_kept, WORKSPACE, fresh_event_id),
            administration=self.team.administration,
            directory=self.team.directory,
            bulk=self.team.bulk,
            workspace_settings=self.team.settings,
            audit=self.team.audit,
            profile=world.profiles.profile,
            clock=world.clock,
        )
        self.app = create_app(services, WebClient(token="xoxb-for-tests", base_url=f"{address}/api/"))
        self._handler = answer_with(self.app, SignatureVerifier(SIGNING_SECRET))

    def _task_of_card(self, channel: str, ts: str) -> TaskId | None:
        if self.cards_trouble is not None:
            raise self.cards_trouble
        return self.cards.get((channel, ts))

    def _start_link(self, slack_user_id: SlackUserId, workspace_name: str, typed: str | None) -> str:
        self.typed.append(typed)
        profile = self.world.profiles.known.get(slack_user_id)
        if profile is not None and profile.status_in(WORKSPACE) is not SlackStatus.MEMBER:
            raise LinkRefusedError(Refusal.OUTSIDER)
        if self.users_info_is_down:
            raise DependencyError("slack", "internal_error", retryable=True)
        return f"https://bot.example/web/link/{workspace_name}/{slack_user_id}"

    def command(self, person: Person | str, text: str = "", **changed: Any) -> Answered:
        """Type `/task text`; the same `trigger_id` given twice is Slack sending the same request twice."""
        body = {
            "command": "/task",
            "text": text,
            "team_id": WORKSPACE,
            "team_domain": "team",
            "user_id": _slack_id(person),
            "channel_id": "C0GENERAL",
            "trigger_id": f"trigger-{next(self._numbers)}",
            "response_url": self._listening,
            "is_enterprise_install": "false",
            **changed,
        }
        return self.send(urlencode(body))

    def press(self, person: Person | str, action_id: str, value: str, **changed: Any) -> Answered:
        """Press a button on a message of the bot."""
        facts = {
            "container": {"type": "message", "message_ts": "1.1", "channel_id": "D0", "is_ephemeral": False},
            "response_url": self._listening,
            "actions": [
                {"type": "button", "action_id": action_id, "block_id": "b", "value": value,
                 "action_ts": f"{next(self._numbers)}.0"}
            ],
            **changed,
        }  # fmt: skip
        return self.interact(person, "block_actions", **facts)

    def interact(self, person: Person | str, kind: str, **facts: Any) -> Answered:
        """Send an interaction of any kind."""
        payload = {
            "type": kind,
            "team": {"id": WORKSPACE, "domain": "team"},
            "user": {"id": _slack_id(person), "team_id": WORKSPACE},
            "trigger_id": f"trigger-{next(self._numbers)}",
            **facts,
        }
        return self.send(urlencode({"payload": json.dumps(payload)}))

    def event(self, person: Person | str, kind: str, *, attempt: int = 0, **facts: Any) -> Answered:
        """Send an event of the Events API, for the first time or again."""
        event = {"type": kind, "user": _slack_id(person), **facts}
        envelope = {"type": "event_callback", "team_id": WORKSPACE, "event_id": "Ev1", "event": event}
        return self.send(json.dumps(envelope), content_type="application/json", attempt=attempt)

    def send(
        self,
        body: str,
        *,
        timestamp: str | None = None,
        signature: str | None = None,
        content_type: str = "application/x-www-form-urlencoded",
        attempt: int = 0,
    ) -> Answered:
        """Send any body through the function's real entry point."""
        timestamp = timestamp if timestamp is not None else str(int(time.time()))
        base = f"v0:{timestamp}:{body}".encode()
        signed = "v0=" + hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
        event = {
            "version": "2.0",
            "rawPath": "/slack/events",
            "rawQueryString": "",
            "headers": {
                "content-type": content_type,
                "x-slack-request-timestamp": timestamp,
                "x-slack-signature": signature or signed,
                **({"x-slack-retry-num": str(attempt), "x-slack-retry-reason": "http_error"} if attempt else {}),
            },
            "body": body,
        }
        answer = self._handler(event, None)
        return Answered(answer["statusCode"], answer["body"])


def _slack_id(person: Person | str) -> str:
    return person if isinstance(person, str) else str(person.slack_user_id)


@contextmanager
def slack_played(world: World) -> Iterator[SlackPlayed]:
    """Slack for a world, listening on loopback while the block runs."""
    ears = Ears()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                ears.hear(self.path, self.rfile.read(int(self.headers["content-length"])).decode())
                opened = self.path.endswith("conversations.open")
                answer: dict[str, Any] = {"ok": True, "ts": "1.1", "channel": {"id": "D0DM"} if opened else "D0DM"}
                answer["view"] = {"id": "V1", "hash": f"h{len(ears.calls)}"}
            except SlackError as refusal:
                answer = refusal.body()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield SlackPlayed(world, f"http://127.0.0.1:{server.server_port}", ears)
    finally:
        server.shutdown()
        server.server_close()
