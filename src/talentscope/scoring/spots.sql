-- What is kept of the repositories that a question meets (ground.sql, everything.sql).
-- place: the row of the repository, which stand in the order of owner and number.
SELECT
  place, owner_github_id, language, stars, size_kb, topic_count, is_archived, pushed_at, pushed_at::DATE AS pushed_on,
  commits_total, commits_owner, owner_commit_share, active_days, observed_at,
  kind, topics, ($evidence_values::DOUBLE[])[kind] AS evidence,
  -- the mean of the parts that are known; mind that least and greatest skip NULLs
  (
    CASE WHEN size_kb IS NULL THEN 0 ELSE least(1, ln(1 + size_kb) / ln(1 + $full_size_kb::DOUBLE)) END
    + CASE WHEN commits_total IS NULL THEN 0 ELSE least(1, ln(1 + commits_total) / ln(1 + $full_commits::DOUBLE)) END
    + CASE WHEN active_days IS NULL THEN 0 ELSE least(1, ln(1 + active_days) / ln(1 + $full_active_days::DOUBLE)) END
  ) / nullif(
    (size_kb IS NOT NULL)::INTEGER + (commits_total IS NOT NULL)::INTEGER + (active_days IS NOT NULL)::INTEGER, 0
  ) AS substance,
  bits
FROM met
