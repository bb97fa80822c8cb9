"""The load, the plan of who dies when, and the settling of everything afterwards."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from tests.chaos.books import booked, faults
from tests.chaos.world import PEOPLE, SEATS, VICTIMS, World
from tests.support.demo import until

#: Seconds between two deaths at most, and for which Hub or database stay away.
_PAUSE_S, _AWAY_S = 4.0, 2.0
#: A Hub takes seconds to come back, and nobody else is tried meanwhile.
_WEIGHTS = {"hub": 1, "database": 2, "culler": 3, "champion": 1, "proxy": 2, "server": 4}


@dataclass(frozen=True)
class Death:
    """At this second of the run that one dies, and what is started by hand is away for a while."""

    at_s: float
    victim: str
    away_s: float


def plan(seed: str, seconds: float, *, has_database: bool) -> list[Death]:
    """The same for the same seed."""
    dice, deaths, at_s = random.Random(seed), [], 0.0
    victims = [victim for victim in VICTIMS if has_database or victim != "database"]
    while True:
        at_s += dice.uniform(0.2, _PAUSE_S)
        if at_s > seconds:
            return deaths
        (victim,) = dice.choices(victims, [_WEIGHTS[victim] for victim in victims])
        deaths.append(Death(at_s, victim, dice.uniform(0, _AWAY_S)))


@dataclass
class Told:
    """What happened, for whoever reads it afterwards."""

    answers: Counter[int] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    sessions: int = 0
    charged: int = 0

    def __str__(self) -> str:
        died = ", ".join(f"{who} {times}" for who, times in sorted(self.deaths.items()))
        said = ", ".join(f"{status}: {times}" for status, times in sorted(self.answers.items()))
        return (
            f"{self.sessions} sessions, {self.charged} charged; killed: {died};"
            f" answers to starts: {said}"
        )


def run(world: World, seed: str, seconds: float) -> Told:
    """Start the world, let people work and processes die, settle, and compare."""
    told, over = Told(), threading.Event()
    world.start()
    for name in PEOPLE:
        world.sign_in(name)
    learners = [
        threading.Thread(target=_work, args=(world, name, f"{seed}/{name}", told, over))
        for name in PEOPLE
    ]
    for learner in learners:
        learner.start()
    try:
        _let_die(world, plan(seed, seconds, has_database=world.postgresql is not None), told)
    finally:
        over.set()
        for learner in learners:
            learner.join(60)
    _settle(world)
    told.faults = [*faults(world), *_seats_are_free(world)]
    sessions = booked(world)
    told.sessions, told.charged = len(sessions), sum(bool(one.charges) for one in sessions)
    return told


def _let_die(world: World, deaths: list[Death], told: Told) -> None:
    began = time.monotonic()
    for death in deaths:
        time.sleep(max(0.0, began + death.at_s - time.monotonic()))
        world.kill(death.victim, death.away_s)
        told.deaths[death.victim] += 1


def _work(world: World, name: str, seed: str, told: Told, over: threading.Event) -> None:
    """Somebody who starts a server, works a little, and stops it, whatever the answers are."""
    dice = random.Random(seed)
    while not over.is_set():
        with suppress(httpx.HTTPError):
            told.answers[world.ask_to_start(name)] += 1
        over.wait(dice.uniform(0.3, 4))
        if dice.random() < 0.7:
            with suppress(httpx.HTTPError):
                world.ask_to_stop(name)
            over.wait(dice.uniform(0, 1))


def _settle(world: World) -> None:
    """Everything is up, nothing runs, and all of it has been looked at."""
    until(world.answers, 90)
    until(lambda: _is_empty(world), 120)
    world.wait_for_a_look()
    # Reservations of starts that died are given back after the culler's patience, 5 s here.
    until(lambda: not _live(world), 60)


def _is_empty(world: World) -> bool:
    with suppress(httpx.HTTPError):
        servers = world.servers()
        for name, server in servers.items():
            if server["ready"]:
                world.ask_to_stop(name)
        return not servers
    return False


def _live(world: World) -> list[str]:
    return [one.session_id for one in booked(world) if one.state in ("reserved", "running")]


def _seats_are_free(world: World) -> Iterator[str]:
    """As many can start as there are seats, and no one more."""
    answers = [world.ask_to_start(name) for name in PEOPLE]
    admitted = sum(status in (201, 202) for status in answers)
    if admitted != SEATS:
        yield f"{admitted} of {len(PEOPLE)} could start on {SEATS} seats afterwards: {answers}"
    until(lambda: _is_empty(world), 60)
