"""Which company of the registry a stated employer is. Pure; names are as of a day, and only what is exact counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256

from talentscope.registry.company import Company, Dated
from talentscope.registry.read import Registry
from talentscope.registry.stated import Claim, Kind, claims
from talentscope.runtime.words import fold

RULES = 1
"""Raised when this file or stated.py comes to other answers, so that stored ones are worked out anew."""

LIKENESS = 90.0
"""rapidfuzz's ratio from which a name is put before a person as perhaps meant."""

SHORTEST = 5
"""Letters from which a likeness says anything: `Snap` and `Soap` are like, too."""

OWN_PAGES = ("www", "careers", "jobs", "about", "corp")
"""Hosts under a company's domain that stand for the company itself."""


@dataclass(frozen=True)
class Employer:
    """A company that somebody states as the employer.

    `confidence` is high (its organisation on GitHub, or a name it has now), medium (a name it had, a part of it, a name
    that is a common word, its address) or review (only like a name: for a person to judge, used for nothing).
    `evidence` is a sentence.
    """

    company_id: str
    name: str
    confidence: str
    evidence: str


class Employers:
    """The employers of a registry as of a day, made ready once for many texts."""

    def __init__(self, registry: Registry, *, on: date) -> None:
        self._by_organisation: dict[str, Company] = {}
        self._by_name: dict[str, Employer] = {}
        self._by_host: dict[str, Company] = {}
        for company in registry.companies:
            self._by_organisation.update((name.lower(), company) for name in _organisations(company, on))
            if company.website and "/" not in company.website:
                self._by_host[company.website] = company
        joined: dict[str, Employer] = {}
        for entries in (_current(registry, on), _subsidiaries(registry, on), _former(registry, on)):
            for name, employer in entries:
                words = _cleaned(name)
                self._by_name.setdefault(words, employer)
                joined.setdefault(_joined(name), employer)
        for name, employer in joined.items():  # CreditKarma
            if len(name) > SHORTEST:
                self._by_name.setdefault(name, replace(employer, confidence="medium"))

    @cached_property
    def fingerprint(self) -> str:
        """Equal for equal names, whatever the day: with the same one a text resolves to the same employer."""
        organisations = sorted((name, company.company_id) for name, company in self._by_organisation.items())
        hosts = sorted((host, company.company_id) for host, company in self._by_host.items())
        told = repr((RULES, organisations, hosts, sorted(self._by_name.items(), key=lambda entry: entry[0])))
        return sha256(told.encode()).hexdigest()[:16]

    def resolve(self, stated: str) -> Employer | None:
        """The company that a text states as the present employer, if it is one of the registry."""
        found = claims(stated)
        for claim in found:
            if employer := self._exact(claim):
                return employer
        return next((like for claim in found if (like := self._like(claim))), None)

    def _exact(self, claim: Claim) -> Employer | None:
        if claim.kind is Kind.HANDLE:
            return self._of_handle(claim.text)
        if claim.kind is Kind.DOMAIN and (employer := self._of_host(claim.text)):
            return employer
        return self._by_name.get(_cleaned(claim.text))

    def _begins(self, words: str) -> Employer | None:
        """IBM India: a name of today and one word more, or two."""
        cut = words.split()
        for count in (len(cut) - 1, len(cut) - 2):
            employer = self._by_name.get(" ".join(cut[:count])) if count > 0 else None
            if employer is not None and employer.confidence == "high":
                return employer
        return None

    def _of_handle(self, handle: str) -> Employer | None:
        if company := self._by_organisation.get(handle.lower()):
            return _employer(company, "high", f"states @{handle}, an organisation of {company.name} on GitHub")
        named = self._by_name.get(fold(handle).strip())
        if named is None:
            return None
        evidence = f"states @{handle}; {named.evidence.removeprefix('states ')}"
        return Employer(named.company_id, named.name, "medium", evidence)

    def _of_host(self, host: str) -> Employer | None:
        first, _, rest = host.partition(".")
        company = self._by_host.get(host) or (self._by_host.get(rest) if first in OWN_PAGES else None)
        return _employer(company, "medium", f"states {host}, the address of {company.name}") if company else None

    def _like(self, claim: Claim) -> Employer | None:
        from rapidfuzz import fuzz, process

        words = _cleaned(claim.text)
        if claim.kind is Kind.DOMAIN or len(words) < SHORTEST:
            return None
        first = self._begins(words)
        if first is not None:
            evidence = f"states {_quoted(claim.text)}, which begins with a name of {first.name}"
            return Employer(first.company_id, first.name, "review", evidence)
        near = process.extractOne(words, self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=LIKENESS)
        if near is None:
            return None
        company = self._by_name[near[0]]
        evidence = f"states {_quoted(claim.text)}, which is like {_quoted(near[0])} ({near[1]:.0f} of 100)"
        return Employer(company.company_id, company.name, "review", evidence)


def resolve(stated: str, registry: Registry, *, on: date) -> Employer | None:
    """The company of the registry that a text states as the present employer on a day. For many texts: Employers."""
    return Employers(registry, on=on).resolve(stated)


def _organisations(company: Company, on: date) -> Iterable[str]:
    """Those of the day: one that is called as a part of the company counts while that part belongs to it."""
    parts = {_joined(part.text): part for part in company.subsidiaries}
    for organisation in company.github_organisations:
        part = parts.get(_joined(organisation))
        if part is None or part.holds_on(on):
            yield organisation


def _current(registry: Registry, on: date) -> Iterable[tuple[str, Employer]]:
    for company in registry.companies:
        for name in (Dated(company.name), *company.aliases):
            if name.holds_on(on):
                rest = "a name of" if fold(name.text) != fold(company.name) else "the name of"
                evidence = f"states {_quoted(name.text)}, {rest} {company.name}"
                yield name.text, _employer(company, "medium" if company.is_common_word(name.text) else "high", evidence)


def _subsidiaries(registry: Registry, on: date) -> Iterable[tuple[str, Employer]]:
    for company in registry.companies:
        for part in company.subsidiaries:
            if part.holds_on(on):
                since = f" since {part.since}" if part.since else ""
                evidence = f"states {_quoted(part.text)}, which belongs to {company.name}{since}"
                yield part.text, _employer(company, "medium", evidence)


def _former(registry: Registry, on: date) -> Iterable[tuple[str, Employer]]:
    for company in registry.companies:
        for name in company.aliases:
            if name.until is not None and name.until < on:
                evidence = f"states {_quoted(name.text)}, a name of {company.name} until {name.until}"
                yield name.text, _employer(company, "medium", evidence)


def _employer(company: Company, confidence: str, evidence: str) -> Employer:
    return Employer(company.company_id, company.name, confidence, evidence)


def _cleaned(text: str) -> str:
    """Folded, without Inc, GmbH and their like at the end."""
    from cleanco import basename

    words = " ".join(text.split())
    return fold(basename(words)).strip() or fold(words).strip()


def _joined(text: str) -> str:
    return _cleaned(text).replace(" ", "")


def _quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”"
