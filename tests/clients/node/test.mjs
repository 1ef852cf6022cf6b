// The published `pgvector` package with `pg` (node-postgres): every type. Text is the package's one
// format. registerTypes() looks for the types' names in pg_type: any schema, on the search path or
// not, and where two schemas have one, as with pgvector beside us, it takes either. The operators
// are not its matter and need the search path, or OPERATOR().
//
// The server is that of the PG* variables; CLIENTS_SCHEMA holds the extension CLIENTS_EXTENSION.

import assert from 'node:assert/strict';
import pg from 'pg';
import { SparseVector } from 'pgvector';
import pgvector from 'pgvector/pg';

const DIMENSIONS = 6;
const ROWS = 20;
const FLOATS = ['<->', '<#>', '<=>', '<+>'];
const OPERATORS = { vector: FLOATS, halfvec: FLOATS, sparsevec: FLOATS, bit: ['<~>', '<%>'] };
const METHOD = { sbert: 'sbert_ivf', vector: 'hnsw' }[process.env.CLIENTS_EXTENSION];
const SCHEMA = process.env.CLIENTS_SCHEMA;

let checks = 0;

function same(found, expected, what) {
  assert.deepEqual(found, expected, `${what}: ${JSON.stringify(found)}`);
  checks += 1;
}

// Fails in the server with this SQLSTATE.
async function refused(sqlstate, what, query) {
  await assert.rejects(query, (error) => error.code === sqlstate, `${what}: not ${sqlstate}`);
  checks += 1;
}

// ---- rows that every type holds exactly, all different, none of zeros ----

function sample(kind) {
  let state = 1;
  const next = () => {
    state = (state * 75 + 74) % 65537;
    return ((state % 64) - 32) / 8;
  };
  return Array.from({ length: ROWS }, (_, i) => {
    const row = Array.from({ length: DIMENSIONS }, (_, j) => (j === 0 ? 1 + i / 8 : next()));
    return asKind(kind, row);
  });
}

function asKind(kind, row) {
  if (kind === 'bit') return row.map((value) => Number(value > 0));
  return kind === 'sparsevec' ? row.map((value, j) => (j % 2 ? 0 : value)) : row;
}

// What the package sends for a row.
function toSql(kind, row) {
  if (kind === 'bit') return row.join('');
  return kind === 'sparsevec' ? new SparseVector(row) : pgvector.toSql(row);
}

// The numbers of what the package reads.
function numbers(value) {
  if (value === null || Array.isArray(value)) return value;
  return value instanceof SparseVector ? value.toArray() : [...value].map(Number);
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function distance(operator, a, b) {
  const dot = (x, y) => sum(x.map((value, i) => value * y[i]));
  const absolute = sum(a.map((value, i) => Math.abs(value - b[i])));
  switch (operator) {
    case '<->': return Math.sqrt(sum(a.map((value, i) => (value - b[i]) ** 2)));
    case '<#>': return -dot(a, b);
    case '<=>': return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    case '<%>': return 1 - dot(a, b) / sum(a.map((value, i) => Math.max(value, b[i])));
    default: return absolute; // <+>, and <~> of bits
  }
}

// ---- the checks ----

async function checkRoundTrip(client, kind) {
  const rows = sample(kind);
  await client.query(`CREATE TABLE ${kind}_items (id int PRIMARY KEY, e ${kind}(${DIMENSIONS}))`);
  for (const [id, row] of rows.entries()) {
    await client.query(`INSERT INTO ${kind}_items VALUES ($1, $2)`, [id, toSql(kind, row)]);
  }
  await client.query(`INSERT INTO ${kind}_items VALUES ($1, $2)`, [ROWS, null]);
  const { rows: found } = await client.query(`SELECT e FROM ${kind}_items ORDER BY id`);
  same(found.map((row) => numbers(row.e)), [...rows, null], kind);
  // The same by a prepared statement.
  const select = { name: kind, text: `SELECT e FROM ${kind}_items WHERE id = $1`, values: [7] };
  for (let i = 0; i < 2; i++) {
    same(numbers((await client.query(select)).rows[0].e), rows[7], `${kind}, prepared`);
  }
}

async function checkSearch(client, kind) {
  const rows = sample(kind);
  const query = asKind(kind, [0.5, 3.5, -1.25, 2, 0.125, -0.75]);
  for (const operator of OPERATORS[kind]) {
    const { rows: found } = await client.query(
      `SELECT id, e ${operator} $1 AS d FROM ${kind}_items WHERE id < ${ROWS}
       ORDER BY e ${operator} $1`,
      [toSql(kind, query)],
    );
    same(found.length, ROWS, `${kind} ${operator}: how many`);
    same(new Set(found.map((row) => row.id)).size, ROWS, `${kind} ${operator}: each once`);
    for (const [i, { id, d }] of found.entries()) {
      const expected = distance(operator, rows[id], query);
      assert(Math.abs(d - expected) <= 1e-5, `${kind} ${operator}: ${d} for ${expected}`);
      assert(i === 0 || found[i - 1].d <= d, `${kind} ${operator}: order`);
      checks += 2;
    }
  }
}

async function checkErrors(client, kind) {
  const short = [toSql(kind, sample(kind)[0].slice(0, 2))];
  const mismatch = kind === 'bit' ? '22026' : '22000'; // the server's own check of bit(n)
  await refused(mismatch, `${kind} of another length`, () =>
    client.query(`INSERT INTO ${kind}_items VALUES (-1, $1)`, short));
  for (const operator of OPERATORS[kind]) {
    await refused('22000', `${kind} ${operator}: lengths differ`, () =>
      client.query(`SELECT e ${operator} $1 FROM ${kind}_items`, short));
  }
  same((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }], 'the connection lives on');
}

