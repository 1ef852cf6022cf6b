-- Questions of our own writing, as a shop's customers ask them in Chinese, into the schema `chinese` of this database. Running it again
-- begins anew.
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS sbert;

DROP SCHEMA IF EXISTS chinese CASCADE;
CREATE SCHEMA chinese;
CREATE TABLE chinese.train (topic text NOT NULL, body text NOT NULL);
CREATE TABLE chinese.held_out (LIKE chinese.train);
\copy chinese.train FROM train.tsv
\copy chinese.held_out FROM held_out.tsv
