-- What facets are counted from: matched (language), and carried (the topics of the repositories that answer).
carried AS (
  SELECT m.owner_github_id, t.topic
  FROM matched AS m JOIN scope_topics AS t ON t.repository_node_id = m.repository_node_id
  WHERE list_contains($cluster_topics::VARCHAR[], t.topic)
)
