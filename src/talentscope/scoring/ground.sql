-- The repositories that a brief's topics, keywords or languages meet, before any filter. Parameters ($name) are built in
-- query.py. tests/integration/test_scoring_twin.py computes the same naively.
-- kind: what a repository matched by, strongest first: 4 topic or alias, 3 related topic, 2 keyword, 1 language alone.
-- bit: which asked term was met; topics: which of $cluster_topics, from 0, some twice; place: the row of the repository,
-- which stand in the order of owner and number. Text is compared folded: lower case, no
-- accents, words only (terms.fold).
WITH
cluster AS MATERIALIZED (
  SELECT
    unnest($cluster_topics::VARCHAR[]) AS topic,
    unnest(range(len($cluster_topics::VARCHAR[])))::INTEGER AS place,
    unnest($cluster_bits::BIGINT[]) AS bit,
    unnest($cluster_kinds::INTEGER[]) AS kind
),
keywords AS MATERIALIZED (
  SELECT
    unnest($keyword_words::VARCHAR[]) AS words,
    unnest($keyword_bits::BIGINT[]) AS bit
),
term_languages AS MATERIALIZED (
  SELECT unnest($term_languages::VARCHAR[]) AS language, unnest($language_bits::BIGINT[]) AS bit
),
hits AS MATERIALIZED (
  SELECT repository_node_id, bit_or(bit) AS bits, max(kind) AS kind, list(place) FILTER (place >= 0) AS topics
  FROM (
    SELECT t.repository_node_id, c.bit, c.kind, c.place
    FROM repository_topics AS t JOIN cluster AS c ON t.topic = c.topic
    UNION ALL
    SELECT r.repository_node_id, k.bit, 2, -1
    FROM (
      SELECT repository_node_id, ' ' || trim(regexp_replace(text, '[^\pL\pN+#]+', ' ', 'g')) || ' ' AS folded
      FROM (
        SELECT repository_node_id, lower(strip_accents(name || ' ' || coalesce(description, ''))) AS text
        FROM repositories
        WHERE $keywords::VARCHAR IS NOT NULL
      )
      WHERE regexp_matches(text, $keywords::VARCHAR)
    ) AS r
    JOIN keywords AS k ON contains(r.folded, k.words)
    UNION ALL
    SELECT r.repository_node_id, l.bit, 1, -1
    FROM repositories AS r JOIN term_languages AS l ON lower(r.language) = l.language
  )
  GROUP BY repository_node_id
)
SELECT
  r.rowid AS place, r.owner_github_id, r.language, r.stars, r.size_kb, r.topic_count, r.is_archived,
  r.pushed_at, r.pushed_at::DATE AS pushed_on, r.commits_total, r.commits_owner, r.owner_commit_share, r.active_days,
  r.observed_at,
  h.bits, h.kind, h.topics, ($evidence_values::DOUBLE[])[h.kind] AS evidence,
  -- the mean of the parts that are known; mind that least and greatest skip NULLs
  (
    CASE WHEN r.size_kb IS NULL THEN 0 ELSE least(1, ln(1 + r.size_kb) / ln(1 + $full_size_kb::DOUBLE)) END
    + CASE WHEN r.commits_total IS NULL THEN 0 ELSE least(1, ln(1 + r.commits_total) / ln(1 + $full_commits::DOUBLE)) END
    + CASE WHEN r.active_days IS NULL THEN 0 ELSE least(1, ln(1 + r.active_days) / ln(1 + $full_active_days::DOUBLE)) END
  ) / nullif(
    (r.size_kb IS NOT NULL)::INTEGER + (r.commits_total IS NOT NULL)::INTEGER + (r.active_days IS NOT NULL)::INTEGER, 0
  ) AS substance
FROM hits AS h JOIN repositories AS r ON r.repository_node_id = h.repository_node_id
-- CASE over both sides keeps the planner from filtering repositories first: it would then think them few, and build its
-- hash table over a million repositories instead of over the hits (measured: 205 ms against 25 ms of fixed cost)
WHERE CASE WHEN h.kind > 0 THEN NOT r.is_fork END
