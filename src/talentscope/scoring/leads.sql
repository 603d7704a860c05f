-- Scores every developer for one brief over the published snapshot. Parameters ($name) are built in query.py; bands,
-- weights and thresholds come from rules.py and the brief. tests/integration/test_scoring_twin.py computes the same naively.
-- kind: what a repository matched by, strongest first: 4 topic or alias, 3 related topic, 2 keyword, 1 language alone.
-- bit: which asked term was met. Text is compared folded: lower case, no accents, words only (terms.fold).
WITH
cluster AS MATERIALIZED (
  SELECT
    unnest($cluster_topics::VARCHAR[]) AS topic,
    unnest($cluster_bits::BIGINT[]) AS bit,
    unnest($cluster_kinds::INTEGER[]) AS kind
),
keywords AS MATERIALIZED (
  SELECT
    unnest($keyword_words::VARCHAR[]) AS words,
    unnest($keyword_bits::BIGINT[]) AS bit
),
languages AS MATERIALIZED (
  SELECT unnest($languages::VARCHAR[]) AS language, unnest($language_bits::BIGINT[]) AS bit
),
hits AS MATERIALIZED (
  SELECT repository_node_id, bit_or(bit) AS bits, max(kind) AS kind
  FROM (
    SELECT t.repository_node_id, c.bit, c.kind
    FROM repository_topics AS t JOIN cluster AS c ON t.topic = c.topic
    UNION ALL
    SELECT r.repository_node_id, k.bit, 2
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
    UNION ALL
    SELECT r.repository_node_id, l.bit, 1
    FROM repositories AS r JOIN languages AS l ON lower(r.language) = l.language
    WHERE $is_language_only
  )
  GROUP BY repository_node_id
),
matched AS MATERIALIZED (
  SELECT
    r.repository_node_id, r.repository_github_id, r.owner_github_id, r.full_name, r.language, r.stars, r.size_kb,
    r.is_archived, r.pushed_at, r.commits_total, r.commits_owner, r.owner_commit_share, r.active_days, r.observed_at,
    h.bits, h.kind, ($evidence_values::DOUBLE[])[h.kind] AS evidence,
    -- the mean of the parts that are known; mind that least and greatest skip NULLs
    (
      CASE WHEN r.size_kb IS NULL THEN 0 ELSE least(1, ln(1 + r.size_kb) / ln(1 + $full_size_kb::DOUBLE)) END
      + CASE WHEN r.commits_total IS NULL THEN 0 ELSE least(1, ln(1 + r.commits_total) / ln(1 + $full_commits::DOUBLE)) END
      + CASE WHEN r.active_days IS NULL THEN 0 ELSE least(1, ln(1 + r.active_days) / ln(1 + $full_active_days::DOUBLE)) END
    ) / nullif(
      (r.size_kb IS NOT NULL)::INTEGER + (r.commits_total IS NOT NULL)::INTEGER + (r.active_days IS NOT NULL)::INTEGER, 0
    ) AS substance
  FROM hits AS h JOIN repositories AS r ON r.repository_node_id = h.repository_node_id
  -- CASE over both sides keeps the planner from filtering repositories first: it would then think them few, and build
  -- its hash table over a million repositories instead of over the hits (measured: 205 ms against 25 ms of fixed cost)
  WHERE CASE WHEN h.kind > 0
    AND NOT r.is_fork
    AND r.stars BETWEEN $stars_min AND $stars_max
    AND (r.size_kb IS NULL OR r.size_kb BETWEEN $size_min AND $size_max)
    AND r.topic_count <= $topics_max
    AND ($pushed_since::DATE IS NULL OR r.pushed_at::DATE >= $pushed_since::DATE)
    AND ($only_id::BIGINT IS NULL OR r.owner_github_id = $only_id::BIGINT)
  THEN
    len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], lower(r.language))
  END
),
owners AS (
  SELECT
    owner_github_id,
    count(*) AS matched_count,
    sum(evidence) AS evidence,
    bit_or(bits) AS bits,
    sum(commits_owner) FILTER (owner_commit_share IS NOT NULL) AS commits_owner,
    sum(commits_total) FILTER (owner_commit_share IS NOT NULL) AS commits_total,
    max(substance, 3) AS substances,
    max(stars) AS stars,
    max(pushed_at) AS pushed_at
  FROM matched
  GROUP BY owner_github_id
),
measured AS (
  SELECT
    d.github_id, d.login, d.name, d.company, d.employer_company_id, d.employer_confidence, d.employer_evidence, d.location, d.email, d.website, d.twitter, d.followers,
    d.is_profile_known, d.profile_observed_at,
    greatest(d.repository_count, o.matched_count) AS known_count,
    o.* EXCLUDE (owner_github_id),
    o.evidence / (o.evidence + $depth_half) AS depth,
    (o.evidence + $focus_prior_count * $focus_prior)
      / (greatest(d.repository_count, o.matched_count) + $focus_prior_count) AS focus,
    bit_count(o.bits) / $term_count::DOUBLE AS breadth,
    CASE WHEN o.pushed_at IS NOT NULL THEN greatest(0, $as_of::DATE - o.pushed_at::DATE) END AS days_since_push
  FROM owners AS o JOIN developers AS d ON d.github_id = o.owner_github_id
  -- over both sides, for the same reason; and text is only looked at for those who pass the rest
  WHERE CASE WHEN o.matched_count > 0
    AND d.excluded_rule IS NULL
    AND (d.followers IS NULL OR d.followers BETWEEN $followers_min AND $followers_max)
    AND (
      $contact = 'none' OR NOT d.is_profile_known OR d.email IS NOT NULL
      OR ($contact = 'any' AND (d.website IS NOT NULL OR d.twitter IS NOT NULL))
    )
  THEN
    ($places::VARCHAR IS NULL OR regexp_matches(lower(strip_accents(d.location)), $places::VARCHAR))
    AND (
      $companies::VARCHAR IS NULL OR d.company IS NULL
      OR NOT regexp_matches(lower(strip_accents(d.company)), $companies::VARCHAR)
    )
    AND ($employers::VARCHAR[] IS NULL OR list_contains($employers::VARCHAR[], d.employer_company_id))
    AND NOT coalesce(list_contains($other_employers::VARCHAR[], d.employer_company_id), FALSE)
  END
),
components AS (
  SELECT
    *,
    $depth_share * depth + $focus_share * least(1, focus) + $breadth_share * breadth AS relevance,
    CASE WHEN commits_total > 0 THEN least(1, commits_owner / commits_total::DOUBLE) END AS authorship,
    $first_share * substances[1] + $second_share * coalesce(substances[2], 0)
      + $third_share * coalesce(substances[3], 0) AS substance,
    ($star_values::DOUBLE[])[len(list_filter($star_floors::BIGINT[], lambda floor: floor <= stars))] AS validation,
    ($day_values::DOUBLE[])[len(list_filter($day_floors::BIGINT[], lambda floor: floor <= days_since_push))] AS recency,
    CASE WHEN is_profile_known THEN
      $email_value * (email IS NOT NULL)::INTEGER + $website_value * (website IS NOT NULL)::INTEGER
      + $twitter_value * (twitter IS NOT NULL)::INTEGER
    END AS reach,
    ($follower_values::DOUBLE[])[len(list_filter($follower_floors::BIGINT[], lambda floor: floor <= followers))]
      AS attention
  FROM measured
),
weighed AS (
  SELECT
    *,
    $relevance * relevance + coalesce($authorship * authorship, 0) + coalesce($substance * substance, 0)
      + $validation * validation + coalesce($recency * recency, 0) + coalesce($reach * reach, 0)
      + coalesce($attention * attention, 0) AS points,
    $relevance + $validation
      + $authorship * (authorship IS NOT NULL)::INTEGER + $substance * (substance IS NOT NULL)::INTEGER
      + $recency * (recency IS NOT NULL)::INTEGER + $reach * (reach IS NOT NULL)::INTEGER
      + $attention * (attention IS NOT NULL)::INTEGER AS known_weight,
    $relevance + $substance + $validation + $authorship + $recency + $reach + $attention AS full_weight
  FROM components
),
scored AS (
  SELECT
    *,
    -- rounded, so that the order of additions can never decide a rank
    CASE WHEN known_weight > 0 THEN round(100 * points / known_weight, $decimals::INTEGER) END AS score,
    round(100 * points / full_weight, $decimals::INTEGER) AS score_low,
    round(100 * (points + full_weight - known_weight) / full_weight, $decimals::INTEGER) AS score_high
  FROM weighed
),
shown AS MATERIALIZED (
  SELECT * FROM scored ORDER BY score DESC NULLS LAST, score_low DESC, github_id LIMIT $limit
),
shown_topics AS (
  SELECT m.repository_node_id, list(DISTINCT t.topic ORDER BY t.topic) AS matched_topics
  FROM matched AS m
  SEMI JOIN shown AS s ON s.github_id = m.owner_github_id
  JOIN repository_topics AS t ON t.repository_node_id = m.repository_node_id
  WHERE $with_details AND list_contains($cluster_topics::VARCHAR[], t.topic)
  GROUP BY m.repository_node_id
),
details AS (
  SELECT
    m.owner_github_id,
    list({
      'full_name': m.full_name, 'language': m.language, 'matched_topics': coalesce(t.matched_topics, []),
      'kind': m.kind, 'stars': m.stars, 'size_kb': m.size_kb, 'is_archived': m.is_archived, 'pushed_at': m.pushed_at,
      'commits_total': m.commits_total, 'commits_owner': m.commits_owner, 'owner_commit_share': m.owner_commit_share,
      'active_days': m.active_days, 'substance': m.substance, 'observed_at': m.observed_at
    } ORDER BY m.kind DESC, m.stars DESC, m.repository_github_id) AS repositories
  FROM matched AS m
  SEMI JOIN shown AS s ON s.github_id = m.owner_github_id
  LEFT JOIN shown_topics AS t ON t.repository_node_id = m.repository_node_id
  WHERE $with_details
  GROUP BY m.owner_github_id
)
SELECT shown.*, details.repositories
FROM shown LEFT JOIN details ON details.owner_github_id = shown.github_id
ORDER BY shown.score DESC NULLS LAST, shown.score_low DESC, shown.github_id
