"""One object that speaks one language: sentences, and what goes into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import NullTranslations
from types import MappingProxyType

from babel import Locale

from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.i18n import formats
from catalyst_hub.i18n.catalogue import catalogue

#: What each language calls itself.
LANGUAGE_NAMES: Mapping[str, str] = MappingProxyType(
    {"en": "English", "es": "Español", "pt": "Português", "fr": "Français"}
)

_GIB = 1024**3
#: Memory is counted in MiB per millisecond; people read GB (of 1024 MB, as memory is sold) hours.
_MIB_MS_PER_GIB_HOUR = 1024 * HOUR_MS


def N_(message: str) -> str:  # noqa: N802  the name that gettext's tools look for
    """Mark a sentence for translation that is looked up later."""
    return message


@dataclass(frozen=True)
class Translator:
    """Speaks ``language`` as it is spoken in a country. Get one from :func:`translator`."""

    language: str
    locale: Locale
    catalogue: NullTranslations

    def gettext(self, message: str, /, **values: object) -> str:
        """The sentence; ``%(name)s`` in it are filled when values are given."""
        text = self.catalogue.gettext(message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The sentence for ``n`` of something."""
        text = self.catalogue.ngettext(one, many, n)
        return text % values if values else text

    def number(self, value: float | Decimal, digits: int = 2) -> str:
        """A number with at most ``digits`` decimals."""
        exact = value if isinstance(value, int | Decimal) else Decimal(str(value))
        return formats.number(exact, digits, self.locale)

    def percent(self, value: int) -> str:
        """A whole number of percent."""
        return formats.percent(value, self.locale)

    def money(self, micros: int, currency: str) -> str:
        """Micro-units of a currency as people write them."""
        return formats.money(micros, currency, self.locale)

    def rate(self, micros: int, currency: str) -> str:
        """Micro-units an hour as people write them; up to four decimals."""
        return formats.rate(micros, currency, self.locale)

    def hours(self, ms: int) -> str:
        """``12.5 h``."""
        return self.number(_per(ms, HOUR_MS)) + " h"

    def memory(self, size: int) -> str:
        """Bytes as ``1.5 GB``."""
        if size < _GIB:
            return self.number(_per(size, 1024**2), 0) + " MB"
        return self.number(_per(size, _GIB), 1) + " GB"

    def cpu(self, milli: int) -> str:
        """Milli-CPUs as ``1.5 CPU``."""
        return self.number(_per(milli, 1000)) + " CPU"

    def day(self, on: date) -> str:
        """A calendar day with its year."""
        return formats.day(on, self.locale)

    def instant(self, at: datetime, zone: str) -> str:
        """Day, hour and whose time it is: ``Tue, Dec 1, 00:00 (Córdoba time)``."""
        day, time = formats.day_and_time(at, zone, self.locale)
        city = formats.city(zone, self.locale)
        return self.gettext("%(day)s, %(time)s (%(city)s time)", day=day, time=time, city=city)

    def amount(self, unit: Unit, amount: int, currency: str) -> str:
        """A canonical integer of a limit's unit as people write it, with the unit."""
        match unit:
            case Unit.SERVERS:
                text = self.number(amount)
                return self.ngettext("%(n)s server", "%(n)s servers", amount, n=text)
            case Unit.CPU:
                return self.cpu(amount)
            case Unit.MEMORY:
                return self.memory(amount)
            case Unit.GPU:
                return f"{self.number(amount)} GPU"
            case Unit.MONEY:
                return self.money(amount, currency)
            case _:
                return self._over_time(unit, amount)

    def _over_time(self, unit: Unit, amount: int) -> str:
        if unit is Unit.SERVER_HOURS:
            return self.hours(amount)
        if unit is Unit.GIB_HOURS:
            n = self.number(_per(amount, _MIB_MS_PER_GIB_HOUR))
            return self.gettext("%(n)s GB-hours", n=n)
        n = self.number(_per(amount, HOUR_MS))
        if unit is Unit.CPU_HOURS:
            return self.gettext("%(n)s CPU-hours", n=n)
        return self.gettext("%(n)s GPU-hours", n=n)


def _per(amount: int, whole: int) -> Decimal:
    return Decimal(amount) / whole


@cache
def translator(language: str, country: str | None = None) -> Translator:
    """The translator for a language (one of ``core.policy.LANGUAGES``, else English).

    ``country`` (ISO 3166) chooses how numbers, money and times are written.
    """
    language = language if language in LANGUAGES else "en"
    return Translator(language, formats.locale_for(language, country), catalogue(language))
