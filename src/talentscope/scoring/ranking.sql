-- Weighs a pool (pool.py). `passes`: the brief's filters on developers let the account through, and it is not left out.
WITH
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
  FROM pool
  WHERE passes
),
scored AS (
  SELECT
    *,
    -- rounded, so that the order of additions can never decide a rank
    CASE WHEN known_weight > 0 THEN round(100 * points / known_weight, $decimals::INTEGER) END AS score,
    round(100 * points / full_weight, $decimals::INTEGER) AS score_low,
    round(100 * (points + full_weight - known_weight) / full_weight, $decimals::INTEGER) AS score_high
  FROM weighed
)
