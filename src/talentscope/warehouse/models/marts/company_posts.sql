MODEL (
  name marts.company_posts,
  kind FULL,
  description 'The newest sample posts of each company, to show what the sentiment is of; without their authors.',
  grain (company_id, source, post_id),
  column_descriptions (
    company_id = 'The company.',
    source = 'Where it was written.',
    post_id = 'The id that the source gives the post.',
    url = 'Where to read it.',
    text = 'The text, as written.',
    language = 'The language, as the source says it.',
    score = 'The score, -1 to 1; NULL where the model does not read the language.',
    posted_at = 'When it was written.',
    observed_at = 'When the source was asked.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, source, post_id, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (company_id, source, post_id))
  )
);

WITH ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY company_id
      ORDER BY CASE WHEN posted_at IS NULL THEN 1 ELSE 0 END, posted_at DESC, source, post_id
    ) AS place
  FROM staging.company_posts
)
SELECT
  company_id,
  source,
  post_id,
  url,
  text,
  language,
  score,
  posted_at,
  observed_at
FROM ranked
WHERE
  place <= @posts_shown
