"""What a person does in Slack. Each act becomes the request that Slack would send, and its answer what Slack shows.

acting.py          who may act, and how an act ended
commands.py        typing a slash command
presses.py         buttons and menus, in messages and in views
modals.py          filling in, submitting and closing a modal
entrances.py       shortcuts and App Home
talk.py            plain messages
administration.py  inviting and changing people, taking the app away
"""
