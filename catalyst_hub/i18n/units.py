"""What limits count, by name."""

from __future__ import annotations

from collections.abc import Mapping

from catalyst_hub.core.resources import Unit
from catalyst_hub.i18n.translator import N_, Translator

_NAMES: Mapping[Unit, str] = {
    Unit.SERVERS: N_("Servers"),
    Unit.CPU: N_("CPUs"),
    Unit.MEMORY: N_("Memory"),
    Unit.GPU: N_("GPUs"),
    Unit.SERVER_HOURS: N_("Server-hours"),
    Unit.CPU_HOURS: N_("CPU-hours"),
    Unit.GIB_HOURS: N_("GB-hours of memory"),
    Unit.GPU_HOURS: N_("GPU-hours"),
    Unit.MONEY: N_("Money"),
}


def unit_name(unit: Unit, translator: Translator) -> str:
    """What a limit on it is called in a list."""
    return translator.gettext(_NAMES[unit])


def unit_inside(unit: Unit, translator: Translator) -> str:
    """The same inside a sentence: ``server-hours``; what is written large anyway (``CPU``,
    ``Go``) stays so."""
    name = unit_name(unit, translator)
    is_word = len(name) > 2 and name[1:3].isalpha() and name[1:3].islower()
    return name[0].lower() + name[1:] if is_word else name
