//! The published `pgvector` crate with `postgres`: every type, in binary, the crate's one format.
//!
//! The crate goes by the name of the type that the server gives for a column or a parameter: any
//! schema, on the search path or not; the operators are not its matter and need the search path, or
//! OPERATOR().
//!
//! The server is that of the PG* variables; CLIENTS_SCHEMA holds the extension CLIENTS_EXTENSION.

mod kinds;
mod rows;

use half::f16;
use kinds::Kind;
use pgvector::{Bit, HalfVector, SparseVector, Vector};
use postgres::binary_copy::{BinaryCopyInWriter, BinaryCopyOutIter};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{FromSqlOwned, ToSql, Type};
use postgres::{Client, Config, Error, NoTls, SimpleQueryMessage};
use rows::{distance, sample, DIMENSIONS, ROWS};
use std::collections::HashSet;
use std::env::var;
use std::fmt::Debug;

struct Checks {
    client: Client,
    count: usize,
}

impl Checks {
    fn that(&mut self, condition: bool, what: &str) {
        assert!(condition, "{what}");
        self.count += 1;
    }

    fn same<T: PartialEq + Debug>(&mut self, found: T, expected: T, what: &str) {
        assert_eq!(found, expected, "{what}");
        self.count += 1;
    }

    /// Failed in the server with this SQLSTATE.
    fn refused<T>(&mut self, sqlstate: &str, result: Result<T, Error>, what: &str) {
        let error = result.err().unwrap_or_else(|| panic!("{what}: accepted"));
        let code = error.code().map(|state| state.code().to_string());
        self.same(code.as_deref(), Some(sqlstate), what);
    }

    fn column<T: FromSqlOwned>(&mut self, query: &str) -> Result<Vec<T>, Error> {
        Ok(self
            .client
            .query(query, &[])?
            .iter()
            .map(|row| row.get(0))
            .collect())
    }

    fn round_trip<K: Kind>(&mut self) -> Result<(), Error> {
        let name = K::NAME;
        self.client.batch_execute(&format!(
            "CREATE TABLE {name}_items (id int PRIMARY KEY, e {name}({DIMENSIONS}))"
        ))?;
        let insert = format!("INSERT INTO {name}_items VALUES ($1, $2)");
        let mut expected: Vec<Option<K>> = sample().iter().map(|row| Some(K::new(row))).collect();
        expected.push(None);
        for (id, value) in expected.iter().enumerate() {
            self.client.execute(&insert, &[&(id as i32), value])?;
        }
        let select = format!("SELECT e FROM {name}_items ORDER BY id");
        let found = self.column::<Option<K>>(&select)?;
        self.same(found, expected, name);
        self.copy::<K>(&select)?;
        self.text::<K>(&select)
    }

    /// COPY in binary, in and out.
    fn copy<K: Kind>(&mut self, select: &str) -> Result<(), Error> {
        let name = K::NAME;
        let expected = self.column::<Option<K>>(select)?;
        let statement = self.client.prepare(select)?;
        let types = [Type::INT4, statement.columns()[0].type_().clone()];
        self.client
            .batch_execute(&format!("TRUNCATE {name}_items"))?;
        let sink = self
            .client
            .copy_in(&format!("COPY {name}_items FROM STDIN (FORMAT BINARY)"))?;
        let mut writer = BinaryCopyInWriter::new(sink, &types);
        for (id, value) in expected.iter().enumerate() {
            writer.write(&[&(id as i32), value])?;
        }
        let written = writer.finish()?;
        self.same(written, ROWS as u64 + 1, &format!("{name}: COPY in"));
        let source = self
            .client
            .copy_out(&format!("COPY {name}_items TO STDOUT (FORMAT BINARY)"))?;
        let mut found = Vec::new();
        let mut rows = BinaryCopyOutIter::new(source, &types);
        while let Some(row) = rows.next()? {
            found.push(row.get::<Option<K>>(1));
        }
        drop(rows);
        self.same(found, expected, &format!("{name}: COPY out"));
        Ok(())
    }

    /// What the server makes of the rows in text: the binary form held the right numbers.
    fn text<K: Kind>(&mut self, select: &str) -> Result<(), Error> {
        let mut found = Vec::new();
        for message in self.client.simple_query(select)? {
            if let SimpleQueryMessage::Row(row) = message {
                found.push(row.get(0).map(|text| rows::parse(K::NAME, text)));
            }
        }
        let mut expected: Vec<_> = sample().iter().map(|row| Some(K::plain(row))).collect();
        expected.push(None);
        self.same(found, expected, &format!("{} as text", K::NAME));
        Ok(())
    }

    fn search<K: Kind>(&mut self) -> Result<(), Error> {
        let rows: Vec<_> = sample().iter().map(|row| K::plain(row)).collect();
        let query = [0.5, 3.5, -1.25, 2.0, 0.125, -0.75];
        for operator in K::OPERATORS {
            let what = format!("{} {operator}", K::NAME);
            let found = self.client.query(
                &format!(
                    "SELECT id, e {operator} $1 FROM {}_items WHERE id < {ROWS}
                     ORDER BY e {operator} $1",
                    K::NAME
                ),
                &[&K::new(&query)],
            )?;
            let ids: HashSet<i32> = found.iter().map(|row| row.get(0)).collect();
            self.same((found.len(), ids.len()), (ROWS, ROWS), &what);
            let mut last = f64::MIN;
            for row in found {
                let (id, near): (i32, f64) = (row.get(0), row.get(1));
                let expected = distance(operator, &rows[id as usize], &K::plain(&query));
                self.that(
                    (near - expected).abs() <= 1e-5,
                    &format!("{what}: {near} for {expected}"),
                );
                self.that(last <= near, &format!("{what}: order"));
                last = near;
            }
        }
        Ok(())
    }

