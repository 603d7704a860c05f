MODEL (
  name marts.repository_topics,
  kind FULL,
  description 'The topics of each repository, with its owner.',
  grain (repository_node_id, topic),
  column_descriptions (
    repository_node_id = 'The repository.',
    topic = 'The topic, in lower case.',
    position = 'Its place in the order of the owner, from 0.',
    owner_github_id = 'The number of the account that owns the repository.'
  ),
  audits (
    not_null_non_blocking(columns := (repository_node_id, topic, owner_github_id)),
    unique_combination_of_columns_non_blocking(columns := (repository_node_id, topic)),
    topic_has_repository
  )
);

SELECT
  t.repository_node_id,
  t.topic,
  t.position,
  r.owner_github_id
FROM staging.github_repository_topics AS t
INNER JOIN marts.repositories AS r
  ON r.repository_node_id = t.repository_node_id
