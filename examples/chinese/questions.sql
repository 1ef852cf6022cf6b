-- ---- search -----------------------------------------------------------------------------------------------------------
-- The column belongs to the model. Questions get the prompt of its model card, "make a representation of this sentence for finding
-- relevant articles:"; stored texts get none.
ALTER TABLE train ADD embedding vector(512) GENERATED ALWAYS AS (embed(body, 'bge-small-zh-v1.5')) STORED;

CREATE FUNCTION search(question text, wanted int DEFAULT 3) RETURNS TABLE (topic text, body text, likeness numeric)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT topic, body, round((1 - (embedding <=> q))::numeric, 2)
    FROM train, LATERAL (SELECT embed(question, 'bge-small-zh-v1.5', '为这个句子生成表示以用于检索相关文章：') AS q) asked
    ORDER BY embedding <=> q LIMIT wanted;
END;

SELECT question, topic, body, likeness
FROM (VALUES (1, '东西寄丢了怎么办？'), (2, '我登不上去了'), (3, '能用多长时间不充电？')) q (n, question), LATERAL search(question)
ORDER BY n, likeness DESC;

-- ---- topics -----------------------------------------------------------------------------------------------------------
SELECT version, rows, labels, round(accuracy::numeric, 3) AS accuracy, round(log_loss::numeric, 3) AS log_loss
FROM sbert.train_classifier('topics', 'SELECT body, topic FROM train', model => 'bge-small-zh-v1.5');

SELECT sbert.report_text(sbert.classification_report(topic, sbert.classify(body, 'topics'))) FROM held_out
\g (format=unaligned tuples_only=on)

SELECT body, label, round(score::numeric, 2) AS score
FROM (VALUES ('快递盒子压坏了，里面的杯子也碎了。'), ('会员积分为什么少了？'), ('今天天气真好')) q (body),
     LATERAL (SELECT * FROM sbert.classify_scores(body, 'topics') LIMIT 1) best;
