MODEL (
  name marts.topics,
  kind FULL,
  description 'Each topic, and how many repositories and accounts carry it; forks are not counted.',
  grain (topic),
  column_descriptions (
    topic = 'The topic, in lower case.',
    repository_count = 'Repositories that carry it, without forks.',
    developer_count = 'Accounts that own one of these.'
  ),
  audits (
    not_null_non_blocking(columns := (topic, repository_count, developer_count)),
    unique_values_non_blocking(columns := (topic)),
    accepted_range_non_blocking(column := repository_count, min_v := 1)
  )
);

SELECT
  t.topic,
  COUNT(*)::BIGINT AS repository_count,
  COUNT(DISTINCT t.owner_github_id)::BIGINT AS developer_count
FROM marts.repository_topics AS t
INNER JOIN marts.repositories AS r
  ON r.repository_node_id = t.repository_node_id
WHERE
  NOT r.is_fork
GROUP BY
  t.topic
