// TypeORM, which has the type itself, with `pgvector` to write the question.

import pgvector from 'pgvector';
import { DataSource, EntitySchema } from 'typeorm';
import { ANSWER, CONNECTION, DIMENSIONS, check, embedded } from './notes.mjs';

const Note = new EntitySchema({
  name: 'Note',
  tableName: 'typeorm_notes',
  columns: {
    id: { type: Number, primary: true, generated: true },
    topic: { type: 'text' },
    body: { type: 'text' },
    embedding: { type: 'vector', length: DIMENSIONS },
  },
});
const { host, port, user, database } = CONNECTION;
const source = new DataSource({
  type: 'postgres', host, port, username: user, database, entities: [Note], extra: { max: 1 },
});
const { notes, question } = await embedded();

await source.initialize();
await source.query('CREATE EXTENSION IF NOT EXISTS vector');
await source.synchronize();
const repository = source.getRepository(Note);
await repository.save(notes.map(({ id, ...note }) => note));

async function index(method) {
  await source.query('DROP INDEX IF EXISTS typeorm_index');
  await source.query(
    `CREATE INDEX typeorm_index ON typeorm_notes USING ${method} (embedding vector_cosine_ops)`,
  );
  return 'typeorm_index';
}

const nearest = () => repository.createQueryBuilder('note')
  .orderBy('embedding <=> :question')
  .setParameters({ question: pgvector.toSql(question) })
  .limit(4);
const bodies = async (query) => (await query.getMany()).map((note) => note.body);

await check('TypeORM', { hnsw: () => index('hnsw'), ivfflat: () => index('ivfflat') }, {
  search: () => bodies(nearest()),
  orders: () => bodies(nearest().where('topic = :topic', { topic: 'order' })),
  remove: () => repository.delete({ body: ANSWER }),
});
await source.destroy();
