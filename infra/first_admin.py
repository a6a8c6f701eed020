"""`python -m infra.first_admin ada@example.com Ada Lind` invites the first admin of a fresh deployment.

Whoever runs it may do so by their AWS credentials. Run again, it finishes what was begun and sends the invitation anew,
until the admin has signed in.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import boto3

from core.clock import system_clock
from core.errors import ConflictError
from core.ids import PersonId, WorkspaceId
from core.people.model import Group, Person
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from infra.app import STACK_NAME

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

_INVITED: Final = "FORCE_CHANGE_PASSWORD"

Client = Callable[[str], Any]


def invite(client: Client, stack_name: str, email: str, given_name: str, family_name: str) -> Person:
    """Create the user in `Admins`, have Cognito mail the temporary password to them alone, and list them."""
    [stack] = client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    cognito: CognitoIdentityProviderClient = client("cognito-idp")
    person = Person(
        person_id=_invited(cognito, outputs["UserPoolId"], email, given_name, family_name),
        email=email,
        given_name=given_name,
        family_name=family_name,
        groups=frozenset({Group.ADMINS}),
        checked_at=system_clock(),
    )
    cognito.admin_add_user_to_group(UserPoolId=outputs["UserPoolId"], Username=person.person_id, GroupName=Group.ADMINS)
    table = Table(client("dynamodb"), outputs["TableName"])
    people = DynamoPersonRepository(table, WorkspaceId(parameters["SlackTeamId"]))
    try:
        people.add(person)
    except ConflictError:
        return people.get(person.person_id)
    return person


def _invited(
    cognito: "CognitoIdentityProviderClient", pool: str, email: str, given_name: str, family_name: str
) -> PersonId:
    # Who signs in with the password has received the mail, so the address is theirs.
    facts = {"email": email, "email_verified": "true", "given_name": given_name, "family_name": family_name}
    attributes: list[AttributeTypeTypeDef] = [{"Name": name, "Value": value} for name, value in facts.items() if value]
    try:
        created = cognito.admin_create_user(
            UserPoolId=pool, Username=email, UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"]
        )
        return PersonId(created["User"]["Username"])
    except cognito.exceptions.UsernameExistsException:
        found = cognito.admin_get_user(UserPoolId=pool, Username=email)
        if found["UserStatus"] == _INVITED:
            cognito.admin_create_user(
                UserPoolId=pool, Username=email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
            )
        return PersonId(found["Username"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.first_admin", description=__doc__)
    parser.add_argument("email", help="where the invitation goes; best the address of their Slack profile")
    parser.add_argument("given_name")
    parser.add_argument("family_name", nargs="?", default="")
    parser.add_argument("--stack", default=STACK_NAME, help=f"the deployed stack (default: {STACK_NAME})")
    options = parser.parse_args(arguments)
    client: Any = boto3.Session().client
    person = invite(client, options.stack, options.email, options.given_name, options.family_name)
    sys.stdout.write(f"{person.name} is invited as an admin: {person.email}. Next, in Slack: /task link\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
