-- Reviews of our own writing, into the schema `sentiment` of this database: to train on, to check with, and later ones,
-- of apps in place of things. Running it again begins anew.
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS sbert;

DROP SCHEMA IF EXISTS sentiment CASCADE;
CREATE SCHEMA sentiment;
CREATE TABLE sentiment.train (opinion text NOT NULL, body text NOT NULL);
CREATE TABLE sentiment.held_out (LIKE sentiment.train);
CREATE TABLE sentiment.later (LIKE sentiment.train);
\copy sentiment.train FROM train.tsv
\copy sentiment.held_out FROM held_out.tsv
\copy sentiment.later FROM later.tsv
