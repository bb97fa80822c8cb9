"""How far a community's champions, and its people, may go by themselves; the operator draws the
line in the communities file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

#: No file lets people keep a server longer: what goes on for longer is an exception.
MOST_TIMES_KEPT = 5
LONGEST_KEPT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What champions may do without asking the operator.

    ``most_champions`` counts everybody who is one, whoever made her one. Exceptions to one limit
    add at most ``most_exception_percent`` of it, all together; what champions put into the budget
    is at most ``most_top_up_micros`` of its currency in a calendar month. They spare people's idle
    servers for at most ``most_spare_days``; 0: not at all. A workshop that is larger in anything
    than ``most_workshop_…`` (days on which it takes place; None: any budget that is there) waits
    for the operator's answer.
    """

    champions_may_appoint: bool = False
    most_champions: int = 10
    most_invitation_seats: int = 500
    most_invitation_days: int = 90
    champions_may_make_exceptions: bool = False
    most_exception_percent: int = 100
    most_exception_days: int = 30
    exceptions_of_money: bool = False
    exceptions_for_oneself: bool = False
    most_top_up_micros: int = 0
    most_workshop_seats: int = 100
    most_workshop_days: int = 31
    most_workshop_budget_micros: int | None = None
    most_spare_days: int = 14


@dataclass(frozen=True, slots=True)
class Keeping:
    """How often a person may put off the stop of one server, and for how long ``each`` time.

    ``money_times`` is for limits on money, which nobody exceeds unless the operator has said so.
    """

    times: int = 1
    money_times: int = 0
    each: timedelta = timedelta(minutes=30)
