-- What is told of the accounts in scope: their profile and the repositories that answer the brief, the best first.
matched_topics AS (
  SELECT m.repository_node_id, list(DISTINCT t.topic ORDER BY t.topic) AS topics
  FROM matched AS m JOIN scope_topics AS t ON t.repository_node_id = m.repository_node_id
  WHERE list_contains($cluster_topics::VARCHAR[], t.topic)
  GROUP BY m.repository_node_id
),
evidence AS (
  SELECT
    m.owner_github_id,
    list({
      'full_name': m.full_name, 'language': m.language, 'matched_topics': coalesce(t.topics, []),
      'kind': m.kind, 'stars': m.stars, 'size_kb': m.size_kb, 'is_archived': m.is_archived, 'pushed_at': m.pushed_at,
      'commits_total': m.commits_total, 'commits_owner': m.commits_owner, 'owner_commit_share': m.owner_commit_share,
      'active_days': m.active_days, 'substance': m.substance, 'observed_at': m.observed_at
    } ORDER BY m.kind DESC, m.stars DESC, m.repository_github_id) AS repositories
  FROM matched AS m LEFT JOIN matched_topics AS t ON t.repository_node_id = m.repository_node_id
  GROUP BY m.owner_github_id
)
SELECT
  d.github_id, d.login, d.name, d.company, d.employer_company_id, d.employer_confidence, d.employer_evidence,
  d.location, d.email, d.website, d.twitter, d.profile_observed_at, e.repositories
FROM evidence AS e JOIN developers AS d ON d.github_id = e.owner_github_id
