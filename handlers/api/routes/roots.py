"""The addresses that answer anyone: what this is, and that it runs."""

from fastapi import APIRouter

from handlers.api.schemas import Health, Message

router = APIRouter(tags=["About"])


@router.get("/api/v1/", summary="What this is")
@router.get("/", summary="What this is")
def root() -> Message:
    return Message(message="Official Task API")


@router.get("/api/v1/admin/auth/", summary="The admins' area")
def admin_area() -> Message:
    return Message(message="Admin area")


@router.get("/api/v1/user/auth/", summary="The team members' area")
def user_area() -> Message:
    return Message(message="User area")


@router.get("/healthz", summary="Whether the API runs")
def health() -> Health:
    return Health()
