"""One pass of the culler beside one of jupyterhub-idle-culler, over a hub with many users.

Both cull the same hub: the same users, servers and instants of activity, in a real Hub with a
spawner that starts nothing. Theirs is bare; ours has admission and the ledger around each stop.
"""
