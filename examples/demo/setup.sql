-- One row for each description that the server's own objects have, with the names of the objects that share it (the
-- overloads of a function do), without its vector yet. Running it again changes nothing.
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS sbert;

CREATE TABLE IF NOT EXISTS objects (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind      text NOT NULL,
    names     text NOT NULL,
    about     text NOT NULL,
    embedding vector(384),
    UNIQUE (kind, about)
);

INSERT INTO objects (kind, names, about)
SELECT object.type,
       -- functions and operators have no plain name: their identity without schema and arguments
       string_agg(DISTINCT coalesce(object.name,
                                    regexp_replace(object.identity, '^pg_catalog\.|"|\([^()]*\)$', '', 'g')), ', '),
       description.description
FROM pg_description AS description,
     pg_identify_object(description.classoid, description.objoid, description.objsubid) AS object
-- pg_catalog, and what lies in no schema, as languages and access methods do
WHERE coalesce(object.schema, 'pg_catalog') = 'pg_catalog'
GROUP BY object.type, description.description
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING;
