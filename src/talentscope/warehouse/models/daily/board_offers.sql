MODEL (
  name daily.board_offers,
  kind FULL,
  description 'How many offers were open on each board on each day from its first reading on (for a board that the registry no longer names, to its last): what was read that day, else the last good reading of at most seven days before.',
  grain (company_id, subject, day),
  column_descriptions (
    company_id = 'The company.',
    subject = 'The board, as vendor:token.',
    day = 'The day.',
    state = 'ok, empty, capped, stale (an earlier reading fills in), blocked (unknown) or missing (the board is gone, or read by no source).',
    open_offers = 'Distinct open requisitions; NULL where unknown.',
    postings = 'Listings of these; NULL where unknown.',
    as_of = 'The day of the reading that the number is from.',
    is_capped = 'Whether that reading shows no more than so many.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, subject, day, state)),
    unique_combination_of_columns_non_blocking(columns := (company_id, subject, day)),
    accepted_values_non_blocking(
      column := state,
      is_in := ('ok', 'empty', 'capped', 'stale', 'blocked', 'missing')
    ),
    accepted_range_non_blocking(column := open_offers, min_v := 0)
  )
);

WITH read AS (
  SELECT
    company_id,
    subject,
    as_of,
    state,
    is_good AND value >= 0 AS is_good,
    value,
    ROW_NUMBER() OVER (
      PARTITION BY company_id, subject, as_of
      ORDER BY CASE WHEN is_good THEN 0 ELSE 1 END, observed_at DESC, source
    ) AS place
  FROM staging.company_observations
  WHERE
    metric = 'open_offers'
), readings AS (
  SELECT
    company_id,
    subject,
    as_of,
    state,
    is_good,
    value
  FROM read
  WHERE
    place = 1
), listed AS (
  SELECT
    company_id,
    subject,
    as_of,
    MAX(value) AS postings
  FROM staging.company_observations
  WHERE
    metric = 'postings' AND is_good AND value >= 0
  GROUP BY
    company_id,
    subject,
    as_of
), spans AS (
  SELECT
    r.company_id,
    r.subject,
    MIN(r.as_of) AS first_day,
    CASE WHEN MAX(CASE WHEN b.is_current THEN 1 ELSE 0 END) = 0 THEN MAX(r.as_of) END AS last_day
  FROM readings AS r
  LEFT JOIN staging.company_boards AS b
    ON b.company_id = r.company_id AND b.subject = r.subject
  GROUP BY
    r.company_id,
    r.subject
), days AS (
  SELECT
    s.company_id,
    s.subject,
    c.day,
    r.state,
    COALESCE(r.is_good, FALSE) AS is_good,
    MAX(CASE WHEN r.is_good THEN r.as_of END) OVER (PARTITION BY s.company_id, s.subject ORDER BY c.day NULLS FIRST) AS good_as_of
  FROM spans AS s
  INNER JOIN daily.calendar AS c
    ON c.company_id = s.company_id
    AND c.day >= s.first_day
    AND c.day <= COALESCE(s.last_day, c.day)
  LEFT JOIN readings AS r
    ON r.company_id = s.company_id AND r.subject = s.subject AND r.as_of = c.day
), filled AS (
  SELECT
    *,
    CASE
      WHEN is_good
      THEN state
      WHEN state = 'missing'
      THEN 'missing'
      WHEN DATE_DIFF('DAY', good_as_of::DATE, day::DATE) <= @offers_fill_days
      THEN 'stale'
      ELSE 'blocked'
    END AS settled_state
  FROM days
), settled AS (
  SELECT
    company_id,
    subject,
    day,
    settled_state AS state,
    CASE WHEN NOT settled_state IN ('blocked', 'missing') THEN good_as_of END AS as_of
  FROM filled
)
SELECT
  s.company_id,
  s.subject,
  s.day,
  s.state::TEXT AS state,
  g.value::DOUBLE AS open_offers,
  l.postings::DOUBLE AS postings,
  g.as_of::DATE AS as_of,
  COALESCE(g.state = 'capped', FALSE)::BOOLEAN AS is_capped
FROM settled AS s
LEFT JOIN readings AS g
  ON g.company_id = s.company_id AND g.subject = s.subject AND g.as_of = s.as_of
LEFT JOIN listed AS l
  ON l.company_id = g.company_id AND l.subject = g.subject AND l.as_of = g.as_of
