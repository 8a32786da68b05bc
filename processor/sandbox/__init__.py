"""A stand-in for Watbot's API, written from its public description alone; it shares no code with the rest.

A call walks one line (api.py): route, token, limit, fault on order, validation, method, answer; control.py is the
back door of tests (`/_sandbox`), page.py what a person sees. Start it with `python -m processor.sandbox --help`.
"""
