MODEL (
  name staging.github_repository_topics,
  kind VIEW,
  description 'The topics that each repository carries now: rows of earlier observations are left out.',
  grain (repository_node_id, topic),
  column_descriptions (
    repository_node_id = 'The repository.',
    topic = 'The topic, in lower case.',
    position = 'Its place in the order of the owner, from 0.'
  ),
  audits (
    not_null_non_blocking(columns := (repository_node_id, topic)),
    unique_combination_of_columns_non_blocking(columns := (repository_node_id, topic))
  )
);

WITH carried AS (
  SELECT
    t.repository_node_id,
    LOWER(t.topic) AS topic,
    t.position
  FROM raw.github_repository_topics AS t
  INNER JOIN raw.github_repositories AS r
    ON r.node_id = t.repository_node_id AND r.observed_at = t.observed_at
)
SELECT
  repository_node_id::TEXT AS repository_node_id,
  topic::TEXT AS topic,
  MIN(position)::BIGINT AS position
FROM carried
GROUP BY
  repository_node_id,
  topic
