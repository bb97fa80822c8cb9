"""Who people are, and which communities they belong to."""

from catalyst_hub.hub import configure_authenticator

c = get_config()
configure_authenticator(c)
