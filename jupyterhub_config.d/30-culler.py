"""The loop beside the Hub that observes sessions and repairs the ledger."""

from catalyst_hub.hub import configure_culler

c = get_config()
configure_culler(c)
