MODEL (
  name marts.employer_names,
  kind FULL,
  description 'What developers of the snapshot state as their employer, and which company that is; likenesses for a person to judge among them.',
  grain (stated),
  column_descriptions (
    stated = 'The employer, as stated.',
    company_id = 'The company; for `review` only a likeness.',
    confidence = 'high, medium, or review: a likeness for a person to judge, never used; NULL where it is no company of the registry.',
    evidence = 'What it was resolved by.',
    developer_count = 'How many accounts of the snapshot state it.',
    observed_at = 'When it was resolved.'
  ),
  audits (
    not_null_non_blocking(columns := (stated, developer_count, observed_at)),
    unique_values_non_blocking(columns := (stated)),
    accepted_values_non_blocking(column := confidence, is_in := ('high', 'medium', 'review'))
  )
);

WITH counted AS (
  SELECT
    company,
    COUNT(*) AS developer_count
  FROM marts.developers
  WHERE
    NOT company IS NULL
  GROUP BY
    company
)
SELECT
  e.stated,
  e.company_id,
  e.confidence,
  e.evidence,
  c.developer_count::BIGINT AS developer_count,
  e.observed_at
FROM staging.employer_names AS e
INNER JOIN counted AS c
  ON c.company = e.stated
