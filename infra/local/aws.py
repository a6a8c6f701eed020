"""Clients for the AWS emulator, deaf to whatever AWS account this machine is set up for."""

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

REGION = "us-east-1"
ACCOUNT = "000000000000"
KEY = "test"
"""Key id and secret of the account's owner, who may do everything."""

_NOT_FROM_ENVIRONMENT: dict[str, Any] = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class LocalAws:
    """Makes boto3 clients that talk to `endpoint` and nothing else."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._session: Any = boto3.Session(
            botocore_session=botocore.session.Session(session_vars=_NOT_FROM_ENVIRONMENT),
            region_name=REGION,
            aws_access_key_id=KEY,
            aws_secret_access_key=KEY,
        )

    def client(self, service: str) -> Any:
        """Make a client; the caller's annotation says which."""
        # No proxies: a proxy for the internet cannot reach this machine's loopback.
        config = Config(proxies={}, retries={"mode": "standard", "max_attempts": 3})
        return self._session.client(service, endpoint_url=self.endpoint, config=config)
