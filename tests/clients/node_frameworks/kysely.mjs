// Kysely with `pgvector/kysely`.

import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import pgvector, { cosineDistance } from 'pgvector/kysely';
import { ANSWER, CONNECTION, DIMENSIONS, check, embedded } from './notes.mjs';

const pool = new pg.Pool({ ...CONNECTION, max: 1 });
const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
const { notes, question } = await embedded();

await sql`CREATE EXTENSION IF NOT EXISTS vector`.execute(db);
await db.schema.createTable('kysely_notes')
  .addColumn('id', 'serial', (column) => column.primaryKey())
  .addColumn('topic', 'text')
  .addColumn('body', 'text')
  .addColumn('embedding', sql.raw(`vector(${DIMENSIONS})`))
  .execute();
await db.insertInto('kysely_notes')
  .values(notes.map((note) => ({ ...note, embedding: pgvector.toSql(note.embedding) })))
  .execute();

async function index(method) {
  await db.schema.dropIndex('kysely_index').ifExists().execute();
  await db.schema.createIndex('kysely_index').on('kysely_notes').using(method)
    .expression(sql`embedding vector_cosine_ops`)
    .execute();
  return 'kysely_index';
}

const nearest = () => db.selectFrom('kysely_notes').select('body')
  .orderBy(cosineDistance('embedding', question)).limit(4);
const bodies = async (query) => (await query.execute()).map((row) => row.body);

await check('Kysely', { hnsw: () => index('hnsw'), ivfflat: () => index('ivfflat') }, {
  search: () => bodies(nearest()),
  orders: () => bodies(nearest().where('topic', '=', 'order')),
  remove: () => db.deleteFrom('kysely_notes').where('body', '=', ANSWER).execute(),
});
await db.destroy();