    fn errors<K: Kind>(&mut self) -> Result<(), Error> {
        let (name, short) = (K::NAME, K::new(&[1.0, 2.0]));
        let insert = format!("INSERT INTO {name}_items VALUES (-1, $1)");
        let result = self.client.execute(&insert, &[&short]);
        self.refused(K::MISMATCH, result, &format!("{name} of another length"));
        for operator in K::OPERATORS {
            let query = format!("SELECT e {operator} $1 FROM {name}_items");
            let result = self.client.query(&query, &[&short]);
            self.refused(
                "22000",
                result,
                &format!("{name} {operator}: lengths differ"),
            );
        }
        let one = self.column::<i32>("SELECT 1")?;
        self.same(one, vec![1], "the connection lives on");
        Ok(())
    }

    fn arrays<K: Kind>(&mut self) -> Result<(), Error> {
        let rows = sample();
        let sent = vec![Some(K::new(&rows[0])), None, Some(K::new(&rows[1]))];
        let query = format!("SELECT $1::{}({DIMENSIONS})[]", K::NAME);
        let found: Vec<Option<K>> = self.client.query_one(&query, &[&sent])?.get(0);
        self.same(found, sent, &format!("{}[]", K::NAME));
        Ok(())
    }

    fn casts(&mut self) -> Result<(), Error> {
        let numbers = vec![1.5, 0.0, -2.0];
        let (vector, half, sparse) = (
            Vector::from(numbers.clone()),
            HalfVector::from_f32_slice(&numbers),
            SparseVector::from_dense(&numbers),
        );
        let row = self.client.query_one(
            "SELECT $1::vector::halfvec, $1::vector::sparsevec, $2::halfvec::vector,
                    $2::halfvec::sparsevec, $3::sparsevec::vector, $3::sparsevec::halfvec,
                    $4::real[]::vector, $1::vector::real[]",
            &[&vector, &half, &sparse, &numbers],
        )?;
        self.same(row.get(0), half.clone(), "vector to halfvec");
        self.same(row.get(1), sparse.clone(), "vector to sparsevec");
        self.same(row.get(2), vector.clone(), "halfvec to vector");
        self.same(row.get(3), sparse.clone(), "halfvec to sparsevec");
        self.same(row.get(4), vector.clone(), "sparsevec to vector");
        self.same(row.get(5), half, "sparsevec to halfvec");
        self.same(row.get(6), vector, "real[] to vector");
        self.same(row.get(7), numbers, "vector to real[]");
        let empty = SparseVector::from_dense(&[0.0; 1000]);
        let found: SparseVector = self
            .client
            .query_one("SELECT $1::sparsevec", &[&empty])?
            .get(0);
        self.same(found, empty, "a sparsevec of zeros");
        let ends = vec![
            f16::MAX,
            f16::MIN,
            f16::MIN_POSITIVE,
            f16::from_bits(1),
            f16::NEG_ZERO,
        ];
        let found: HalfVector = self
            .client
            .query_one("SELECT $1::halfvec", &[&HalfVector::from(ends.clone())])?
            .get(0);
        let bits = |values: &[f16]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        self.same(bits(found.as_slice()), bits(&ends), "the ends of float16");
        Ok(())
    }

    fn index(&mut self, method: &str) -> Result<(), Error> {
        self.client.batch_execute(&format!(
            "CREATE INDEX by_l2 ON vector_items USING {method} (e vector_l2_ops);
             SET enable_seqscan = off"
        ))?;
        let query = "SELECT id FROM vector_items ORDER BY e <-> $1 LIMIT 1";
        let near = Vector::new(&sample()[11]);
        let found: i32 = self.client.query_one(query, &[&near])?.get(0);
        self.same(found, 11, "nearest by the index");
        let plan = self.client.query(&format!("EXPLAIN {query}"), &[&near])?;
        let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        self.that(
            ["Index: by_l2", "Index Scan using by_l2"].iter().any(|words| plan.join("\n").contains(words)),
            "the index is used",
        );
        Ok(())
    }

    fn kind<K: Kind>(&mut self) -> Result<(), Error> {
        self.round_trip::<K>()?;
        self.search::<K>()?;
        self.errors::<K>()?;
        self.arrays::<K>()
    }

    /// Off the search path the types are found all the same.
    fn schema(&mut self, schema: &str) -> Result<(), Error> {
        self.client.batch_execute("SET search_path = pg_catalog")?;
        let sent = Vector::from(vec![1.0, 2.0, 3.0]);
        let found: Vector = self
            .client
            .query_one(&format!("SELECT $1::\"{schema}\".vector"), &[&sent])?
            .get(0);
        self.same(found, sent, "off the search path");
        Ok(())
    }
}

fn main() -> Result<(), Error> {
    let of = |name: &str| var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let client = Config::new()
        .host(&of("PGHOST"))
        .port(of("PGPORT").parse().expect("a port"))
        .user(&of("PGUSER"))
        .dbname(&of("PGDATABASE"))
        .connect(NoTls)?;
    let schema = of("CLIENTS_SCHEMA");
    let mut checks = Checks { client, count: 0 };
    checks.kind::<Vector>()?;
    checks.kind::<HalfVector>()?;
    checks.kind::<SparseVector>()?;
    checks.kind::<Bit>()?;
    checks.casts()?;
    checks.index(if of("CLIENTS_EXTENSION") == "sbert" {
        "sbert_ivf"
    } else {
        "hnsw"
    })?;
    checks.schema(&schema)?;
    println!("schema \"{schema}\": {} checks passed", checks.count);
    Ok(())
}
