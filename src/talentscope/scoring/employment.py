"""What a brief asks about employers, as companies of the registry. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from talentscope.registry.read import Registry, read_registry
from talentscope.runtime.errors import BriefError
from talentscope.scoring.brief import Brief


@dataclass(frozen=True)
class Employment:
    """Company ids: `only` those (None: anybody), and `without` these. `names` is what each company is called."""

    only: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The same for the same companies."""
        return self.only, self.without

    def name_of(self, company_id: str) -> str:
        """The company's name, or its id when the registry no longer has it."""
        return self.names.get(company_id, company_id)


ANYBODY = Employment()


def find_employment(brief: Brief, registry: Registry | None = None) -> Employment:
    """The companies that a brief's `employers` and `exclude_companies` mean; the shipped registry when none is given.

    Raises BriefError for one of `employers` that is no company of the registry. A word of `exclude_companies` that is
    none is only compared with what profiles state.
    """
    known = registry or _shipped()
    only = tuple(dict.fromkeys(_company_id(brief, known, text) for text in brief.developer.employers))
    called = [known.called(text) for text in brief.developer.exclude_companies]
    without = tuple(dict.fromkeys(company.company_id for company in called if company is not None))
    names = {company.company_id: company.name for company in known.companies}
    return Employment(only or None, without, names)


@lru_cache(maxsize=1)
def _shipped() -> Registry:
    return read_registry()


def _company_id(brief: Brief, registry: Registry, text: str) -> str:
    whole = registry.owner(text)
    company = registry.called(text) or (registry.named(text) if whole is None else None)
    if company is not None:
        return company.company_id
    if whole is not None:
        way_out = f"it belongs to {whole.name}; for everybody there write {whole.company_id}"
    else:
        way_out = registry.suggest(text) or "`talentscope companies --registry` lists the companies"
    raise BriefError(
        f"{brief.name}: developer.employers: expected companies of the registry, came {text[:80]!r}", way_out=way_out
    )
