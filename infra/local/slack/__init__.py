"""A Slack workspace on this machine: the Web API it answers, the requests it signs, the rules it enforces.

workspace.py      who and what is in it; the only state
manifest.py       what manifest.yml allows the app
web_api/          what the app may ask of Slack, one module per family of methods
rules/            what Slack refuses in blocks and views, as data
people/           what a person does, turned into the request Slack would send
payloads.py       the content of those requests
event_payloads.py the content of events
requests.py       signing, sending and judging them
events.py         the Events API: the same, repeated until acknowledged
answers.py        what the app may say back to a command, a button or a response URL
faults.py         trouble on demand, as playing_faults.py plays it
view_stacks.py    the modals in front of a person, and their App Home
control.py        the same for tests and tools, as JSON, with backstage.py for what no person does
page.py           the page at `/`
"""
