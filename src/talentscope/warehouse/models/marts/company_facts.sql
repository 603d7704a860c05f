MODEL (
  name marts.company_facts,
  kind FULL,
  description 'Per company, metric, subject and source: how the newest observation stands, and the last good one.',
  grain (company_id, metric, subject, source),
  column_descriptions (
    company_id = 'The company.',
    metric = 'What was observed: shares, price_usd, market_value_usd, employees, open_offers, postings, news_tone, news_articles.',
    subject = 'What of the company it is about: a board as vendor:token, else empty.',
    source = 'Who says so.',
    value = 'The last good value in its unit; NULL if there never was one.',
    unit = 'The unit.',
    as_of = 'The day that this value is of.',
    age_days = 'Days from that day to the newest day of the snapshot; NULL where there never was a good one.',
    observed_at = 'When the source said so.',
    source_url = 'Where it said so; of the newest observation where there is no good one.',
    evidence = 'The words of the source.',
    state = 'How the newest observation stands: ok, empty, capped, stale, blocked or missing.',
    reason = 'Why, where it is not ok.',
    asked_as_of = 'The day that the newest observation is of.',
    asked_at = 'When the source was asked for it.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, metric, subject, source, state, asked_as_of, asked_at)),
    unique_combination_of_columns_non_blocking(columns := (company_id, metric, subject, source)),
    accepted_values_non_blocking(
      column := state,
      is_in := ('ok', 'empty', 'capped', 'stale', 'blocked', 'missing')
    )
  )
);

WITH ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY company_id, metric, subject, source ORDER BY as_of DESC) AS place,
    ROW_NUMBER() OVER (
      PARTITION BY company_id, metric, subject, source
      ORDER BY CASE WHEN is_good THEN 0 ELSE 1 END, as_of DESC
    ) AS good_place
  FROM staging.company_observations
), newest AS (
  SELECT
    MAX(day) AS day
  FROM marts.company_days
)
SELECT
  n.company_id,
  n.metric,
  n.subject,
  n.source,
  g.value,
  n.unit,
  g.as_of,
  CASE WHEN NOT g.as_of IS NULL THEN GREATEST(DATE_DIFF('DAY', g.as_of::DATE, d.day::DATE), 0) END::BIGINT AS age_days,
  g.observed_at,
  COALESCE(g.source_url, n.source_url)::TEXT AS source_url,
  g.evidence,
  n.state,
  n.reason,
  n.as_of AS asked_as_of,
  n.observed_at AS asked_at
FROM ranked AS n
CROSS JOIN newest AS d
LEFT JOIN ranked AS g
  ON g.company_id = n.company_id
  AND g.metric = n.metric
  AND g.subject = n.subject
  AND g.source = n.source
  AND g.good_place = 1
  AND g.is_good
WHERE
  n.place = 1
