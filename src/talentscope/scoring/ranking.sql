-- Weighs a pool (pool.sql), orders it and cuts a slice out of it. $without are not shown and not counted in ranks.
WITH
allowed AS (
  SELECT * FROM pool
  WHERE len($without::BIGINT[]) = 0 OR github_id NOT IN (SELECT unnest($without::BIGINT[]))
),
weighed AS (
  SELECT
    *,
    $relevance * relevance + coalesce($authorship * authorship, 0) + coalesce($substance * substance, 0)
      + $validation * validation + coalesce($recency * recency, 0) + coalesce($reach * reach, 0)
      + coalesce($attention * attention, 0) AS points,
    $relevance + $validation
      + $authorship * (authorship IS NOT NULL)::INTEGER + $substance * (substance IS NOT NULL)::INTEGER
      + $recency * (recency IS NOT NULL)::INTEGER + $reach * (reach IS NOT NULL)::INTEGER
      + $attention * (attention IS NOT NULL)::INTEGER AS known_weight,
    $relevance + $substance + $validation + $authorship + $recency + $reach + $attention AS full_weight
  FROM allowed
),
scored AS (
  SELECT
    *,
    -- rounded, so that the order of additions can never decide a rank
    CASE WHEN known_weight > 0 THEN round(100 * points / known_weight, $decimals::INTEGER) END AS score,
    round(100 * points / full_weight, $decimals::INTEGER) AS score_low,
    round(100 * (points + full_weight - known_weight) / full_weight, $decimals::INTEGER) AS score_high
  FROM weighed
),
ranked AS (
  SELECT *, row_number() OVER (ORDER BY score DESC NULLS LAST, score_low DESC, github_id) AS rank FROM scored
)
SELECT * FROM ranked
WHERE contains(text, lower(strip_accents($text::VARCHAR)))
  AND ($only::BIGINT[] IS NULL OR github_id IN (SELECT unnest($only::BIGINT[])))
