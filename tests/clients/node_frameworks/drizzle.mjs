// Drizzle ORM, which has the type, the distances and the index itself, with the migrations that
// drizzle-kit makes of its schema.

import { createRequire } from 'node:module';
import { cosineDistance, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { index, pgTable, serial, text, vector } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { ANSWER, CONNECTION, DIMENSIONS, check, embedded } from './notes.mjs';

const { generateDrizzleJson, generateMigration } = createRequire(import.meta.url)('drizzle-kit/api');

const pool = new pg.Pool({ ...CONNECTION, max: 1 });
const db = drizzle({ client: pool });
const { notes, question } = await embedded();

const indexes = {
  hnsw: (table) => index('drizzle_hnsw').using('hnsw', table.embedding.op('vector_cosine_ops'))
    .with({ m: 16, ef_construction: 64 }),
  ivfflat: (table) => index('drizzle_ivfflat')
    .using('ivfflat', table.embedding.op('vector_cosine_ops')).with({ lists: 1 }),
};
const define = (...methods) => pgTable('drizzle_notes', {
  id: serial('id').primaryKey(),
  topic: text('topic'),
  body: text('body'),
  embedding: vector('embedding', { dimensions: DIMENSIONS }),
}, (table) => methods.map((method) => indexes[method](table)));

let schema = generateDrizzleJson({});
async function migrate(table) {
  const next = generateDrizzleJson({ table }, schema.id);
  for (const statement of await generateMigration(schema, next)) await pool.query(statement);
  schema = next;
}

async function withIndex(method) {
  await migrate(define(method));
  return `drizzle_${method}`;
}

await pool.query('CREATE EXTENSION IF NOT EXISTS vector');
const table = define();
await migrate(table);
await db.insert(table).values(notes);

const distance = cosineDistance(table.embedding, question);
const nearest = () => db.select().from(table).orderBy(distance).limit(4);
const bodies = async (query) => (await query).map((row) => row.body);

await check('Drizzle ORM', { hnsw: () => withIndex('hnsw'), ivfflat: () => withIndex('ivfflat') }, {
  search: () => bodies(nearest()),
  orders: () => bodies(nearest().where(eq(table.topic, 'order'))),
  remove: () => db.delete(table).where(eq(table.body, ANSWER)),
});
await pool.end();
