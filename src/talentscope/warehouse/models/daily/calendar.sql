MODEL (
  name daily.calendar,
  kind FULL,
  description 'Every day of every company: from the first day that anything of the market, its boards or what is written about it was asked, to the last such day of all companies (of its own, once it has left the registry). A company of which nothing was asked has the last day.',
  grain (company_id, day),
  column_descriptions (
    company_id = 'The company.',
    day = 'The day.',
    first_day = 'The company''s first day.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, day, first_day)),
    unique_combination_of_columns_non_blocking(columns := (company_id, day))
  )
);

WITH asked AS (
  SELECT
    company_id,
    as_of AS day
  FROM staging.company_observations
  WHERE
    metric IN ('price_usd', 'market_value_usd', 'open_offers', 'postings')
  UNION ALL
  SELECT
    company_id,
    day
  FROM staging.company_mentions
), spans AS (
  SELECT
    a.company_id,
    MIN(a.day) AS first_day,
    MAX(a.day) AS last_day
  FROM asked AS a
  GROUP BY
    a.company_id
), ends AS (
  SELECT
    COALESCE(s.last_day, o.last_day) AS last_day
  FROM (
    SELECT
      MAX(as_of) AS last_day
    FROM staging.company_observations
  ) AS o
  CROSS JOIN (
    SELECT
      MAX(last_day) AS last_day
    FROM spans
  ) AS s
), digits AS (
  SELECT
    digit
  FROM (VALUES
    (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS ten(digit)
), numbers AS (
  SELECT
    ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit AS number
  FROM digits AS ones
  CROSS JOIN digits AS tens
  CROSS JOIN digits AS hundreds
  CROSS JOIN digits AS thousands
), days AS (
  SELECT
    (
      e.last_day - n.number
    )::DATE AS day
  FROM ends AS e
  CROSS JOIN numbers AS n
)
SELECT
  c.company_id,
  d.day,
  COALESCE(s.first_day, e.last_day)::DATE AS first_day
FROM staging.companies AS c
LEFT JOIN spans AS s
  ON s.company_id = c.company_id
CROSS JOIN ends AS e
INNER JOIN days AS d
  ON d.day >= COALESCE(s.first_day, e.last_day)
  AND d.day <= CASE WHEN c.is_current THEN e.last_day ELSE s.last_day END