async function checkCasts(client) {
  const dense = [1.5, 0, -2];
  const { rows: [found] } = await client.query(
    `SELECT $1::vector::halfvec AS a, $1::vector::sparsevec AS b, $1::halfvec::vector AS c,
            $2::sparsevec::vector AS d, $2::sparsevec::halfvec AS e, $3::float8[]::vector AS f,
            $1::vector::real[] AS g, '{1,0,-1}'::int[]::halfvec AS h`,
    [pgvector.toSql(dense), new SparseVector(dense), dense],
  );
  for (const name of 'abcdefg') same(numbers(found[name]), dense, `cast ${name}`);
  same(found.h, [1, 0, -1], 'int[] to halfvec');
  // The package has no parser for arrays of its types: they are sent as one, and read one by one.
  const two = sample('vector').slice(0, 2);
  const { rows: elements } = await client.query('SELECT unnest($1::vector[]) AS e', [
    [pgvector.toSql(two[0]), null, pgvector.toSql(two[1])],
  ]);
  same(elements.map((row) => row.e), [two[0], null, two[1]], 'vector[]');
}

async function checkIndex(client) {
  await client.query(`CREATE INDEX by_l2 ON vector_items USING ${METHOD} (e vector_l2_ops)`);
  const query = 'SELECT id FROM vector_items ORDER BY e <-> $1 LIMIT 1';
  const near = [pgvector.toSql(sample('vector')[11])];
  await client.query('SET enable_seqscan = off');
  same((await client.query(query, near)).rows, [{ id: 11 }], 'nearest by the index');
  const { rows: lines } = await client.query(`EXPLAIN ${query}`, near);
  const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
  assert(/Index(:| Scan using) by_l2\b/.test(plan), `the index is used: ${plan}`);
  checks += 1;
}

async function checkSchema() {
  const schema = pg.escapeIdentifier(SCHEMA);
  const client = new pg.Client({ options: '-c search_path=pg_catalog' });
  await client.connect();
  await pgvector.registerTypes(client);
  const sent = [pgvector.toSql([1, 2, 3])];
  const { rows: [row] } = await client.query(`SELECT $1::${schema}.vector AS e`, sent);
  same(row.e, [1, 2, 3], 'off the search path');
  await client.end();
}

async function main() {
  const pool = new pg.Pool({ max: 1, onConnect: (client) => pgvector.registerTypes(client) });
  const client = await pool.connect();
  for (const kind of Object.keys(OPERATORS)) {
    await checkRoundTrip(client, kind);
    await checkSearch(client, kind);
    await checkErrors(client, kind);
  }
  await checkCasts(client);
  await checkIndex(client);
  client.release();
  await pool.end();
  await checkSchema();
  console.log(`schema "${SCHEMA}": ${checks} checks passed`);
}

await main();
