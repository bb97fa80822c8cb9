"""What the Hub answers as long as the store cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tornado.web import HTTPError

from catalyst_hub.core.unit_of_work import StoreUnavailableError


@contextmanager
def store_needed() -> Iterator[None]:
    """For what cannot be answered without the store: 503 while it is away."""
    try:
        yield
    except StoreUnavailableError as error:
        raise HTTPError(503, "The store is not available") from error
