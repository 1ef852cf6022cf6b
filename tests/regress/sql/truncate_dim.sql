-- truncate_dim(): the first dimensions at length one

-- vector and halfvec
SELECT truncate_dim('[3,4,12]'::vector, 2), truncate_dim('[3,4,12]'::halfvec, 2);
SELECT truncate_dim('[3,4]'::vector, 2), truncate_dim('[-7,1]'::vector, 1);
SELECT truncate_dim('[1,2,3,4,5]'::vector, 3) = l2_normalize(subvector('[1,2,3,4,5]'::vector, 1, 3)) AS same;

-- zeros stay zeros, great and small numbers do not overflow
SELECT truncate_dim('[0,0,1]'::vector, 2), truncate_dim('[0,0,1]'::halfvec, 2);
SELECT truncate_dim('[3e38,0,1]'::vector, 2), truncate_dim('[3e-40,4e-40,1]'::vector, 2), truncate_dim('[6e4,0,1]'::halfvec, 2);

-- null
SELECT truncate_dim(NULL::vector, 1) IS NULL, truncate_dim('[1]'::vector, NULL) IS NULL;

-- what it is for: an expression that is generated and indexed
CREATE TABLE truncate_docs (id int, e vector(4), head vector(2) GENERATED ALWAYS AS (truncate_dim(e, 2)) STORED);
INSERT INTO truncate_docs VALUES (1, '[1,1,5,5]'), (2, '[0,0,1,0]');
SELECT id, head FROM truncate_docs ORDER BY id;
CREATE INDEX ON truncate_docs USING sbert_ivf ((truncate_dim(e, 2)::vector(2)));
DROP TABLE truncate_docs;

-- errors
\set VERBOSITY default
SELECT truncate_dim('[1,2,3]'::vector, 0);
SELECT truncate_dim('[1,2,3]'::vector, -1);
SELECT truncate_dim('[1,2,3]'::vector, 4);
SELECT truncate_dim('[1,2,3]'::halfvec, 4);
\set VERBOSITY sqlstate
SELECT truncate_dim('[1,2,3]'::vector, 4);
\set VERBOSITY default

-- volatility and comments
SELECT oid::regprocedure, provolatile, proisstrict, proparallel, obj_description(oid, 'pg_proc') IS NOT NULL AS described
FROM pg_proc WHERE proname = 'truncate_dim' ORDER BY oid::regprocedure::text;
