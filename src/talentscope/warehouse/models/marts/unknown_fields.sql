MODEL (
  name marts.unknown_fields,
  kind FULL,
  description 'Fields that a source sends and that are neither used nor ignored by name.',
  grain (source, path),
  column_descriptions (
    source = 'The interface that sends it.',
    path = 'Where it stands in the answer.',
    observed_at = 'When it was last noted.'
  ),
  audits (
    not_null_non_blocking(columns := (source, path, observed_at)),
    unique_combination_of_columns_non_blocking(columns := (source, path))
  )
);

SELECT
  source,
  path,
  observed_at
FROM staging.github_unknown_fields
