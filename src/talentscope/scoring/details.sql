-- What is told of the accounts whose spots these are: their profile and the repositories that answer, the best first.
evidence AS (
  SELECT
    m.owner_github_id,
    list({
      'full_name': r.full_name, 'language': r.language, 'matched_topics': m.topics,
      'kind': m.kind, 'stars': r.stars, 'size_kb': r.size_kb, 'is_archived': r.is_archived, 'pushed_at': r.pushed_at,
      'commits_total': r.commits_total, 'commits_owner': r.commits_owner, 'owner_commit_share': r.owner_commit_share,
      'active_days': r.active_days, 'substance': m.substance, 'observed_at': r.observed_at
    } ORDER BY m.kind DESC, r.stars DESC, r.repository_github_id) AS repositories
  FROM matched AS m JOIN repositories AS r ON r.rowid = m.place
  GROUP BY m.owner_github_id
)
SELECT
  d.github_id, d.login, d.name, d.company, d.employer_company_id, d.employer_confidence, d.employer_evidence,
  d.location, d.email, d.website, d.twitter, d.profile_observed_at, e.repositories
FROM evidence AS e JOIN developers AS d ON d.github_id = e.owner_github_id
