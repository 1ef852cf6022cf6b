-- The five objects whose description means most nearly what :question asks. 1 would be the same meaning.
SELECT kind, names, about, round((1 - (embedding <=> embed(:'question', 'all-MiniLM-L6-v2')))::numeric, 2) AS likeness
FROM objects
ORDER BY embedding <=> embed(:'question', 'all-MiniLM-L6-v2')
LIMIT 5;
