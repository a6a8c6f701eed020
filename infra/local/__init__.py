"""The whole system on one machine: the deployed template in an AWS emulator, and a Slack workspace in front of it."""
