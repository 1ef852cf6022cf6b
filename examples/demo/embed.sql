-- The next rows without a vector, as many as :batch. Prints how many it embedded and the milliseconds it took.
WITH next AS (
    SELECT id FROM objects WHERE embedding IS NULL ORDER BY id LIMIT :batch
), done AS (
    UPDATE objects SET embedding = embed(about, 'all-MiniLM-L6-v2')
    FROM next WHERE objects.id = next.id
    RETURNING objects.id
)
SELECT count(*), round(extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000) FROM done;
