MODEL (
  name marts.company_head_counts,
  kind FULL,
  description 'Every head-count that a source has told of a company, over years, with the words that it is from. What a source repeats within a hundred days stands once, and its newest reading always.',
  grain (company_id, source, as_of),
  column_descriptions (
    company_id = 'The company.',
    as_of = 'The day that the head-count is of.',
    source = 'Who says so.',
    employees = 'Head-count.',
    evidence = 'The words of the source.',
    source_url = 'Where it said so.',
    observed_at = 'When the source was asked.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, as_of, source, employees, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (company_id, source, as_of))
  )
);

WITH told AS (
  SELECT
    company_id,
    as_of,
    source,
    value,
    evidence,
    source_url,
    observed_at,
    LAG(value) OVER (PARTITION BY company_id, source ORDER BY as_of) AS former_value,
    LAG(as_of) OVER (PARTITION BY company_id, source ORDER BY as_of) AS former_day,
    LEAD(as_of) OVER (PARTITION BY company_id, source ORDER BY as_of) AS later_day
  FROM staging.company_observations
  WHERE
    metric = 'employees' AND is_good
)
SELECT
  company_id::TEXT AS company_id,
  as_of::DATE AS as_of,
  source::TEXT AS source,
  ROUND(value)::BIGINT AS employees,
  evidence::TEXT AS evidence,
  source_url::TEXT AS source_url,
  observed_at::TIMESTAMPTZ AS observed_at
FROM told
WHERE
  former_value IS NULL OR former_value <> value OR DATE_DIFF('DAY', former_day::DATE, as_of::DATE) > 100 OR later_day IS NULL
