-- Questions of our own writing, as a shop's customers ask them, into the schema `intents` of this database. Running it
-- again begins anew.
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS sbert;

DROP SCHEMA IF EXISTS intents CASCADE;
CREATE SCHEMA intents;
CREATE TABLE intents.train (intent text NOT NULL, body text NOT NULL);
CREATE TABLE intents.held_out (LIKE intents.train);
CREATE TABLE intents.gifts (LIKE intents.train);
CREATE TABLE intents.two (intents text[] NOT NULL, body text NOT NULL);
\copy intents.train FROM train.tsv
\copy intents.held_out FROM held_out.tsv
\copy intents.gifts FROM gifts.tsv
\copy intents.two FROM two.tsv

DROP ROLE IF EXISTS intents_desk;
