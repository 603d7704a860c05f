"""Which company a stated employer is. All statements are invented; the companies are a registry of the test's own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentscope.registry.company import Company, Dated
from talentscope.registry.employer import Employers, resolve
from talentscope.registry.read import build_registry, read_registry
from talentscope.registry.stated import Claim, Kind, claims

EARLY, DAY = date(2021, 6, 30), date(2026, 6, 30)
REGISTRY = build_registry(
    [
        Company(
            "acme",
            "Acme",
            website="acme.example",
            github_organisations=("acme-oss", "widgetworks"),
            aliases=(Dated("Acme Research"), Dated("Acme & Sons"), Dated("Roadrunner", until=date(2021, 12, 9))),
            subsidiaries=(Dated("WidgetWorks", since=date(2022, 1, 1)), Dated("Tiny Tools")),
        ),
        Company("box", "Box", is_ambiguous=True, context=("files", "boxcorp"), aliases=(Dated("BoxCorp"),)),
        Company("other", "Other Systems", github_organisations=("other",)),
    ]
)
EMPLOYERS = Employers(REGISTRY, on=DAY)


def found(stated: str, *, on: date = DAY) -> tuple[str, str] | None:
    employer = resolve(stated, REGISTRY, on=on)
    return (employer.company_id, employer.confidence) if employer else None


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Acme", ("acme", "high")),
        ("  ACME ", ("acme", "high")),
        ("Acme, Inc.", ("acme", "high")),
        ("acme gmbh", ("acme", "high")),
        ("Acmé", ("acme", "high")),
        ("🚀 Acme 🚀", ("acme", "high")),
        ("@acme-oss", ("acme", "high")),
        ("@ACME-OSS  ", ("acme", "high")),
        ("@acme-oss/widgets", ("acme", "high")),
        ("@acme", ("acme", "medium")),  # not one of its organisations on GitHub
        ("Acme & Sons", ("acme", "high")),
        ("Roadrunner", ("acme", "medium")),
        ("WidgetWorks", ("acme", "medium")),
        ("@widgetworks", ("acme", "high")),
        ("@tinytools", ("acme", "medium")),
        ("acme.example", ("acme", "medium")),
        ("https://www.acme.example/", ("acme", "medium")),
        ("careers.acme.example/jobs", ("acme", "medium")),
        ("someone@acme.example", ("acme", "medium")),
        ("Box", ("box", "medium")),
        ("BoxCorp", ("box", "high")),
        ("Staff engineer at Acme", ("acme", "high")),
        ("Widgets @ Acme", ("acme", "high")),
        ("Engineer@acme-oss", ("acme", "high")),
        ("Freelance / @acme-oss", ("acme", "high")),
        ("Somewhere University, Acme", ("acme", "high")),
        ("Acme - Platform team", ("acme", "high")),
        ("Acme (Berlin)", ("acme", "high")),
        ("@nobody @acme-oss", ("acme", "high")),
        ("@acme-oss, ex @other", ("acme", "high")),
        ("Other Systems -> Acme", ("acme", "high")),
        ("ex-Other Systems, now Acme", ("acme", "high")),
        ("Previously Other Systems. Currently at Acme", ("acme", "high")),
        ("Acme (formerly Other Systems)", ("acme", "high")),
        ("Member of Technical Staff at Acme", ("acme", "high")),
        # one like a name is for a person to judge
        ("Other Sistems", ("other", "review")),
        ("Acme India", ("acme", "review")),
        ("@acme-labs", ("acme", "review")),
        # none
        ("", None),
        ("   ", None),
        ("!!!", None),
        ("none", None),
        ("Freelancer", None),
        ("Acmeology", None),
        ("ex-Acme", None),
        ("Ex @acme-oss", None),
        ("ex @other, @acme-oss", None),
        ("Somewhere | ex-@acme-oss", None),
        ("Rounded ⎯ ex @other @acme-oss", None),
        ("formerly Acme", None),
        ("Previously: Other Systems, Acme", None),
        ("Acme alumni", None),
        ("Acme (former)", None),
        ("Acme (retired)", None),
        ("Acme -> somewhere else", None),
        ("Student at Acme", None),
        ("definitely not Acme", None),
        ("Acme fan", None),
        ("incoming intern at Acme", None),
        ("acme.example/people/someone", None),
        ("https://people.acme.example/someone", None),
        ("notacme.example", None),
        ("Box of Rain Studio", None),
        ("boxes", None),
    ],
)
def test_a_stated_employer_is_the_company_or_none(stated: str, expected: tuple[str, str] | None) -> None:
    assert found(stated) == expected


def test_what_is_no_work_ends_with_the_comma() -> None:
    assert found("Student at Somewhere, Acme") == ("acme", "high")


def test_names_and_parts_hold_on_a_day() -> None:
    assert found("Roadrunner", on=EARLY) == ("acme", "high")
    assert found("WidgetWorks", on=EARLY) is None
    assert found("@widgetworks", on=EARLY) is None  # its own company then
    assert found("Tiny Tools", on=EARLY) == ("acme", "medium")


@pytest.mark.parametrize(
    ("stated", "evidence"),
    [
        ("Acme, Inc.", "states “Acme”, the name of Acme"),
        ("acme research", "states “Acme Research”, a name of Acme"),
        ("@Acme-OSS", "states @Acme-OSS, an organisation of Acme on GitHub"),
        ("Roadrunner", "states “Roadrunner”, a name of Acme until 2021-12-09"),
        ("WidgetWorks", "states “WidgetWorks”, which belongs to Acme since 2022-01-01"),
        ("@tinytools", "states @tinytools; “Tiny Tools”, which belongs to Acme"),
        ("acme.example", "states acme.example, the address of Acme"),
        ("Other Sistems", "states “Other Sistems”, which is like “other systems” (92 of 100)"),
        ("Acme India", "states “Acme India”, which begins with a name of Acme"),
    ],
)
def test_the_evidence_is_a_sentence(stated: str, evidence: str) -> None:
    employer = EMPLOYERS.resolve(stated)
    assert employer is not None
    assert employer.evidence == evidence
    assert employer.name in {company.name for company in REGISTRY.companies}


def test_a_statement_is_taken_apart_in_its_order() -> None:
    assert claims("Lead at Acme / @other, www.acme.example") == (
        Claim(Kind.NAME, "Lead"),
        Claim(Kind.NAME, "Acme"),
        Claim(Kind.HANDLE, "other"),
        Claim(Kind.DOMAIN, "www.acme.example"),
    )
    assert claims("Acme") == (Claim(Kind.NAME, "Acme"),)


def test_the_fingerprint_changes_with_what_holds_and_with_nothing_else() -> None:
    again = Employers(build_registry(reversed(REGISTRY.companies)), on=date(2026, 7, 1))
    assert again.fingerprint == EMPLOYERS.fingerprint
    assert Employers(REGISTRY, on=EARLY).fingerprint != EMPLOYERS.fingerprint
    fewer = build_registry(REGISTRY.companies[:2])
    assert Employers(fewer, on=DAY).fingerprint != EMPLOYERS.fingerprint


def test_every_name_of_the_shipped_registry_finds_its_company() -> None:
    shipped = read_registry()
    employers = Employers(shipped, on=DAY)
    for company in shipped.companies:
        held = [company.name, *(name.text for name in company.aliases if name.holds_on(DAY))]
        assert {employers.resolve(name).company_id for name in held} == {company.company_id}  # type: ignore[union-attr]
        for organisation in company.github_organisations:
            employer = employers.resolve(f"@{organisation}")
            assert employer is not None
            assert (employer.company_id, employer.confidence) == (company.company_id, "high")


@given(st.text(max_size=400))
def test_any_text_can_be_stated(text: str) -> None:
    employer = EMPLOYERS.resolve(text)
    assert employer is None or REGISTRY.by_id(employer.company_id) is not None


@given(
    st.lists(
        st.sampled_from(["Acme", "@acme-oss", "ex", "now", "at", ",", "/", "->", "(", ")", "not", "x"]), max_size=9
    )
)
def test_no_order_of_words_is_too_much(words: list[str]) -> None:
    EMPLOYERS.resolve(" ".join(words))
