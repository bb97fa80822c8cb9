"""The loop beside the Hub: observe its servers, repair the ledger, say that somebody looks."""
