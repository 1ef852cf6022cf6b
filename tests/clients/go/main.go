// The published module pgvector-go with pgx: every type, in binary, and in text as the simple
// protocol has it.
//
// RegisterTypes() asks to_regtype(): the types are found on the search path, at that time; a
// connection that has them registered goes by their numbers. bit is pgx's own.
//
// The server is that of the PG* variables; CLIENTS_SCHEMA holds the extension CLIENTS_EXTENSION.
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/pgvector/pgvector-go"
	pgxvec "github.com/pgvector/pgvector-go/pgx"
)

var (
	ctx     = context.Background()
	floats  = []string{"<->", "<#>", "<=>", "<+>"}
	formats = []int16{pgx.BinaryFormatCode, pgx.TextFormatCode}
	checks  int
)

// A kind is a type with what the packages make of a row, and the row that it is in the end.
type kind struct {
	name      string
	operators []string
	mismatch  string
	value     func(row []float32) any
	plain     func(row []float32) []float32
	read      func(row pgx.Rows) (any, error) // the second column
}

// read scans the second column as T, or nil.
func read[T any](rows pgx.Rows) (any, error) {
	var id int32
	var value *T
	if err := rows.Scan(&id, &value); err != nil || value == nil {
		return nil, err
	}
	return *value, nil
}

func value[T any](of func([]float32) T) func([]float32) any {
	return func(row []float32) any { return of(row) }
}

func same(row []float32) []float32 { return row }

func sparse(row []float32) pgvector.SparseVector { return pgvector.NewSparseVector(inSparse(row)) }

func bits(row []float32) any {
	packed := make([]byte, (len(row)+7)/8)
	for i, bit := range signs(row) {
		packed[i/8] |= byte(bit) << (7 - i%8)
	}
	return pgtype.Bits{Bytes: packed, Len: int32(len(row)), Valid: true}
}

var kinds = []kind{
	{"vector", floats, "22000", value(pgvector.NewVector), same, read[pgvector.Vector]},
	{"halfvec", floats, "22000", value(pgvector.NewHalfVector), same, read[pgvector.HalfVector]},
	{"sparsevec", floats, "22000", value(sparse), inSparse, read[pgvector.SparseVector]},
	// The server's own check of bit(n).
	{"bit", []string{"<~>", "<%>"}, "22026", bits, signs, read[pgtype.Bits]},
}

// ---- failing ----

func fail(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "FAILED: "+format+"\n", arguments...)
	os.Exit(1)
}

func must[T any](value T, err error) T {
	if err != nil {
		fail("%v", err)
	}
	return value
}

func expect(condition bool, format string, arguments ...any) {
	if !condition {
		fail(format, arguments...)
	}
	checks++
}

func equal(found, expected any, what string) {
	expect(reflect.DeepEqual(found, expected), "%s: %v for %v", what, found, expected)
}

// refused: the statement fails in the server with this SQLSTATE.
func refused(connection *pgx.Conn, sqlstate, what, query string, arguments ...any) {
	_, err := connection.Exec(ctx, query, arguments...)
	var refusal *pgconn.PgError
	found := errors.As(err, &refusal) && refusal.Code == sqlstate
	expect(found, "%s: %v, expected %s", what, err, sqlstate)
}

// ---- the checks ----

// column returns what the kind reads, nil for NULL.
func (k kind) column(connection *pgx.Conn, options ...any) []any {
	rows := must(connection.Query(ctx, "SELECT id, e FROM "+k.name+"_items ORDER BY id", options...))
	defer rows.Close()
	var found []any
	for rows.Next() {
		found = append(found, must(k.read(rows)))
	}
	must(0, rows.Err())
	return found
}

func (k kind) values() []any {
	var values []any
	for _, row := range sample() {
		values = append(values, k.value(row))
	}
	return append(values, nil)
}

func roundTrip(connection *pgx.Conn, k kind, what string) {
	table := k.name + "_items"
	must(connection.Exec(ctx, "DROP TABLE IF EXISTS "+table))
	definition := fmt.Sprintf("(id int PRIMARY KEY, e %s(%d))", k.name, dimensions)
	must(connection.Exec(ctx, "CREATE TABLE "+table+" "+definition))
	var records [][]any
	for id, value := range k.values() {
		must(connection.Exec(ctx, "INSERT INTO "+table+" VALUES ($1, $2)", id, value))
		records = append(records, []any{id, value})
	}
	equal(k.column(connection), k.values(), k.name+what)
	if what == "" {
		for _, format := range formats {
			found := k.column(connection, pgx.QueryResultFormats{pgx.BinaryFormatCode, format})
			equal(found, k.values(), fmt.Sprintf("%s, format %d", k.name, format))
		}
	}
	must(connection.Exec(ctx, "TRUNCATE "+table))
	source := pgx.CopyFromRows(records)
	copied := must(connection.CopyFrom(ctx, pgx.Identifier{table}, []string{"id", "e"}, source))
	equal(copied, int64(rowCount+1), k.name+what+": COPY")
	equal(k.column(connection), k.values(), k.name+what+": COPY in binary")
}

func search(connection *pgx.Conn, k kind, what string) {
	query := []float32{0.5, 3.5, -1.25, 2, 0.125, -0.75}
	for _, operator := range k.operators {
		what := k.name + " " + operator + what
		rows := must(connection.Query(ctx, fmt.Sprintf(
			"SELECT id, e %[1]s $1 FROM %[2]s_items WHERE id < %[3]d ORDER BY e %[1]s $1",
			operator, k.name, rowCount), k.value(query)))
		last, seen := math.Inf(-1), map[int]bool{}
		for rows.Next() {
			var id int
			var near float64
			must(0, rows.Scan(&id, &near))
			expected := distance(operator, k.plain(sample()[id]), k.plain(query))
			expect(math.Abs(near-expected) <= 1e-5, "%s: %v for %v", what, near, expected)
			expect(last <= near, "%s: order", what)
			last, seen[id] = near, true
		}
		must(0, rows.Err())
		equal(len(seen), rowCount, what+": how many")
	}
}

