"""How often the user pool is asked."""

from tests.core.test_cognito import Pool, pool
from tests.support.recorded import RecordedCalls

__all__ = ["pool"]


def test_asking_for_roles_is_two_calls(pool: Pool) -> None:
    ana = pool.add("ana@example.com", "Admins", "TeamMembers")
    calls = RecordedCalls()
    calls.listen_to(pool.client)

    pool.directory.roles(ana)

    assert calls.operations == ["AdminGetUser", "AdminListGroupsForUser"]
