AUDIT (
  name topic_has_repository,
  blocking FALSE
);

SELECT
  t.repository_node_id,
  t.topic
FROM @this_model AS t
LEFT JOIN marts.repositories AS r
  ON r.repository_node_id = t.repository_node_id
WHERE
  r.repository_node_id IS NULL;

AUDIT (
  name developer_has_repository,
  blocking FALSE
);

SELECT
  github_id
FROM @this_model
WHERE
  repository_count + fork_count = 0;

AUDIT (
  name exclusion_has_reason,
  blocking FALSE
);

SELECT
  github_id
FROM @this_model
WHERE
  (
    excluded_rule IS NULL
  ) <> (
    excluded_reason IS NULL
  )
