"""Every address and method there is, for everybody: the table says who is answered what."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from tornado.web import RequestHandler

from catalyst_hub.bootstrap import utc_now
from tests.authorization.cast import COMMUNITIES, Cast
from tests.authorization.table import PERSONS, PLACEHOLDER, Row, rows
from tests.champion.conftest import opened_site
from tests.champion.site import PREFIX, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROWS = rows()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    async with opened_site(folder, utc_now, COMMUNITIES) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(site: Site) -> AsyncIterator[Cast]:
    async with Cast(site) as everybody:
        await everybody.follow()
        yield everybody


@pytest.mark.parametrize("row", ROWS, ids=[row.title for row in ROWS])
async def test_everybody_is_answered_as_the_table_says(cast: Cast, row: Row) -> None:
    answers = {person: await cast.answer(row, person) for person in PERSONS}
    assert answers == dict(zip(PERSONS, row.answers, strict=True)), f"line {row.line}"


async def test_no_address_and_no_method_is_missing_in_the_table(site: Site) -> None:
    routes = [*_routes_of_service(site), *_routes_of_hub(site)]
    tried = {(_first(routes, _example(row.address)), row.method) for row in ROWS}
    served = {(route, method) for route, handler in routes for method in _methods(handler)}
    assert sorted(served - tried) == [], "add what is missing to table.txt"
    assert sorted(row for row in tried - served) == [], "no such address or method"


def _routes_of_service(site: Site) -> Iterator[tuple[str, type]]:
    for rule in site.service.default_router.rules[0].target.rules:
        yield rule.matcher.regex.pattern, rule.target


def _routes_of_hub(site: Site) -> Iterator[tuple[str, type]]:
    """In the order in which the Hub asks them: of two alike the second is never reached."""
    seen: set[str] = set()
    for route, handler, *_ in site.app.handlers:
        if route.startswith("/hub/") and route not in seen:
            seen.add(route)
            yield route, handler


def _methods(handler: type) -> list[str]:
    return [
        method
        for method in METHODS
        if getattr(handler, method.lower(), None) is not getattr(RequestHandler, method.lower())
    ]


def _example(address: str) -> str:
    """The path with something in each gap that any of our patterns takes."""
    return PLACEHOLDER.sub("7", address).partition("?")[0]


def _first(routes: list[tuple[str, type]], path: str) -> str:
    is_of_service = path.startswith(PREFIX)
    return next(
        (
            route
            for route, _ in routes
            if route.startswith(PREFIX.rstrip("/")) == is_of_service
            and re.fullmatch(route.rstrip("$"), path)
        ),
        path,
    )
