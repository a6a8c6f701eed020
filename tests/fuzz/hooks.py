"""What schemathesis is told beside the description: how to sign in, anew where the fuzzing itself ended a session."""

import json
import os
from typing import Any, Final

import httpx
import schemathesis

_TEAM: Final = json.loads(os.environ["FUZZ_TEAM"])


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """Leave out what would prove nothing.

    The emulator's gateway has no route for a path with a line break, so the API would never hear of it. And nobody of
    the demo team is changed or removed: other tests and the fuzzing itself need them.
    """
    for name, value in case.path_parameters.items():
        case.path_parameters[name] = str(value).replace("\n", " ").replace("%0A", " ")
    if case.method in {"DELETE", "PUT"} and str(case.path_parameters.get("user_id", "")).lower() in _TEAM:
        case.path_parameters["user_id"] = "ana@example.com"


if "FUZZ_SIDE" in os.environ:

    @schemathesis.auth(refresh_interval=5)
    class SignIn:
        """Signs in through the API itself."""

        def get(self, _case: schemathesis.Case[Any], _context: schemathesis.AuthContext) -> str:
            answer = httpx.post(
                f"{os.environ['FUZZED_URL']}/api/v1/{os.environ['FUZZ_SIDE']}/auth/login",
                json={"email": os.environ["FUZZ_EMAIL"], "password": os.environ["FUZZ_PASSWORD"]},
                timeout=60,
            )
            return str(answer.raise_for_status().json()["access_token"])

        def set(self, case: schemathesis.Case[Any], data: Any, _context: schemathesis.AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {data}"
