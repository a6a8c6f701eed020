"""Every command, callback and action id, written once. Posted buttons keep them alive: never rename one."""

from enum import StrEnum


class Command(StrEnum):
    TASK = "/task"


class Action(StrEnum):
    TASK_START = "task_start"
    TASK_DONE = "task_done"
    LINK = "link"
