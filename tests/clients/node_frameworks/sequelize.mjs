// Sequelize with `pgvector/sequelize`: its type, its distances, and indexes in the model.

import 'pgvector/sequelize';
import { cosineDistance } from 'pgvector/sequelize';
import { DataTypes, Sequelize } from 'sequelize';
import { ANSWER, CONNECTION, DIMENSIONS, check, embedded } from './notes.mjs';

const { host, port, user, database } = CONNECTION;
const sequelize = new Sequelize(database, user, undefined, {
  dialect: 'postgres', host, port, logging: false, pool: { max: 1 },
});
const { notes, question } = await embedded();

const define = (method) => sequelize.define('Note', {
  topic: DataTypes.TEXT,
  body: DataTypes.TEXT,
  embedding: DataTypes.VECTOR(DIMENSIONS),
}, {
  tableName: 'sequelize_notes',
  timestamps: false,
  indexes: [{ name: `sequelize_${method}`, fields: ['embedding'], using: method, operator: 'vector_cosine_ops' }],
});

let Note;
async function model(method) {
  Note = define(method);
  await Note.sync({ force: true });
  await Note.bulkCreate(notes);
  return `sequelize_${method}`;
}

const bodies = async (options) => {
  const order = cosineDistance('embedding', question, sequelize);
  const found = await Note.findAll({ order, limit: 4, ...options });
  return found.map((note) => note.body);
};

await sequelize.query('CREATE EXTENSION IF NOT EXISTS vector');
await check('Sequelize', { hnsw: () => model('hnsw'), ivfflat: () => model('ivfflat') }, {
  search: () => bodies({}),
  orders: () => bodies({ where: { topic: 'order' } }),
  remove: () => Note.destroy({ where: { body: ANSWER } }),
});
await sequelize.close();
