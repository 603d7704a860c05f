MODEL (
  name daily.head_counts,
  kind FULL,
  description 'How many people each company employed on each day, as last told: filed before imported or bought before Wikidata, unless that is older than fifteen months and another is not.',
  grain (company_id, day),
  column_descriptions (
    company_id = 'The company.',
    day = 'The day.',
    employees = 'The head-count; NULL where unknown.',
    source = 'Who states it.',
    as_of = 'The day that it is of.',
    is_old = 'Whether it is more than fifteen months old.',
    year_before = 'What the same kind of source stated about a year before; NULL where unknown.',
    year_before_as_of = 'The day that this is of.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, day)),
    unique_combination_of_columns_non_blocking(columns := (company_id, day)),
    accepted_range_non_blocking(column := employees, min_v := 0, inclusive := FALSE)
  )
);

WITH graded AS (
  SELECT
    company_id,
    as_of,
    value,
    source,
    CASE source WHEN 'sec' THEN 1 WHEN 'wikidata' THEN 3 ELSE 2 END AS grade
  FROM staging.company_observations
  WHERE
    is_good AND value > 0 AND metric = 'employees'
), ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY company_id, grade, as_of
      ORDER BY CASE source WHEN 'fmp' THEN 2 ELSE 1 END, source
    ) AS place
  FROM graded
), stated AS (
  SELECT
    company_id,
    grade,
    as_of,
    value,
    source
  FROM ranked
  WHERE
    place = 1
), firsts AS (
  SELECT DISTINCT
    company_id,
    first_day
  FROM daily.calendar
), events AS (
  SELECT
    f.company_id,
    GREATEST(s.as_of, f.first_day) AS day,
    MAX(CASE s.grade WHEN 1 THEN s.as_of END) AS filed_as_of,
    MAX(CASE s.grade WHEN 2 THEN s.as_of END) AS told_as_of,
    MAX(CASE s.grade WHEN 3 THEN s.as_of END) AS gathered_as_of
  FROM stated AS s
  INNER JOIN firsts AS f
    ON f.company_id = s.company_id
  GROUP BY
    f.company_id,
    GREATEST(s.as_of, f.first_day)
), known AS (
  SELECT
    c.company_id,
    c.day,
    MAX(e.filed_as_of) OVER so_far AS filed_as_of,
    MAX(e.told_as_of) OVER so_far AS told_as_of,
    MAX(e.gathered_as_of) OVER so_far AS gathered_as_of
  FROM daily.calendar AS c
  LEFT JOIN events AS e
    ON e.company_id = c.company_id AND e.day = c.day
  WINDOW so_far AS (PARTITION BY c.company_id ORDER BY c.day NULLS FIRST)
), graded_days AS (
  SELECT
    *,
    CASE
      WHEN DATE_DIFF('DAY', filed_as_of::DATE, day::DATE) <= @employees_old_days
      THEN 1
      WHEN DATE_DIFF('DAY', told_as_of::DATE, day::DATE) <= @employees_old_days
      THEN 2
      WHEN DATE_DIFF('DAY', gathered_as_of::DATE, day::DATE) <= @employees_old_days
      THEN 3
      /* not by GREATEST: of an unknown day it is NULL on BigQuery, and the known one elsewhere */
      WHEN filed_as_of >= COALESCE(told_as_of, filed_as_of)
      AND filed_as_of >= COALESCE(gathered_as_of, filed_as_of)
      THEN 1
      WHEN told_as_of >= COALESCE(filed_as_of, told_as_of)
      AND told_as_of >= COALESCE(gathered_as_of, told_as_of)
      THEN 2
      WHEN NOT gathered_as_of IS NULL
      THEN 3
    END AS grade
  FROM known
), chosen AS (
  SELECT
    company_id,
    day,
    grade,
    CASE grade WHEN 1 THEN filed_as_of WHEN 2 THEN told_as_of WHEN 3 THEN gathered_as_of END AS as_of
  FROM graded_days
), moments AS (
  SELECT
    company_id,
    grade,
    as_of AS moment,
    as_of AS stated_as_of,
    NULL::DATE AS earlier_as_of
  FROM stated
  UNION ALL
  SELECT
    company_id,
    grade,
    (
      as_of + @year_min_days
    )::DATE AS moment,
    NULL::DATE AS stated_as_of,
    as_of AS earlier_as_of
  FROM stated
), looked_back AS (
  SELECT
    company_id,
    grade,
    stated_as_of,
    MAX(earlier_as_of) OVER (PARTITION BY company_id, grade ORDER BY moment NULLS FIRST) AS earlier_as_of
  FROM moments
), years AS (
  SELECT
    l.company_id,
    l.grade,
    l.stated_as_of AS as_of,
    e.value AS year_before,
    e.as_of AS year_before_as_of
  FROM looked_back AS l
  INNER JOIN stated AS e
    ON e.company_id = l.company_id
    AND e.grade = l.grade
    AND e.as_of = l.earlier_as_of
    AND DATE_DIFF('DAY', e.as_of::DATE, l.stated_as_of::DATE) <= @year_max_days
)
SELECT
  c.company_id,
  c.day,
  s.value::DOUBLE AS employees,
  s.source::TEXT AS source,
  s.as_of::DATE AS as_of,
  (
    DATE_DIFF('DAY', s.as_of::DATE, c.day::DATE) > @employees_old_days
  )::BOOLEAN AS is_old,
  y.year_before::DOUBLE AS year_before,
  y.year_before_as_of::DATE AS year_before_as_of
FROM chosen AS c
LEFT JOIN stated AS s
  ON s.company_id = c.company_id AND s.grade = c.grade AND s.as_of = c.as_of
LEFT JOIN years AS y
  ON y.company_id = c.company_id AND y.grade = c.grade AND y.as_of = c.as_of
