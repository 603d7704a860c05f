MODEL (
  name daily.sentiment,
  kind FULL,
  description 'What people wrote about each company in the seven days that end on each day, with the company''s own 28 days before. Rules and derivation: docs/companies.md.',
  grain (company_id, day),
  column_descriptions (
    company_id = 'The company.',
    day = 'The last day of the seven.',
    authors = 'Author-days, scored or not: an author counts once a day; NULL where no source was asked.',
    scored = 'Author-days with a score.',
    positive = 'Of these, positive ones.',
    negative = 'Of these, negative ones.',
    raw_mean = 'Mean score; NULL with fewer than twenty.',
    prior_mean = 'Mean of this over all companies that have it.',
    mean = 'Mean score drawn toward that; NULL with fewer than twenty.',
    low = 'Lower end of its 95 % interval.',
    high = 'Upper end of its 95 % interval.',
    past_scored = 'Author-days with a score in the 28 days before.',
    change = 'Mean score less that of the 28 days before, neither drawn toward anything; NULL if either has fewer than twenty.',
    change_low = 'Lower end of its 95 % interval.',
    change_high = 'Upper end of its 95 % interval.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, day)),
    unique_combination_of_columns_non_blocking(columns := (company_id, day)),
    accepted_range_non_blocking(column := mean, min_v := -1, max_v := 1)
  )
);

WITH written AS (
  SELECT
    company_id,
    day,
    SUM(authors) AS authors,
    SUM(scored) AS scored,
    SUM(positive) AS positive,
    SUM(negative) AS negative,
    SUM(score_sum) AS score_sum,
    SUM(score_square_sum) AS score_square_sum
  FROM staging.company_mentions
  GROUP BY
    company_id,
    day
), days AS (
  SELECT
    c.company_id,
    c.day,
    w.authors,
    w.scored,
    w.positive,
    w.negative,
    w.score_sum,
    w.score_square_sum
  FROM daily.calendar AS c
  LEFT JOIN written AS w
    ON w.company_id = c.company_id AND w.day = c.day
), windows AS (
  /* the calendar has every day of a company, so rows are days */
  SELECT
    company_id,
    day,
    SUM(authors) OVER week AS authors,
    SUM(scored) OVER week AS scored,
    SUM(positive) OVER week AS positive,
    SUM(negative) OVER week AS negative,
    SUM(score_sum) OVER week AS score_sum,
    SUM(score_square_sum) OVER week AS score_square_sum,
    SUM(scored) OVER past AS past_scored,
    SUM(score_sum) OVER past AS past_sum,
    SUM(score_square_sum) OVER past AS past_square_sum
  FROM days
  WINDOW week AS (
    PARTITION BY company_id
    ORDER BY day NULLS FIRST
    ROWS BETWEEN @EVAL(@mentions_days - 1) PRECEDING AND CURRENT ROW
  ), past AS (
    PARTITION BY company_id
    ORDER BY day NULLS FIRST
    ROWS BETWEEN @EVAL(@mentions_days + @baseline_days - 1) PRECEDING AND @mentions_days PRECEDING
  )
), means AS (
  SELECT
    *,
    CASE WHEN scored >= @least_mentions THEN score_sum / scored END AS raw_mean,
    CASE
      WHEN scored >= @least_mentions
      THEN GREATEST((
        score_square_sum - score_sum * score_sum / scored
      ) / (
        scored - 1
      ), @least_variance)
    END AS variance,
    CASE WHEN past_scored >= @least_mentions THEN past_sum / past_scored END AS past_mean,
    CASE
      WHEN past_scored >= @least_mentions
      THEN GREATEST(
        (
          past_square_sum - past_sum * past_sum / past_scored
        ) / (
          past_scored - 1
        ),
        @least_variance
      )
    END AS past_variance
  FROM windows
), shrunk AS (
  SELECT
    *,
    AVG(raw_mean) OVER (PARTITION BY day) AS prior_mean
  FROM means
), placed AS (
  SELECT
    *,
    (
      scored * raw_mean + @prior_weight * prior_mean
    ) / (
      scored + @prior_weight
    ) AS mean,
    @z_score * SQRT(variance / (
      scored + @prior_weight
    )) AS half,
    raw_mean - past_mean AS change,
    @z_score * SQRT(variance / scored + past_variance / past_scored) AS change_half
  FROM shrunk
)
SELECT
  company_id,
  day,
  authors::BIGINT AS authors,
  scored::BIGINT AS scored,
  positive::BIGINT AS positive,
  negative::BIGINT AS negative,
  raw_mean::DOUBLE AS raw_mean,
  prior_mean::DOUBLE AS prior_mean,
  mean::DOUBLE AS mean,
  CASE WHEN NOT mean IS NULL THEN GREATEST(mean - half, -1) END::DOUBLE AS low,
  CASE WHEN NOT mean IS NULL THEN LEAST(mean + half, 1) END::DOUBLE AS high,
  past_scored::BIGINT AS past_scored,
  change::DOUBLE AS change,
  (
    change - change_half
  )::DOUBLE AS change_low,
  (
    change + change_half
  )::DOUBLE AS change_high
FROM placed