func errorsOf(connection *pgx.Conn, k kind, what string) {
	short := k.value([]float32{1, 2})
	insert := "INSERT INTO " + k.name + "_items VALUES (-1, $1)"
	refused(connection, k.mismatch, k.name+" of another length"+what, insert, short)
	for _, operator := range k.operators {
		query := fmt.Sprintf("SELECT e %s $1 FROM %s_items", operator, k.name)
		refused(connection, "22000", k.name+" "+operator+": lengths differ"+what, query, short)
	}
	var one int
	must(0, connection.QueryRow(ctx, "SELECT 1").Scan(&one))
	equal(one, 1, "the connection lives on")
}

func arrays[T any](connection *pgx.Conn, name string, value func([]float32) T) {
	one, two := value(sample()[0]), value(sample()[1])
	sent := []*T{&one, nil, &two}
	for _, format := range formats {
		var found []*T
		query := fmt.Sprintf("SELECT $1::%s(%d)[]", name, dimensions)
		must(0, connection.QueryRow(ctx, query, pgx.QueryResultFormats{format}, sent).Scan(&found))
		equal(found, sent, fmt.Sprintf("%s[], format %d", name, format))
	}
}

func casts(connection *pgx.Conn) {
	numbers := []float32{1.5, 0, -2}
	vector, half := pgvector.NewVector(numbers), pgvector.NewHalfVector(numbers)
	sparse := pgvector.NewSparseVector(numbers)
	for _, format := range formats {
		var v [3]pgvector.Vector
		var h [2]pgvector.HalfVector
		var s [2]pgvector.SparseVector
		var reals []float32
		must(0, connection.QueryRow(ctx, `SELECT $2::halfvec::vector, $3::sparsevec::vector,
				$4::real[]::vector, $1::vector::halfvec, $3::sparsevec::halfvec, $1::vector::sparsevec,
				$2::halfvec::sparsevec, $1::vector::real[]`,
			pgx.QueryResultFormats{format}, vector, half, sparse, numbers).Scan(
			&v[0], &v[1], &v[2], &h[0], &h[1], &s[0], &s[1], &reals))
		what := fmt.Sprintf("casts, format %d", format)
		equal(v, [3]pgvector.Vector{vector, vector, vector}, what)
		equal(h, [2]pgvector.HalfVector{half, half}, what)
		equal(s, [2]pgvector.SparseVector{sparse, sparse}, what)
		equal(reals, numbers, what)
	}
}

func index(connection *pgx.Conn) {
	method := map[string]string{"sbert": "sbert_ivf", "vector": "hnsw"}[os.Getenv("CLIENTS_EXTENSION")]
	must(connection.Exec(ctx, "CREATE INDEX by_l2 ON vector_items USING "+method+" (e vector_l2_ops)"))
	must(connection.Exec(ctx, "SET enable_seqscan = off"))
	query := "SELECT id FROM vector_items ORDER BY e <-> $1 LIMIT 1"
	near := pgvector.NewVector(sample()[11])
	var id int
	must(0, connection.QueryRow(ctx, query, near).Scan(&id))
	equal(id, 11, "nearest by the index")
	rows := must(connection.Query(ctx, "EXPLAIN "+query, near))
	plan := strings.Join(must(pgx.CollectRows(rows, pgx.RowTo[string])), "\n")
	expect(strings.Contains(plan, "Index: by_l2") || strings.Contains(plan, "Index Scan using by_l2"), "the index is used: %s", plan)
}

// lookup: the types are found by the search path alone, and are known from then on.
func lookup(schema string) *pgx.Conn {
	connection := must(pgx.Connect(ctx, ""))
	must(connection.Exec(ctx, "SET search_path = pg_catalog"))
	expect(pgxvec.RegisterTypes(ctx, connection) != nil, "the types are found off the search path")
	must(connection.Exec(ctx, "RESET search_path"))
	must(0, pgxvec.RegisterTypes(ctx, connection))
	must(connection.Exec(ctx, "SET search_path = pg_catalog"))
	sent := pgvector.NewVector([]float32{1, 2, 3})
	var found pgvector.Vector
	query := "SELECT $1::" + pgx.Identifier{schema, "vector"}.Sanitize()
	must(0, connection.QueryRow(ctx, query, sent).Scan(&found))
	equal(found, sent, "registered, then off the search path")
	must(connection.Exec(ctx, "RESET search_path"))
	return connection
}

func main() {
	schema := os.Getenv("CLIENTS_SCHEMA")
	connection := lookup(schema)
	for _, k := range kinds {
		roundTrip(connection, k, "")
		search(connection, k, "")
		errorsOf(connection, k, "")
	}
	arrays(connection, "vector", pgvector.NewVector)
	arrays(connection, "halfvec", pgvector.NewHalfVector)
	arrays(connection, "sparsevec", sparse)
	casts(connection)
	index(connection)

	config := must(pgx.ParseConfig(""))
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	simple := must(pgx.ConnectConfig(ctx, config))
	must(0, pgxvec.RegisterTypes(ctx, simple))
	for _, k := range kinds {
		roundTrip(simple, k, ", simple protocol")
		search(simple, k, ", simple protocol")
		errorsOf(simple, k, ", simple protocol")
	}
	fmt.Printf("schema %q: %d checks passed\n", schema, checks)
}
