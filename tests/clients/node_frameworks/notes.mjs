// What the tests of the frameworks share: notes to search by meaning, their vectors by embed() of the
// server, and the server's log, where auto_explain writes the plan of each statement.
//
// The server is that of the PG* variables. The database holds the extension sbert in CLIENTS_SCHEMA;
// the extension `vector` is created by each framework.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import pg from 'pg';

export const DIMENSIONS = 384;
const MODEL = 'all-MiniLM-L6-v2';
const SCHEMA = process.env.CLIENTS_SCHEMA;
const LOG = `${process.env.PGHOST}/log`;

export const CONNECTION = {
  host: process.env.PGHOST,
  port: Number(process.env.PGPORT),
  user: process.env.PGUSER,
  database: process.env.PGDATABASE,
};

export const QUESTION = 'I forgot my login';
export const ANSWER = 'Reset your password in the account settings';
const ORDERS = ['Parcels arrive within three days', 'You can pay by card or by invoice'];
const TEXTS = [ANSWER, 'Invoices are sent to the address in your profile', ...ORDERS];

// Rows { id, topic, body, embedding } and the vector of the question.
export async function embedded() {
  const client = new pg.Client(CONNECTION);
  await client.connect();
  const embed = `${client.escapeIdentifier(SCHEMA)}.embed($1::text[], $2)`;
  const { rows } = await client.query(
    `SELECT vector::real[] FROM unnest(${embed}) WITH ORDINALITY AS e (vector, place) ORDER BY place`,
    [[...TEXTS, QUESTION], MODEL],
  );
  await client.end();
  const vectors = rows.map((row) => row.vector);
  const notes = TEXTS.map((body, i) => ({
    id: i + 1,
    topic: ORDERS.includes(body) ? 'order' : 'account',
    body,
    embedding: vectors[i],
  }));
  return { notes, question: vectors[TEXTS.length] };
}

// What every framework must find. `run` is its own: search() and orders() return bodies by likeness to the
// question, of all notes and of those of the topic; remove() deletes the answer.
export async function check(name, indexes, run) {
  let checks = 0;
  for (const [method, use] of Object.entries(indexes)) {
    const index = await use();
    const start = readFileSync(LOG).length;
    assert.equal((await run.search())[0], ANSWER, `${name}, ${method}: nearest`);
    const plans = readFileSync(LOG).subarray(start).toString();
    if (process.env.CLIENTS_PLANS === 'yes') {
      const used = plans.includes(`Index: ${index}`) || plans.includes(`Index Scan using ${index}`);
      assert(used, `${name}: ${index} is used: ${plans}`);
      checks += 1;
    }
    assert.deepEqual(new Set(await run.orders()), new Set(ORDERS), `${name}, ${method}: filtered`);
    checks += 2;
  }
  await run.remove();
  assert(!(await run.search()).includes(ANSWER), `${name}: after delete`);
  console.log(`${name}: ${checks + 1} checks passed`);
}
