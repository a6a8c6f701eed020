"""Who may sign in, how, and through which client."""

from typing import Any

import pytest

from core.people.invitation import VALID_DAYS
from tests.support.template import StackTemplate, written


@pytest.fixture
def clients(template: StackTemplate) -> dict[str, dict[str, Any]]:
    return template.resources("AWS::Cognito::UserPoolClient")


def test_people_sign_in_with_an_email_in_any_case(template: StackTemplate) -> None:
    pool = template.only("AWS::Cognito::UserPool")

    assert pool["UsernameAttributes"] == ["email"]
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool["AutoVerifiedAttributes"] == []


def test_the_pool_has_attributes_for_what_a_profile_says(template: StackTemplate) -> None:
    assert {each["Name"]: each["Mutable"] for each in template.only("AWS::Cognito::UserPool")["Schema"]} == {
        "email": True,
        "title": True,
        "time_zone": True,
    }


def test_nobody_signs_themselves_up(template: StackTemplate) -> None:
    assert template.only("AWS::Cognito::UserPool")["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_passwords_are_long_and_mixed(template: StackTemplate) -> None:
    assert template.only("AWS::Cognito::UserPool")["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 12,
        "RequireLowercase": True,
        "RequireUppercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "TemporaryPasswordValidityDays": 7,
    }


def test_the_groups_are_admins_and_team_members(template: StackTemplate) -> None:
    groups = template.resources("AWS::Cognito::UserPoolGroup").values()

    assert {group["GroupName"] for group in groups} == {"Admins", "TeamMembers"}


def test_there_are_three_clients_each_with_a_secret(clients: dict[str, dict[str, Any]]) -> None:
    assert clients.keys() == {"PeoplePoolAdminClient", "PeoplePoolUserClient", "PeoplePoolLinkClient"}
    for client in clients.values():
        assert client["GenerateSecret"] is True
        assert client["EnableTokenRevocation"] is True
        assert client["PreventUserExistenceErrors"] == "ENABLED"


@pytest.mark.parametrize("name", ["PeoplePoolAdminClient", "PeoplePoolUserClient"])
def test_the_apis_clients_take_passwords_from_the_server_only(clients: dict[str, dict[str, Any]], name: str) -> None:
    assert set(clients[name]["ExplicitAuthFlows"]) == {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert clients[name]["AllowedOAuthFlowsUserPoolClient"] is False


@pytest.mark.parametrize("name", ["PeoplePoolAdminClient", "PeoplePoolUserClient"])
def test_who_has_a_token_of_the_api_writes_no_names_past_it(clients: dict[str, dict[str, Any]], name: str) -> None:
    assert clients[name]["WriteAttributes"] == ["email"]


def test_linking_is_a_code_grant_that_comes_back_to_our_page(clients: dict[str, dict[str, Any]]) -> None:
    link = clients["PeoplePoolLinkClient"]

    assert link["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert link["AllowedOAuthFlows"] == ["code"]
    assert set(link["AllowedOAuthScopes"]) == {"openid", "email"}
    assert [written(url) for url in link["CallbackURLs"]] == [
        "{PublicUrlIsEmpty: HttpApi.ApiEndpoint, else PublicUrl}/web/link/callback"
    ]


def test_the_login_pages_have_an_address_of_this_stacks_own(template: StackTemplate) -> None:
    domain = template.only("AWS::Cognito::UserPoolDomain")

    assert domain["ManagedLoginVersion"] == 2
    assert written(domain["Domain"]).startswith("taskbot-AWS::StackId")


def test_managed_login_has_a_look_wherever_it_is_used(template: StackTemplate) -> None:
    """Without one, its pages are an error. https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-branding.html"""
    [branding] = [
        each for each in template.body["Resources"].values() if each["Type"] == "AWS::Cognito::ManagedLoginBranding"
    ]

    assert branding["Condition"] == "LoginUrlIsEmpty"
    assert written(branding["Properties"]["ClientId"]) == "PeoplePoolLinkClient"


def test_a_temporary_password_is_good_for_as_long_as_its_mail_says(template: StackTemplate) -> None:
    policy = template.only("AWS::Cognito::UserPool")["Policies"]["PasswordPolicy"]

    assert policy["TemporaryPasswordValidityDays"] == VALID_DAYS


def test_a_second_factor_is_everybodys_own_choice_and_no_text_message(template: StackTemplate) -> None:
    pool = template.only("AWS::Cognito::UserPool")

    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])


def test_a_profile_has_a_title_and_a_time_zone_that_can_be_changed(template: StackTemplate) -> None:
    """Cognito takes no attribute away again: what stands here once stays."""
    schema = {each["Name"]: each for each in template.only("AWS::Cognito::UserPool")["Schema"]}

    assert schema.keys() == {"email", "title", "time_zone"}
    assert all(schema[name]["Mutable"] for name in schema)
    assert schema["email"]["Required"] is True


def test_threat_protection_and_its_dearer_plan_are_there_where_a_stage_asks(
    template: StackTemplate, full: StackTemplate
) -> None:
    plain, watched = (each.only("AWS::Cognito::UserPool") for each in (template, full))

    assert plain["UserPoolTier"] == "ESSENTIALS"
    assert "UserPoolAddOns" not in plain
    assert watched["UserPoolTier"] == "PLUS"
    assert watched["UserPoolAddOns"]["AdvancedSecurityMode"] == "ENFORCED"


def test_the_pools_mails_go_through_ses_once_a_deployment_says_so(template: StackTemplate) -> None:
    condition, by_ses, otherwise = template.only("AWS::Cognito::UserPool")["EmailConfiguration"]["Fn::If"]

    assert template.body["Conditions"][condition] == {"Fn::Equals": [{"Ref": "SignInMail"}, "ses"]}
    assert otherwise == {"EmailSendingAccount": "COGNITO_DEFAULT"}
    assert by_ses["EmailSendingAccount"] == "DEVELOPER"
    assert written(by_ses["From"]) == "MailSender"
    assert written(by_ses["SourceArn"]) == "arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:identity/MailDomain"
    assert written(by_ses["ConfigurationSet"]) == "MailSet"
