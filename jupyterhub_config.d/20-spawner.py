"""What they may start: the picker, admission, and the ledger's record of every session."""

from catalyst_hub.hub import configure_spawner

c = get_config()
configure_spawner(c)
