-- The repositories that a brief's topics or keywords meet, before any filter; spots.sql goes on. Parameters ($name) are
-- built in query.py. tests/integration/test_scoring_twin.py computes the same naively.
-- kind: what a repository matched by, strongest first: 4 topic or alias, 3 related topic, 2 keyword.
-- bit: which asked term was met; topics: which of $cluster_topics, from 0, some twice. Text is compared folded: lower
-- case, no accents, words only (terms.fold).
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
  )
  GROUP BY repository_node_id
),
met AS (
  SELECT r.rowid AS place, r.*, h.bits, h.kind, h.topics
  FROM hits AS h JOIN repositories AS r ON r.repository_node_id = h.repository_node_id
  -- CASE over both sides keeps the planner from filtering repositories first: it would then think them few, and build its
  -- hash table over a million repositories instead of over the hits (measured: 205 ms against 25 ms of fixed cost)
  WHERE CASE WHEN h.kind > 0 THEN NOT r.is_fork END
)
