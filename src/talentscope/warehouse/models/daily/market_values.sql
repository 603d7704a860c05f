MODEL (
  name daily.market_values,
  kind FULL,
  description 'What each company was worth on each day: the newest stated market value, else shares x price. Zero is unknown.',
  grain (company_id, day),
  column_descriptions (
    company_id = 'The company.',
    day = 'The day.',
    market_value_usd = 'The whole company, all share classes, in US dollars; NULL where unknown or too old to show.',
    source = 'Who states it; `sec x ...` where it is shares x price.',
    as_of = 'The day that it is of.',
    last_as_of = 'The day of the last value known, shown or not.',
    price_usd = 'The last close of one traded share, in US dollars.',
    price_as_of = 'The day of that close.',
    shares = 'Ordinary shares outstanding, all classes.',
    shares_as_of = 'The day that they were counted.',
    is_computed = 'Whether it is shares x price.',
    is_disputed = 'Whether it is far from shares x price; NULL where that is not known.',
    do_sources_disagree = 'Whether another source states another value for that day.',
    is_split_suspected = 'Whether the price jumped after the shares were counted.'
  ),
  audits (
    not_null_non_blocking(columns := (company_id, day)),
    unique_combination_of_columns_non_blocking(columns := (company_id, day)),
    accepted_range_non_blocking(column := market_value_usd, min_v := 0, inclusive := FALSE)
  )
);

WITH stated AS (
  SELECT
    company_id,
    metric,
    as_of,
    value,
    source,
    ROW_NUMBER() OVER (
      PARTITION BY company_id, metric, as_of
      ORDER BY
        CASE
          WHEN source = 'fmp'
          THEN 2
          WHEN source = 'nasdaq'
          THEN 3
          WHEN source = 'sec'
          THEN CASE WHEN metric = 'shares' THEN 0 ELSE 4 END
          ELSE 1
        END,
        source
    ) AS place,
    MAX(value) OVER (PARTITION BY company_id, metric, as_of) AS highest,
    MIN(value) OVER (PARTITION BY company_id, metric, as_of) AS lowest
  FROM staging.company_observations
  WHERE
    is_good AND value > 0 AND metric IN ('market_value_usd', 'price_usd', 'shares')
), first_stated AS (
  SELECT
    company_id,
    metric,
    as_of,
    value,
    source,
    highest - lowest > @disagree_share * value AS do_sources_disagree,
    LAG(value) OVER (PARTITION BY company_id, metric ORDER BY as_of) AS value_before
  FROM stated
  WHERE
    place = 1
), events AS (
  SELECT
    c.company_id,
    GREATEST(f.as_of, c.first_day) AS day,
    MAX(CASE WHEN f.metric = 'market_value_usd' THEN f.as_of END) AS value_as_of,
    MAX(CASE WHEN f.metric = 'price_usd' THEN f.as_of END) AS price_as_of,
    MAX(CASE WHEN f.metric = 'shares' THEN f.as_of END) AS shares_as_of,
    MAX(
      CASE
        WHEN f.metric = 'price_usd'
        AND (
          f.value >= @split_factor * f.value_before OR f.value_before >= @split_factor * f.value
        )
        THEN f.as_of
      END
    ) AS jump_as_of
  FROM first_stated AS f
  INNER JOIN (
    SELECT DISTINCT
      company_id,
      first_day
    FROM daily.calendar
  ) AS c
    ON c.company_id = f.company_id
  GROUP BY
    c.company_id,
    GREATEST(f.as_of, c.first_day)
), known AS (
  SELECT
    c.company_id,
    c.day,
    MAX(e.value_as_of) OVER so_far AS value_as_of,
    MAX(e.price_as_of) OVER so_far AS price_as_of,
    MAX(e.shares_as_of) OVER so_far AS shares_as_of,
    MAX(e.jump_as_of) OVER so_far AS jump_as_of
  FROM daily.calendar AS c
  LEFT JOIN events AS e
    ON e.company_id = c.company_id AND e.day = c.day
  WINDOW so_far AS (PARTITION BY c.company_id ORDER BY c.day NULLS FIRST)
), joined AS (
  SELECT
    k.company_id,
    k.day,
    v.value AS stated_usd,
    v.source AS stated_source,
    k.value_as_of AS stated_as_of,
    v.do_sources_disagree,
    CASE WHEN DATE_DIFF('DAY', k.price_as_of::DATE, k.day::DATE) <= @value_lifetime_days THEN p.value END AS price_usd,
    p.source AS price_source,
    k.price_as_of,
    s.value AS shares,
    k.shares_as_of,
    COALESCE(k.jump_as_of > k.shares_as_of, FALSE) AS is_split_suspected,
    CASE
      WHEN r.shares_per_ticker > 0
      AND DATE_DIFF('DAY', k.shares_as_of::DATE, k.price_as_of::DATE) <= @shares_lifetime_days
      AND NOT COALESCE(k.jump_as_of > k.shares_as_of, FALSE)
      THEN s.value * p.value / r.shares_per_ticker
    END AS computed_usd
  FROM known AS k
  INNER JOIN staging.companies AS r
    ON r.company_id = k.company_id
  LEFT JOIN first_stated AS v
    ON v.company_id = k.company_id AND v.metric = 'market_value_usd' AND v.as_of = k.value_as_of
  LEFT JOIN first_stated AS p
    ON p.company_id = k.company_id AND p.metric = 'price_usd' AND p.as_of = k.price_as_of
  LEFT JOIN first_stated AS s
    ON s.company_id = k.company_id AND s.metric = 'shares' AND s.as_of = k.shares_as_of
), chosen AS (
  SELECT
    *,
    NOT computed_usd IS NULL
    AND (
      stated_as_of IS NULL OR (
        DATE_DIFF('DAY', stated_as_of::DATE, day::DATE) > @value_old_days AND price_as_of > stated_as_of
      )
    ) AS is_computed
  FROM joined
), dated AS (
  SELECT
    *,
    CASE WHEN is_computed THEN price_as_of ELSE stated_as_of END AS value_as_of
  FROM chosen
)
SELECT
  company_id,
  day,
  CASE
    WHEN DATE_DIFF('DAY', value_as_of::DATE, day::DATE) <= @value_lifetime_days
    THEN CASE WHEN is_computed THEN computed_usd ELSE stated_usd END
  END::DOUBLE AS market_value_usd,
  CASE
    WHEN DATE_DIFF('DAY', value_as_of::DATE, day::DATE) <= @value_lifetime_days
    THEN CASE WHEN is_computed THEN 'sec x ' || price_source ELSE stated_source END
  END::TEXT AS source,
  CASE WHEN DATE_DIFF('DAY', value_as_of::DATE, day::DATE) <= @value_lifetime_days THEN value_as_of END::DATE AS as_of,
  value_as_of::DATE AS last_as_of,
  price_usd::DOUBLE AS price_usd,
  CASE WHEN NOT price_usd IS NULL THEN price_as_of END::DATE AS price_as_of,
  shares::DOUBLE AS shares,
  shares_as_of::DATE AS shares_as_of,
  is_computed::BOOLEAN AS is_computed,
  CASE
    WHEN NOT is_computed AND ABS(DATE_DIFF('DAY', stated_as_of::DATE, price_as_of::DATE)) <= @value_old_days
    THEN ABS(stated_usd - computed_usd) > @disputed_share * stated_usd
  END::BOOLEAN AS is_disputed,
  (
    NOT is_computed AND COALESCE(do_sources_disagree, FALSE)
  )::BOOLEAN AS do_sources_disagree,
  is_split_suspected::BOOLEAN AS is_split_suspected
FROM dated
