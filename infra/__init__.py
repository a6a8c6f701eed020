"""Where the product runs: the CDK stack, the Lambda bundle, and the same stack on one machine."""
