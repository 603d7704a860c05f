MODEL (
  name staging.company_observations,
  kind FULL,
  description 'Dated facts, one a company, metric, subject, source and day: a good value before a repeated one before none, then the newest. A fact of a day that had not begun when it was told is left out. Facts of a row that has left the registry are those of the row that has its CIK now.',
  grain (company_id, metric, subject, source, as_of),
  column_descriptions (
    company_id = 'The company.',
    metric = 'What was observed: shares, price_usd, market_value_usd, employees, open_offers, postings, news_tone, news_articles.',
    subject = 'What of the company it is about: a board as vendor:token, else empty.',
    value = 'The value in its unit; NULL where the source told none.',
    unit = 'The unit.',
    as_of = 'The day that the value is of.',
    source = 'Who said so.',
    source_url = 'Where.',
    state = 'ok, empty, capped, stale, blocked or missing.',
    is_good = 'Whether it has a value: ok, empty, capped or stale.',
    evidence = 'The words of the source.',
    reason = 'Why the state is not ok.',
    observed_at = 'When the source was asked.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, metric, subject, as_of, source, state, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (company_id, metric, subject, source, as_of)),
    accepted_values_non_blocking(
      column := state,
      is_in := ('ok', 'empty', 'capped', 'stale', 'blocked', 'missing')
    )
  )
);

WITH registry AS (
  SELECT
    company_id,
    COALESCE(cik, company_id) AS identity,
    observed_at = MAX(observed_at) OVER () AS is_current
  FROM raw.companies
), successors AS (
  SELECT
    identity,
    MIN(company_id) AS company_id
  FROM registry
  WHERE
    is_current
  GROUP BY
    identity
), renamed AS (
  SELECT
    r.company_id AS old_id,
    s.company_id AS new_id
  FROM registry AS r
  INNER JOIN successors AS s
    ON s.identity = r.identity
  WHERE
    NOT r.is_current
), told AS (
  SELECT
    COALESCE(n.new_id, o.company_id)::TEXT AS company_id,
    o.metric::TEXT AS metric,
    COALESCE(o.subject, '')::TEXT AS subject,
    o.value::DOUBLE AS value,
    o.unit::TEXT AS unit,
    o.as_of::DATE AS as_of,
    o.source::TEXT AS source,
    o.source_url::TEXT AS source_url,
    o.state::TEXT AS state,
    (
      NOT o.value IS NULL AND o.state IN ('ok', 'empty', 'capped', 'stale')
    )::BOOLEAN AS is_good,
    o.evidence::TEXT AS evidence,
    o.reason::TEXT AS reason,
    o.observed_at::TIMESTAMPTZ AS observed_at,
    o._dlt_load_id AS load_id
  FROM raw.company_observations AS o
  INNER JOIN raw._dlt_loads AS l
    ON l.load_id = o._dlt_load_id AND l.status = 0
  LEFT JOIN renamed AS n
    ON n.old_id = o.company_id
  WHERE
    o.as_of <= o.observed_at::DATE
), ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY company_id, metric, subject, source, as_of
      ORDER BY
        CASE WHEN NOT is_good THEN 2 WHEN state = 'stale' THEN 1 ELSE 0 END,
        observed_at DESC,
        load_id DESC,
        COALESCE(value, 0) DESC,
        state
    ) AS place
  FROM told
)
SELECT
  company_id::TEXT AS company_id,
  metric::TEXT AS metric,
  subject::TEXT AS subject,
  value::DOUBLE AS value,
  unit::TEXT AS unit,
  as_of::DATE AS as_of,
  source::TEXT AS source,
  source_url::TEXT AS source_url,
  state::TEXT AS state,
  is_good::BOOLEAN AS is_good,
  evidence::TEXT AS evidence,
  reason::TEXT AS reason,
  observed_at::TIMESTAMPTZ AS observed_at
FROM ranked
WHERE
  place = 1
