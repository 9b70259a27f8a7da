"""The one command that runs a whole platform: private servers where none is named, and children.

It knows the ground floor only. Web, relay, worker, scheduler and sealer are started as commands, so
that a fault in one of them can never take the supervisor down.
"""
