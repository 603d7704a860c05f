MODEL (
  name daily.offers,
  kind FULL,
  description 'How many offers each company had open on each day, over its boards. Unknown, not less, while one of them could not be read for more than seven days.',
  grain (company_id, day),
  column_descriptions (
    company_id = 'The company.',
    day = 'The day.',
    state = 'ok, empty, capped, stale (a board''s earlier reading fills in), blocked or missing; the worst of its boards.',
    open_offers = 'Distinct open requisitions; NULL where unknown.',
    postings = 'Listings of these; NULL where unknown.',
    as_of = 'The oldest reading that the number is from.',
    median_7d = 'Median of the days of the last seven on which the number is known.',
    is_capped = 'Whether a board shows no more than so many.',
    is_partial = 'Whether a board is gone or read by no source, so that the number is a floor.',
    boards = 'Boards.',
    boards_blocked = 'Of these, unknown.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, day, state)),
    unique_combination_of_columns_non_blocking(columns := (company_id, day)),
    accepted_values_non_blocking(
      column := state,
      is_in := ('ok', 'empty', 'capped', 'stale', 'blocked', 'missing')
    )
  )
);

WITH summed AS (
  SELECT
    company_id,
    day,
    COUNT(*) AS boards,
    COUNT(CASE WHEN state = 'blocked' THEN 1 END) AS boards_blocked,
    COUNT(CASE WHEN state = 'missing' THEN 1 END) AS boards_missing,
    COUNT(CASE WHEN state = 'stale' THEN 1 END) AS boards_filled,
    COUNT(CASE WHEN is_capped THEN 1 END) AS boards_capped,
    SUM(open_offers) AS open_offers,
    SUM(postings) AS postings,
    MIN(as_of) AS as_of
  FROM daily.board_offers
  GROUP BY
    company_id,
    day
), settled AS (
  SELECT
    *,
    CASE
      WHEN boards_blocked > 0
      THEN 'blocked'
      WHEN boards_missing = boards
      THEN 'missing'
      WHEN boards_filled > 0
      THEN 'stale'
      WHEN boards_capped > 0
      THEN 'capped'
      WHEN open_offers = 0
      THEN 'empty'
      ELSE 'ok'
    END AS state
  FROM summed
), known AS (
  SELECT
    company_id,
    day,
    open_offers
  FROM settled
  WHERE
    state <> 'blocked' AND NOT open_offers IS NULL
), offsets AS (
  SELECT
    days_back
  FROM (VALUES
    (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS ten(days_back)
  WHERE
    days_back < @offers_median_days
), weeks AS (
  SELECT
    k.company_id,
    (
      k.day + o.days_back
    )::DATE AS day,
    k.open_offers,
    k.day AS told_on
  FROM known AS k
  CROSS JOIN offsets AS o
), ordered AS (
  SELECT
    company_id,
    day,
    open_offers,
    ROW_NUMBER() OVER (PARTITION BY company_id, day ORDER BY open_offers, told_on) AS place,
    COUNT(*) OVER (PARTITION BY company_id, day) AS number
  FROM weeks
), medians AS (
  /* the middle one, or the mean of the two in the middle: not every engine has a median of its own */
  SELECT
    company_id,
    day,
    AVG(open_offers) AS median_7d
  FROM ordered
  WHERE
    2 * place BETWEEN number AND number + 2
  GROUP BY
    company_id,
    day
)
SELECT
  s.company_id,
  s.day,
  s.state::TEXT AS state,
  CASE WHEN s.state <> 'blocked' THEN s.open_offers END::DOUBLE AS open_offers,
  CASE WHEN s.state <> 'blocked' THEN s.postings END::DOUBLE AS postings,
  CASE WHEN s.state <> 'blocked' THEN s.as_of END::DATE AS as_of,
  m.median_7d::DOUBLE AS median_7d,
  (
    s.boards_capped > 0
  )::BOOLEAN AS is_capped,
  (
    s.boards_missing > 0 AND s.boards_missing < s.boards
  )::BOOLEAN AS is_partial,
  s.boards::BIGINT AS boards,
  s.boards_blocked::BIGINT AS boards_blocked
FROM settled AS s
LEFT JOIN medians AS m
  ON m.company_id = s.company_id AND m.day = s.day
