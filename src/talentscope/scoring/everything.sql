-- The ground of a brief that asks for languages only: every repository in a language. Which of them is in an asked one is
-- a filter (spots.py), so that another choice of languages reads nothing anew; spots.sql goes on.
-- kind 1: matched by its language alone; bits are known with the choice (ground.py).
WITH
met AS (
  SELECT rowid AS place, *, 0::BIGINT AS bits, 1 AS kind, NULL::INTEGER[] AS topics
  FROM repositories
  WHERE NOT is_fork AND language IS NOT NULL
)
