MODEL (
  name staging.company_posts,
  kind VIEW,
  description 'A few posts of each company and day, to show what the sentiment is of; without their authors.',
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
    unique_combination_of_columns_non_blocking(columns := (company_id, source, post_id)),
    accepted_range_non_blocking(column := score, min_v := -1, max_v := 1)
  )
);

SELECT
  company_id::TEXT AS company_id,
  source::TEXT AS source,
  post_id::TEXT AS post_id,
  url::TEXT AS url,
  text::TEXT AS text,
  language::TEXT AS language,
  score::DOUBLE AS score,
  posted_at::TIMESTAMPTZ AS posted_at,
  observed_at::TIMESTAMPTZ AS observed_at
FROM raw.company_posts
