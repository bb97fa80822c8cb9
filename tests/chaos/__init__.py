"""Everything is killed at random moments, under load, and the books must balance afterwards.

    python -m tests.chaos --seconds 1800 --database postgresql [--seed 7]

People start and stop real servers all the while; each server keeps its own record of when it ran.
Hub, culler, champions' pages, proxy and database, and the servers themselves, die by SIGKILL by
a plan that the printed seed makes again. Then everything is brought up, and the ledger is held
against the servers' records.
"""
