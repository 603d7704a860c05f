MODEL (
  name daily.news,
  kind FULL,
  description 'The tone of news about each company in the seven days that end on each day, weighed by articles.',
  grain (company_id, day),
  column_descriptions (
    company_id = 'The company.',
    day = 'The last day of the seven; one on which a tone was told.',
    tone_7d = 'Mean tone, about -10 to 10; another scale than sentiment.',
    articles_7d = 'Articles that it is the mean of.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, day, tone_7d, articles_7d)),
    unique_combination_of_columns_non_blocking(columns := (company_id, day))
  )
);

WITH told AS (
  SELECT
    company_id,
    as_of AS day,
    AVG(CASE WHEN metric = 'news_tone' THEN value END) AS tone,
    MAX(CASE WHEN metric = 'news_articles' THEN value END) AS articles
  FROM staging.company_observations
  WHERE
    metric IN ('news_tone', 'news_articles') AND is_good
  GROUP BY
    company_id,
    as_of
), toned AS (
  SELECT
    company_id,
    day,
    tone,
    articles
  FROM told
  WHERE
    NOT tone IS NULL AND articles > 0
)
SELECT
  t.company_id,
  t.day,
  (
    SUM(w.tone * w.articles) / SUM(w.articles)
  )::DOUBLE AS tone_7d,
  ROUND(SUM(w.articles))::BIGINT AS articles_7d
FROM toned AS t
INNER JOIN toned AS w
  ON w.company_id = t.company_id AND w.day <= t.day AND DATE_DIFF('DAY', w.day::DATE, t.day::DATE) < @mentions_days
GROUP BY
  t.company_id,
  t.day
