"""The champions' pages, and everybody's own use."""

from catalyst_hub.hub import configure_champion

c = get_config()
configure_champion(c)
