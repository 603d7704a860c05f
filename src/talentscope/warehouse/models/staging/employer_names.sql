MODEL (
  name staging.employer_names,
  kind VIEW,
  description 'What developers state as their employer, resolved to a company where that is certain enough.',
  grain (stated),
  column_descriptions (
    stated = 'The employer, as stated.',
    company_id = 'The company; NULL where it is none of the registry.',
    confidence = 'high, medium, or review: a likeness for a person to judge, never used.',
    evidence = 'What it was resolved by.',
    observed_at = 'When it was resolved.'
  ),
  audits (
    not_null_non_blocking(columns := (stated, observed_at)),
    unique_values_non_blocking(columns := (stated)),
    accepted_values_non_blocking(column := confidence, is_in := ('high', 'medium', 'review'))
  )
);

SELECT
  stated::TEXT AS stated,
  company_id::TEXT AS company_id,
  confidence::TEXT AS confidence,
  evidence::TEXT AS evidence,
  observed_at::TIMESTAMPTZ AS observed_at
FROM raw.employer_names
