-- The repositories that answer a brief, each with what it counts for: the first half of every query here (query.py puts
-- them together). Parameters ($name) are built in query.py; bands, weights and thresholds come from rules.py and the
-- brief. tests/integration/test_scoring_twin.py computes the same naively.
-- kind: what a repository matched by, strongest first: 4 topic or alias, 3 related topic, 2 keyword, 1 language alone.
-- bit: which asked term was met. Text is compared folded: lower case, no accents, words only (terms.fold).
cluster AS MATERIALIZED (
  SELECT
    unnest($cluster_topics::VARCHAR[]) AS topic,
    unnest($cluster_bits::BIGINT[]) AS bit,
    unnest($cluster_kinds::INTEGER[]) AS kind
),
keywords AS MATERIALIZED (
  SELECT
    unnest($keyword_words::VARCHAR[]) AS words,
    unnest($keyword_bits::BIGINT[]) AS bit
),
languages AS MATERIALIZED (
  SELECT unnest($languages::VARCHAR[]) AS language, unnest($language_bits::BIGINT[]) AS bit
),
hits AS MATERIALIZED (
  SELECT repository_node_id, bit_or(bit) AS bits, max(kind) AS kind
  FROM (
    SELECT t.repository_node_id, c.bit, c.kind
    FROM scope_topics AS t JOIN cluster AS c ON t.topic = c.topic
    UNION ALL
    SELECT r.repository_node_id, k.bit, 2
    FROM (
      SELECT repository_node_id, ' ' || trim(regexp_replace(text, '[^\pL\pN+#]+', ' ', 'g')) || ' ' AS folded
      FROM (
        SELECT repository_node_id, lower(strip_accents(name || ' ' || coalesce(description, ''))) AS text
        FROM scope_repositories
        WHERE $keywords::VARCHAR IS NOT NULL
      )
      WHERE regexp_matches(text, $keywords::VARCHAR)
    ) AS r
    JOIN keywords AS k ON contains(r.folded, k.words)
    UNION ALL
    SELECT r.repository_node_id, l.bit, 1
    FROM scope_repositories AS r JOIN languages AS l ON lower(r.language) = l.language
    WHERE $is_language_only
    UNION ALL
    SELECT repository_node_id, 0, 1 FROM scope_repositories WHERE $is_anything
  )
  GROUP BY repository_node_id
),
matched AS MATERIALIZED (
  SELECT
    r.repository_node_id, r.repository_github_id, r.owner_github_id, r.full_name, r.language, r.stars, r.size_kb,
    r.is_archived, r.pushed_at, r.commits_total, r.commits_owner, r.owner_commit_share, r.active_days, r.observed_at,
    h.bits, h.kind, ($evidence_values::DOUBLE[])[h.kind] AS evidence,
    -- the mean of the parts that are known; mind that least and greatest skip NULLs
    (
      CASE WHEN r.size_kb IS NULL THEN 0 ELSE least(1, ln(1 + r.size_kb) / ln(1 + $full_size_kb::DOUBLE)) END
      + CASE WHEN r.commits_total IS NULL THEN 0 ELSE least(1, ln(1 + r.commits_total) / ln(1 + $full_commits::DOUBLE)) END
      + CASE WHEN r.active_days IS NULL THEN 0 ELSE least(1, ln(1 + r.active_days) / ln(1 + $full_active_days::DOUBLE)) END
    ) / nullif(
      (r.size_kb IS NOT NULL)::INTEGER + (r.commits_total IS NOT NULL)::INTEGER + (r.active_days IS NOT NULL)::INTEGER, 0
    ) AS substance
  FROM hits AS h JOIN scope_repositories AS r ON r.repository_node_id = h.repository_node_id
  -- CASE over both sides keeps the planner from filtering repositories first: it would then think them few, and build
  -- its hash table over a million repositories instead of over the hits (measured: 205 ms against 25 ms of fixed cost)
  WHERE CASE WHEN h.kind > 0
    AND NOT r.is_fork
    AND r.stars BETWEEN $stars_min AND $stars_max
    AND (r.size_kb IS NULL OR r.size_kb BETWEEN $size_min AND $size_max)
    AND r.topic_count <= $topics_max
    AND ($pushed_since::DATE IS NULL OR r.pushed_at::DATE >= $pushed_since::DATE)
  THEN
    len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], lower(r.language))
  END
)
