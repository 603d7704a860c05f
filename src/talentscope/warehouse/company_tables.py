"""The raw tables of the companies pipeline; see tables.py for what raw tables are.

The registry's tables hold every row that was ever in the registry file; only rows with the newest `observed_at` are in
it now. No author of a post is stored anywhere: posts are weighed by author in memory, and only samples are kept.
"""

from __future__ import annotations

from talentscope.warehouse.tables import DAY, FLAG, INTEGER, NUMBER, TEXT, UTC_TIME, RawTable, make_schema

COMPANIES = RawTable(
    "companies",
    "The registry of companies, as it was at the last run.",
    make_schema(
        company_id=TEXT,
        name=TEXT,
        status=TEXT,  # listed | private | delisted
        sector=TEXT,
        country=TEXT,
        cik=TEXT,
        ticker=TEXT,  # of the day of the run
        shares_per_ticker=NUMBER,
        wikidata_id=TEXT,
        website=TEXT,
        note=TEXT,
    ),
    ("company_id",),
)
COMPANY_ORGANISATIONS = RawTable(
    "company_organisations",
    "GitHub organisations of each company, in lower case.",
    make_schema(company_id=TEXT, organisation=TEXT),
    ("company_id", "organisation"),
)
COMPANY_BOARDS = RawTable(
    "company_boards",
    "Job boards of each company; is_current says whether it hires there at the time of the run.",
    make_schema(company_id=TEXT, vendor=TEXT, token=TEXT, is_current=FLAG),
    ("company_id", "vendor", "token"),
)
COMPANY_OBSERVATIONS = RawTable(
    "company_observations",
    "Every dated fact that a source told, as told; nothing is ever overwritten.",
    make_schema(
        company_id=TEXT,
        metric=TEXT,
        subject=TEXT,  # vendor:token of a board, else NULL
        value=NUMBER,
        unit=TEXT,
        as_of=DAY,
        source=TEXT,
        source_url=TEXT,
        state=TEXT,  # ok | empty | capped | blocked | missing | stale
        evidence=TEXT,
        reason=TEXT,
    ),
    (),
)
COMPANY_POSTINGS = RawTable(
    "company_postings",
    "The latest observation of each listing on a board that tells them one by one.",
    make_schema(
        company_id=TEXT,
        vendor=TEXT,
        board=TEXT,
        posting_id=TEXT,
        requisition_id=TEXT,
        title=TEXT,
        department=TEXT,
        location=TEXT,
        url=TEXT,
        opened_at=UTC_TIME,
    ),
    ("company_id", "vendor", "board", "posting_id"),
)
COMPANY_MENTIONS = RawTable(
    "company_mentions",
    "What was written about each company on each day at each source, in sums; an author counts once a day."
    " A scored author-day has the mean score of that author's posts, -1 to 1.",
    make_schema(
        company_id=TEXT,
        source=TEXT,
        day=DAY,
        posts=INTEGER,
        authors=INTEGER,  # author-days, scored or not
        scored=INTEGER,  # author-days with a score (posts in a language that the model reads)
        score_sum=NUMBER,
        score_square_sum=NUMBER,
        positive=INTEGER,
        negative=INTEGER,
    ),
    ("company_id", "source", "day"),
)
COMPANY_POSTS = RawTable(
    "company_posts",
    "A few posts of each company and day, to show what the sentiment is of. Kept thirty days.",
    make_schema(
        company_id=TEXT,
        source=TEXT,
        post_id=TEXT,
        url=TEXT,
        text=TEXT,
        language=TEXT,
        score=NUMBER,
        posted_at=UTC_TIME,
    ),
    ("company_id", "source", "post_id"),
)
EMPLOYER_NAMES = RawTable(
    "employer_names",
    "What developers state as their employer, resolved to a company where that is certain enough.",
    make_schema(
        stated=TEXT,
        company_id=TEXT,  # NULL: no company of the registry
        confidence=TEXT,  # high | medium | review (a likeness for a person to judge; never used)
        evidence=TEXT,
        resolved_by=TEXT,  # a fingerprint of names and rules: a row of another one is resolved anew
    ),
    ("stated",),
)
SOURCE_VISITS = RawTable(
    "source_visits",
    "What each source of a companies run did and cost.",
    make_schema(
        source=TEXT,
        day=DAY,
        state=TEXT,  # ok | partial | down | off
        requests=INTEGER,
        unchanged=INTEGER,  # answers 304
        companies=INTEGER,
        observations=INTEGER,
        without_value=INTEGER,
        seconds=NUMBER,
        reason=TEXT,
    ),
    (),
)

COMPANY_TABLES = (
    COMPANIES,
    COMPANY_ORGANISATIONS,
    COMPANY_BOARDS,
    COMPANY_OBSERVATIONS,
    COMPANY_POSTINGS,
    COMPANY_MENTIONS,
    COMPANY_POSTS,
    EMPLOYER_NAMES,
    SOURCE_VISITS,
)
