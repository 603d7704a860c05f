-- The repositories of a ground (ground.sql) that pass the brief's repository filters: the beginning of pool.sql,
-- details.sql and facets.sql.
WITH
matched AS (
  SELECT * FROM spots
  WHERE stars BETWEEN $stars_min AND $stars_max
    AND (size_kb IS NULL OR size_kb BETWEEN $size_min AND $size_max)
    AND topic_count <= $topics_max
    AND ($pushed_since::DATE IS NULL OR pushed_on >= $pushed_since::DATE)
    AND ($language_ids::INTEGER[] IS NULL OR list_contains($language_ids::INTEGER[], language_id))
),
