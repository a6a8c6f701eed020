"""The repositories over the DynamoDB table."""
