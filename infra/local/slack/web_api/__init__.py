"""The Web API: https://docs.slack.dev/apis/web-api. One module per family; `dispatch` finds and guards the method."""
