// knex with `pgvector/knex`: its extension, its column, its distances and its index.

import knexOf from 'knex';
import pgvector from 'pgvector/knex';
import { ANSWER, CONNECTION, DIMENSIONS, check, embedded } from './notes.mjs';

const knex = knexOf({ client: 'pg', connection: CONNECTION, pool: { min: 1, max: 1 } });
const { notes, question } = await embedded();

await knex.schema.createExtensionIfNotExists('vector');
await knex.schema.createTable('knex_notes', (table) => {
  table.increments('id');
  table.text('topic');
  table.text('body');
  table.vector('embedding', DIMENSIONS);
});
await knex('knex_notes').insert(
  notes.map((note) => ({ ...note, embedding: pgvector.toSql(note.embedding) })),
);

async function index(method) {
  await knex.schema.raw('DROP INDEX IF EXISTS knex_index');
  await knex.schema.alterTable('knex_notes', (table) => {
    table.index([knex.raw('embedding vector_cosine_ops')], 'knex_index', method);
  });
  return 'knex_index';
}

const nearest = () => knex('knex_notes').orderBy(knex.cosineDistance('embedding', question)).limit(4);

await check('knex', { hnsw: () => index('hnsw'), ivfflat: () => index('ivfflat') }, {
  search: () => nearest().pluck('body'),
  orders: () => nearest().where({ topic: 'order' }).pluck('body'),
  remove: () => knex('knex_notes').where({ body: ANSWER }).del(),
});
await knex.destroy();
