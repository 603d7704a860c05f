"""The employer of a developer on their page: which company, how sure, and how it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from talentscope.registry.read import Registry
from talentscope.scoring.companies import find_figures
from talentscope.scoring.query import Row
from talentscope.web.reader import Reading


@dataclass(frozen=True)
class Employer:
    """`figures` is the company's row of the mart; None where no companies were published, or not this one."""

    company_id: str
    name: str
    confidence: str
    evidence: str
    figures: Row | None


def find_employer(reading: Reading, registry: Registry, profile: Mapping[str, Any]) -> Employer | None:
    """The company that a profile's stated employer is; None where it is none of the registry's."""
    if "employer_company_id" not in profile:
        return None
    company_id = profile["employer_company_id"]["value"]
    company = registry.by_id(company_id)
    return Employer(
        company_id,
        company.name if company else company_id,
        profile["employer_confidence"]["value"],
        profile["employer_evidence"]["value"],
        find_figures(reading.connection, company_id),
    )
