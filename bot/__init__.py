"""What people see in Slack: payloads into service calls, results into Block Kit."""
