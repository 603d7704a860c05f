MODEL (
  name staging.company_mentions,
  kind VIEW,
  description 'What was written about each company on each day at each source, in sums over author-days. A row of zeros: asked, and nothing written; no row: not asked. What was written about a row that has left the registry is about the row that has its CIK now.',
  grain (company_id, source, day),
  column_descriptions (
    company_id = 'The company.',
    source = 'Where it was written.',
    day = 'The UTC day.',
    posts = 'Posts that name the company.',
    authors = 'Authors of these, each counted once a day.',
    scored = 'Of these, the ones with a score: their posts are in a language that the model reads.',
    score_sum = 'Sum of the scores, each -1 to 1.',
    score_square_sum = 'Sum of their squares.',
    positive = 'Scored author-days that are positive.',
    negative = 'Scored author-days that are negative.',
    observed_at = 'When the source was asked.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, source, day, authors, scored, score_sum, score_square_sum)),
    unique_combination_of_columns_non_blocking(columns := (company_id, source, day)),
    forall_non_blocking(
      criteria := (scored <= authors, positive + negative <= scored, ABS(score_sum) <= scored + 0.001)
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
    COALESCE(n.new_id, m.company_id)::TEXT AS company_id,
    m.source::TEXT AS source,
    m.day::DATE AS day,
    m.posts::BIGINT AS posts,
    m.authors::BIGINT AS authors,
    m.scored::BIGINT AS scored,
    m.score_sum::DOUBLE AS score_sum,
    m.score_square_sum::DOUBLE AS score_square_sum,
    m.positive::BIGINT AS positive,
    m.negative::BIGINT AS negative,
    m.observed_at::TIMESTAMPTZ AS observed_at,
    m.company_id AS told_of
  FROM raw.company_mentions AS m
  LEFT JOIN renamed AS n
    ON n.old_id = m.company_id
), ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY company_id, source, day ORDER BY observed_at DESC, told_of) AS place
  FROM told
)
SELECT
  company_id::TEXT AS company_id,
  source::TEXT AS source,
  day::DATE AS day,
  posts::BIGINT AS posts,
  authors::BIGINT AS authors,
  scored::BIGINT AS scored,
  score_sum::DOUBLE AS score_sum,
  score_square_sum::DOUBLE AS score_square_sum,
  positive::BIGINT AS positive,
  negative::BIGINT AS negative,
  observed_at::TIMESTAMPTZ AS observed_at
FROM ranked
WHERE
  place = 1
