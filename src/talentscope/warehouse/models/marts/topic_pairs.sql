MODEL (
  name marts.topic_pairs,
  kind FULL,
  description 'Topics that go together: pairs carried by at least 3 repositories. Forks, and repositories with more than 20 topics, are not counted.',
  grain (topic, other_topic),
  column_descriptions (
    topic = 'The topic.',
    other_topic = 'The topic beside it.',
    repository_count = 'Repositories that carry both.',
    share = 'Of the repositories that carry the topic, the share that carries the other too, 0 to 1.',
    lift = 'How many times more often the two meet than chance would have it; 1 is chance.'
  ),
  audits (
    not_null_non_blocking(columns := (topic, other_topic, repository_count, share, lift)),
    unique_combination_of_columns_non_blocking(columns := (topic, other_topic)),
    accepted_range_non_blocking(column := repository_count, min_v := 3),
    accepted_range_non_blocking(column := share, min_v := 0, max_v := 1),
    accepted_range_non_blocking(column := lift, min_v := 0)
  )
);

WITH carried AS (
  SELECT
    t.repository_node_id,
    t.topic
  FROM marts.repository_topics AS t
  INNER JOIN marts.repositories AS r
    ON r.repository_node_id = t.repository_node_id
  WHERE
    NOT r.is_fork AND r.topic_count <= 20
), population AS (
  SELECT
    COUNT(DISTINCT repository_node_id) AS repository_count
  FROM carried
), counted AS (
  SELECT
    topic,
    COUNT(*) AS repository_count
  FROM carried
  GROUP BY
    topic
), paired AS (
  SELECT
    a.topic,
    b.topic AS other_topic,
    COUNT(*) AS repository_count
  FROM carried AS a
  INNER JOIN carried AS b
    ON b.repository_node_id = a.repository_node_id AND b.topic <> a.topic
  GROUP BY
    a.topic,
    b.topic
  HAVING
    COUNT(*) >= 3
)
SELECT
  p.topic,
  p.other_topic,
  p.repository_count::BIGINT AS repository_count,
  (
    p.repository_count::DOUBLE / c.repository_count::DOUBLE
  )::DOUBLE AS share,
  (
    p.repository_count::DOUBLE * n.repository_count::DOUBLE / (
      c.repository_count::DOUBLE * o.repository_count::DOUBLE
    )
  )::DOUBLE AS lift
FROM paired AS p
INNER JOIN counted AS c
  ON c.topic = p.topic
INNER JOIN counted AS o
  ON o.topic = p.other_topic
CROSS JOIN population AS n
