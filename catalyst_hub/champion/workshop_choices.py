"""What the form of a workshop offers to choose from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from babel.dates import format_date, format_timedelta

from catalyst_hub.champion.workshop_forms import Written
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.i18n import LANGUAGE_NAMES, Translator
from catalyst_hub.i18n.culling import duration_text

#: Value and what it is called.
Choice = tuple[str, str]
_A_MONDAY = date(2026, 11, 16)
_MINUTES = (10, 20, 30, 60)
_DAYS = (7, 14, 30, 90)
#: In minutes, by the field of the form.
_CULLING: Mapping[str, Sequence[int]] = MappingProxyType(
    {
        "idle": (10, 20, 30, 60),
        "max_age": (120, 240, 480, 720, 1440),
        "ceiling": (30, 60, 120, 240, 480),
        "grace": (15, 30, 60, 120),
    }
)
_FEW_DIGITS = re.compile(r"[1-9]\d{0,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choices:
    """In the reader's language; what is written already is always among them."""

    community: Community
    written: Written
    speak: Translator

    @staticmethod
    def usual_server(community: Community) -> str:
        """What is marked in a new form: what the community starts usually; empty: nothing."""
        named = community.profile(community.default_profile)
        profile = named or next(iter(community.profiles), None)
        if profile is None:
            return ""
        return f"{profile.slug}/{profile.default_size or profile.sizes[0].slug}"

    @property
    def servers(self) -> list[Choice]:
        """Environment and size as one choice: on a phone that is one tap less."""
        language = self.speak.language
        found = [
            (f"{profile.slug}/{size.slug}", f"{text_in(profile.title, language)} · {size_title}")
            for profile in self.community.profiles
            for size in profile.sizes
            if (size_title := text_in(size.title, language))
        ]
        return self._with_written("server", found, self.written["server"].rstrip("/"))

    @property
    def languages(self) -> list[Choice]:
        """The community's own first."""
        own = [code for code in self.community.languages if code in LANGUAGE_NAMES]
        return [(code, LANGUAGE_NAMES[code]) for code in dict.fromkeys([*own, *LANGUAGE_NAMES])]

    @property
    def weekdays(self) -> list[Choice]:
        """Monday first, as plans count them."""
        names = (
            format_date(_A_MONDAY + timedelta(days=day), "EEE", locale=self.speak.locale)
            for day in range(7)
        )
        return [(str(day), name) for day, name in enumerate(names)]

    @property
    def minutes(self) -> list[Choice]:
        """How long before each day its servers are started."""
        found = [(str(n), self._lasting(timedelta(minutes=n), "minute")) for n in _MINUTES]
        return self._with_written("warm", [("0", self.speak.gettext("Not at all")), *found])

    @property
    def days(self) -> list[Choice]:
        """After how many days people who came for it alone go."""
        found = [(str(n), self._lasting(timedelta(days=n), "day")) for n in _DAYS]
        return self._with_written("clean", found)

    def culling(self, name: str) -> list[Choice]:
        """How long one of the limits of when its servers stop is, by its field of the form."""
        found = [(str(n), self._lasting_for(n)) for n in _CULLING[name]]
        if name == "grace":
            found.insert(0, ("0", self.speak.gettext("Not at all")))
        written = self.written[name]
        # By other means than this form, such as 45 minutes, or nonsense.
        said = self._lasting_for(int(written)) if _FEW_DIGITS.fullmatch(written) else ""
        return self._with_written(name, found, said)

    def _lasting_for(self, minutes: int) -> str:
        return duration_text(timedelta(minutes=minutes), self.speak)

    def _lasting(self, time: timedelta, unit: Literal["day", "minute"]) -> str:
        return format_timedelta(time, granularity=unit, threshold=99, locale=self.speak.locale)

    def _with_written(self, name: str, found: list[Choice], said: str = "") -> list[Choice]:
        value = self.written[name]
        is_there = not value or value in {choice for choice, _ in found}
        return found if is_there else [*found, (value, said or value)]
