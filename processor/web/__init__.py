"""The web process: webhooks, health, and the only rooms that know Starlette."""
