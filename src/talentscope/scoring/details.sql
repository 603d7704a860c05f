-- What is told of the accounts whose spots these are: their profile and the repositories that answer, the best first.
-- All but the name is in the spots: looking a repository up costs a little for each column.
WITH
named AS (
  SELECT m.*, r.full_name FROM matched AS m JOIN repositories AS r ON r.rowid = m.place
),
evidence AS (
  SELECT
    owner_github_id,
    list({
      'full_name': full_name, 'language_id': language_id, 'matched_topics': topics,
      'kind': kind, 'stars': stars, 'size_kb': size_kb, 'is_archived': is_archived, 'pushed_at': pushed_at,
      'commits_total': commits_total, 'commits_owner': commits_owner, 'owner_commit_share': owner_commit_share,
      'active_days': active_days, 'substance': substance, 'observed_at': observed_at
    } ORDER BY kind DESC, stars DESC, place) AS repositories
  FROM named
  GROUP BY owner_github_id
)
SELECT
  d.github_id, d.login, d.name, d.company, d.employer_company_id, d.employer_confidence, d.employer_evidence,
  d.location, d.email, d.website, d.twitter, d.profile_observed_at, e.repositories
FROM evidence AS e JOIN developers AS d ON d.github_id = e.owner_github_id
