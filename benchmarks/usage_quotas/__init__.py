"""Side by side with jupyterhub-usage-quotas: the same policy, the same people, the same race.

    python -m benchmarks.usage_quotas [--python PYTHON3.12] [--people 100] [--decisions 200]
                                      [--servers 40] [--ours]

The policy: 10 GiB-hours in 30 days for each person. Both hubs have the same history, ours in its
ledger, theirs in a real Prometheus (Debian's ``prometheus``) with one sample a minute, as theirs
asks for. It lives in a virtual environment of its own (``.venv-peers``), as it needs Python 3.12.
"""
