"""What the product is: tasks, people and notifications, without Slack payloads, HTTP or Lambda."""
