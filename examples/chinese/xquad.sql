-- ---- xquad: 240 paragraphs of Wikipedia, 1,190 questions -------------------------------------------------------------
\setenv FILE :file
\set json `cat "$FILE"`
CREATE TABLE paragraphs AS
SELECT row_number() OVER ()::int AS id, paragraph
FROM jsonb_path_query(:'json', '$.data[*].paragraphs[*]') AS paragraph;
\unset json
SET sbert.truncation = 'silent';    -- a few paragraphs have more than the 510 characters that the model reads
ALTER TABLE paragraphs ADD embedding vector(512)
    GENERATED ALWAYS AS (embed(paragraph ->> 'context', 'bge-small-zh-v1.5')) STORED;

CREATE TABLE questions AS
SELECT id, qa ->> 'id' AS question_id, embed(qa ->> 'question', 'bge-small-zh-v1.5', '为这个句子生成表示以用于检索相关文章：') AS embedding
FROM paragraphs, jsonb_array_elements(paragraph -> 'qas') AS qa;

-- The place of the right paragraph among all, by exact search.
SELECT count(*) AS questions, avg((place = 1)::int)::numeric(4, 3) AS first, avg((place <= 5)::int)::numeric(4, 3) AS among_five,
       avg(1.0 / place)::numeric(4, 3) AS mean_reciprocal_rank
FROM (SELECT 1 + count(*) FILTER (WHERE p.embedding <=> q.embedding < r.embedding <=> q.embedding) AS place
      FROM questions q JOIN paragraphs r USING (id) CROSS JOIN paragraphs p
      GROUP BY q.question_id) places;
