AUDIT (
  name fact_is_not_of_the_future,
  blocking FALSE
);

SELECT
  company_id,
  day
FROM @this_model
WHERE
  market_value_as_of > day
  OR price_as_of > day
  OR shares_as_of > day
  OR employees_as_of > day
  OR offers_as_of > day
  OR sentiment_as_of > day
  OR news_as_of > day;

AUDIT (
  name fact_has_source_and_day,
  blocking FALSE
);

SELECT
  company_id,
  day
FROM @this_model
WHERE
  (
    market_value_usd IS NULL
  ) <> (
    market_value_source IS NULL OR market_value_as_of IS NULL
  )
  OR (
    employees IS NULL
  ) <> (
    employees_source IS NULL OR employees_as_of IS NULL
  )
  OR (
    NOT open_offers IS NULL AND offers_as_of IS NULL
  );

AUDIT (
  name ratio_has_both_facts,
  blocking FALSE
);

SELECT
  company_id,
  day
FROM @this_model
WHERE
  (
    NOT value_per_employee_usd IS NULL AND (
      market_value_usd IS NULL OR employees IS NULL
    )
  )
  OR (
    NOT value_per_offer_usd IS NULL AND (
      market_value_usd IS NULL OR open_offers IS NULL OR open_offers_7d_median < @least_offers
    )
  );

AUDIT (
  name withheld_has_reason,
  blocking FALSE
);

SELECT
  company_id,
  day
FROM @this_model
WHERE
  (
    value_per_employee_usd IS NULL
  ) <> (
    NOT withheld_value_per_employee IS NULL
  )
  OR (
    value_per_offer_usd IS NULL
  ) <> (
    NOT withheld_value_per_offer IS NULL
  )
  OR (
    sentiment_mean IS NULL
  ) <> (
    NOT withheld_sentiment IS NULL
  );

AUDIT (
  name ranks_are_dense,
  blocking FALSE
);

SELECT
  MAX(rank_value_per_employee) AS company_id
FROM @this_model
HAVING
  MAX(rank_value_per_employee) <> COUNT(DISTINCT rank_value_per_employee)
  OR MAX(rank_value_per_offer) <> COUNT(DISTINCT rank_value_per_offer)
  OR MAX(rank_market_value) <> COUNT(DISTINCT rank_market_value)
  OR COUNT(rank_value_per_employee) <> COUNT(value_per_employee_usd)
  OR COUNT(rank_value_per_offer) <> COUNT(value_per_offer_usd)
  OR COUNT(rank_market_value) <> COUNT(market_value_usd)
