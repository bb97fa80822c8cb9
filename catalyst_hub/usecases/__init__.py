"""The verbs: one file for each thing the product does.

Synchronous; each takes a unit of work and ``now``, runs in one transaction, and is independent
of the others. What goes wrong for a reason people can act on is returned, never raised.
"""
