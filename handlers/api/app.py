"""The FastAPI application, put together from its parts."""

from typing import Final

from fastapi import FastAPI

from handlers.api import docs, problems
from handlers.api import openapi as described
from handlers.api.cursors import Cursors
from handlers.api.frame import Frame
from handlers.api.routes import admin_people, admin_tasks, auth, member_tasks, roots
from handlers.api.services import ApiServices
from handlers.api.sessions import Sessions

_DESCRIPTION: Final = (
    "Tasks for scripts: the same rules, words and events as in Slack. Sign in, then send the access token as "
    "`Authorization: Bearer …`. Errors are `application/problem+json`; quote their `request_id` when you report one."
)


def create_api(services: ApiServices) -> FastAPI:
    """Make the application over the given services."""
    app = described.DescribedApi(
        title="Task Bot API",
        version="1.0.0",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=described.problems(413, 500),
    )
    app.state.services = services
    app.state.cursors = Cursors(services.cursor_secret)
    app.state.sessions = Sessions(services.accounts.is_signed_in, services.clock)
    app.add_middleware(Frame)
    problems.install(app)
    for router in (
        roots.router,
        auth.admin_router,
        auth.member_router,
        admin_tasks.router,
        member_tasks.router,
        admin_people.router,
        docs.router,
    ):
        app.include_router(router)
    return app
