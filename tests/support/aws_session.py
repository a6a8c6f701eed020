"""One boto3 session for every client that a test makes."""

from functools import cache

import boto3


@cache
def session() -> boto3.Session:
    """With keys that open nothing. What botocore reads from its files takes longer than most tests; it is kept here."""
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-north-1")
