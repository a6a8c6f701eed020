"""Somebody's time in the team, from the invitation to the farewell, through the deployed API alone."""

import re
from typing import Any

import httpx
import pytest

from infra.local.local_stack import LocalStack
from tests.support.deployed_api import ADMIN, ALL_TASKS, CREATE, USERS, DeployedApi
from tests.support.patience import eventually
from tests.support.workspace import visiting

pytestmark = pytest.mark.stack

EMAIL = "dana.api@example.com"
NEW_EMAIL = "dana.nova@example.com"
PASSWORD = "Dana-has-her-own-1"
SIGN_IN = "/api/v1/user/auth"


def test_a_member_is_added_signs_in_is_shut_out_and_leaves(stack: LocalStack) -> None:
    api = DeployedApi.of(stack)
    admin = api.sign_in(ADMIN)

    def of_dana(method: str, path: str = "", **content: Any) -> httpx.Response:
        return api.send(method, f"{USERS}/{EMAIL}{path}", admin, **content)

    with visiting(stack) as workspace:
        new = {"email": EMAIL, "given_name": "Dana", "family_name": "Api"}
        added = api.send("POST", "/api/v1/admin/user-mgmt/create-team-member", admin, json=new)
        assert (added.status_code, added.json()["message"]) == (200, "Team member created successfully!")
        [mail] = eventually(lambda: workspace.emails(EMAIL, naming="temporary password"))
    temporary = re.search(r"^    (\S+)$", mail["BodyText"], re.MULTILINE)
    assert temporary is not None

    first = api.send("POST", f"{SIGN_IN}/login", json={"email": EMAIL, "password": temporary[1]})
    assert first.json().keys() == {"challenge", "session"}
    own = {"email": EMAIL, "session": first.json()["session"], "new_password": PASSWORD}
    signed_in = api.send("POST", f"{SIGN_IN}/new-password", json=own)
    assert signed_in.status_code == 200
    token = signed_in.json()["access_token"]
    for title in ("Read the handbook", "Say hello"):
        api.create(admin, title=title, assigned_to=EMAIL)
    assert len(api.send("GET", f"/api/v1/user/task-mgmt/tasks/{EMAIL}", token).json()) == 2
    assert api.send("POST", CREATE, token, json={"title": "x"}).status_code == 403

    assert of_dana("PUT", json={"family_name": "Nova"}).json()["user_data"]["family_name"] == "Nova"
    _move_to_another_address(api, stack, admin)
    assert of_dana("PUT", "/status", json={"enabled": False}).status_code == 200
    assert api.send("POST", f"{SIGN_IN}/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 401
    assert of_dana("PUT", "/status", json={"enabled": True}).status_code == 200
    promoted = of_dana("PUT", "/groups", json={"groups": ["Admins"]})
    assert promoted.json()["user_data"]["groups"] == ["Admins"]
    as_admin = api.send("POST", "/api/v1/admin/auth/login", json={"email": EMAIL, "password": PASSWORD})
    assert as_admin.json()["user"]["user_group"] == ["Admins"]

    heir = api.credentials(ADMIN)["email"]
    removed = of_dana("DELETE", params={"reassign_to": heir})
    assert removed.status_code in {200, 202}, removed.text
    left = {"Read the handbook", "Say hello"}
    assert eventually(lambda: left <= _titles(api.send("GET", f"{ALL_TASKS}/{heir}", admin)))
    assert api.send("POST", "/api/v1/admin/auth/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 401
    assert api.send("GET", USERS, as_admin.json()["access_token"]).status_code in {401, 403}


def _move_to_another_address(api: DeployedApi, stack: LocalStack, admin: str) -> None:
    """Dana's address and profile change; both addresses are told, and the old one signs nobody in; then it is back."""
    sent = {"email": NEW_EMAIL, "locale": "da", "custom:title": "Cook", "custom:time_zone": "Asia/Tokyo"}
    with visiting(stack) as workspace:
        changed = api.send("PUT", f"{USERS}/{EMAIL}", admin, json=sent)
        assert changed.json()["user_data"].items() >= sent.items()
        for address in (EMAIL, NEW_EMAIL):
            eventually(lambda address=address: workspace.emails(address, naming="changed the email address"))  # type: ignore[misc]
    assert api.send("GET", f"{USERS}/{EMAIL}", admin).status_code == 404
    assert api.send("POST", f"{SIGN_IN}/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 401
    signed_in = api.send("POST", f"{SIGN_IN}/login", json={"email": NEW_EMAIL, "password": PASSWORD}).json()
    assert signed_in["user"]["email"] == NEW_EMAIL
    name = changed.json()["user_id"]
    assert api.send("GET", f"{USERS}/{name}", admin).json().items() >= sent.items()
    api.send("PUT", f"{USERS}/{name}", admin, json={"email": EMAIL}).raise_for_status()


def _titles(listed: httpx.Response) -> set[str]:
    return {task["title"] for task in listed.json()}
