import com.pgvector.PGbit;
import com.pgvector.PGhalfvec;
import com.pgvector.PGsparsevec;
import com.pgvector.PGvector;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.postgresql.PGConnection;
import org.postgresql.util.PGobject;

/**
 * The published package com.pgvector with PostgreSQL's JDBC driver: every type, in text and, where
 * the package has it (vector, sparsevec, bit), in binary.
 *
 * registerTypes() goes by the types' names, and the driver finds a name in any schema, on the
 * search path or not; the operators are not its matter and need the search path, or OPERATOR().
 *
 * The server is that of the PG* variables by TCP, with PGPASSWORD; CLIENTS_SCHEMA holds the
 * extension CLIENTS_EXTENSION.
 */
public final class Client {
    private static final String[] FLOATS = {"<->", "<#>", "<=>", "<+>"};
    private static final float[] QUERY = {0.5f, 3.5f, -1.25f, 2, 0.125f, -0.75f};

    /** A type: what the package makes of a row, the row of that, and the row of what it reads. */
    private record Kind(String name, String[] operators, String mismatch,
            Function<float[], PGobject> value, Function<float[], float[]> plain,
            Function<Object, float[]> numbers) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("vector", FLOATS, "22000", PGvector::new, row -> row,
                    e -> ((PGvector) e).toArray()),
            new Kind("halfvec", FLOATS, "22000", PGhalfvec::new, row -> row,
                    e -> ((PGhalfvec) e).toArray()),
            new Kind("sparsevec", FLOATS, "22000", row -> new PGsparsevec(Rows.inSparse(row)),
                    Rows::inSparse, e -> ((PGsparsevec) e).toArray()),
            // The server's own check of bit(n).
            new Kind("bit", new String[] {"<~>", "<%>"}, "22026", Client::bit, Rows::signs,
                    Client::bits));

    /** A vector that notes in which form it came. */
    public static final class Seen extends PGvector {
        private static boolean binary;

        @Override
        public void setByteValue(byte[] value, int offset) throws SQLException {
            binary = true;
            super.setByteValue(value, offset);
        }
    }

    private final Connection connection;
    private int checks;

    private Client(Connection connection) {
        this.connection = connection;
    }

    private static PGobject bit(float[] row) {
        boolean[] bits = new boolean[row.length];
        for (int i = 0; i < row.length; i++) {
            bits[i] = row[i] > 0;
        }
        return new PGbit(bits);
    }

    private static float[] bits(Object value) {
        boolean[] bits = ((PGbit) value).toArray();
        float[] row = new float[bits.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = bits[i] ? 1 : 0;
        }
        return row;
    }

    // ---- checking ----

    private void that(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
        checks++;
    }

    private void same(float[] found, float[] expected, String what) {
        that(Arrays.equals(found, expected),
                what + ": " + Arrays.toString(found) + " for " + Arrays.toString(expected));
    }

    private interface Action {
        void run() throws SQLException;
    }

    /** Failed in the server with this SQLSTATE. */
    private void refused(String sqlstate, String what, Action action) throws SQLException {
        try {
            action.run();
        } catch (SQLException error) {
            String found = error.getSQLState();
            that(sqlstate.equals(found), what + ": " + found + ", expected " + sqlstate);
            return;
        }
        throw new AssertionError(what + ": accepted");
    }

    // ---- the checks ----

    private void run(String statement) throws SQLException {
        try (var s = connection.createStatement()) {
            s.execute(statement);
        }
    }

    private void update(String query, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(query, parameters)) {
            statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(String query, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    /** All rows of the query's first column. */
    private List<Object> column(String query, Object... parameters) throws SQLException {
        List<Object> found = new ArrayList<>();
        try (PreparedStatement statement = prepare(query, parameters);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(rows.getObject(1));
            }
        }
        return found;
    }

    private void roundTrip(Kind kind) throws SQLException {
        String table = kind.name + "_items";
        run("DROP TABLE IF EXISTS " + table);
        String type = kind.name + "(" + Rows.DIMENSIONS + ")";
        run("CREATE TABLE " + table + " (id int PRIMARY KEY, e " + type + ")");
        float[][] rows = Rows.sample();
        for (int id = 0; id < rows.length; id++) {
            update("INSERT INTO " + table + " VALUES (?, ?)", id, kind.value.apply(rows[id]));
        }
        update("INSERT INTO " + table + " VALUES (?, ?)", Rows.ROWS, null);
        List<Object> found = column("SELECT e FROM " + table + " ORDER BY id");
        that(found.size() == Rows.ROWS + 1, kind.name + ": how many");
        for (int id = 0; id < rows.length; id++) {
            same(kind.numbers.apply(found.get(id)), kind.plain.apply(rows[id]), kind.name);
        }
        that(found.get(Rows.ROWS) == null, kind.name + ": NULL");
    }

    private void search(Kind kind) throws SQLException {
        float[][] rows = Rows.sample();
        for (String operator : kind.operators) {
            String what = kind.name + " " + operator;
            String query = "SELECT id, e " + operator + " ? FROM " + kind.name + "_items"
                    + " WHERE id < " + Rows.ROWS + " ORDER BY e " + operator + " ?";
            PGobject near = kind.value.apply(QUERY);
            float[] plain = kind.plain.apply(QUERY);
            Set<Integer> seen = new HashSet<>();
            double last = Double.NEGATIVE_INFINITY;
            try (PreparedStatement statement = prepare(query, near, near);
                    ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    int id = found.getInt(1);
                    double distance = found.getDouble(2);
                    double expected = Rows.distance(operator, kind.plain.apply(rows[id]), plain);
                    that(Math.abs(distance - expected) <= 1e-5,
                            what + ": " + distance + " for " + expected);
                    that(last <= distance, what + ": order");
                    last = distance;
                    seen.add(id);
                }
            }
            that(seen.size() == Rows.ROWS, what + ": how many");
        }
    }

    private void errors(Kind kind) throws SQLException {
        PGobject wrong = kind.value.apply(new float[] {1, 2});
        String table = kind.name + "_items";
        refused(kind.mismatch, kind.name + " of another length",
                () -> update("INSERT INTO " + table + " VALUES (-1, ?)", wrong));
        for (String operator : kind.operators) {
            refused("22000", kind.name + " " + operator + ": lengths differ",
                    () -> column("SELECT e " + operator + " ? FROM " + table, wrong));
        }
        that(column("SELECT 1").equals(List.of(1)), "the connection lives on");
    }

    private void arrays(Kind kind) throws SQLException {
        float[][] rows = Rows.sample();
        Object[] sent = {kind.value.apply(rows[0]), null, kind.value.apply(rows[1])};
        String type = kind.name + "(" + Rows.DIMENSIONS + ")[]";
        List<Object> found = column("SELECT unnest(?::" + type + ")",
                connection.createArrayOf(kind.name, sent));
        same(kind.numbers.apply(found.get(0)), kind.plain.apply(rows[0]), kind.name + "[]");
        that(found.get(1) == null, kind.name + "[]: NULL");
        same(kind.numbers.apply(found.get(2)), kind.plain.apply(rows[1]), kind.name + "[]");
    }

    private void casts() throws SQLException {
        float[] numbers = {1.5f, 0, -2};
        Object[] reals = {1.5f, 0f, -2f};
        Map<String, Object> sources = Map.of("vector", new PGvector(numbers),
                "halfvec", new PGhalfvec(numbers), "sparsevec", new PGsparsevec(numbers),
                "real[]", connection.createArrayOf("float4", reals));
        for (String from : sources.keySet()) {
            for (Kind to : KINDS.subList(0, 3)) {
                String query = "SELECT ?::" + from + "::" + to.name;
                same(to.numbers.apply(column(query, sources.get(from)).get(0)), numbers, query);
            }
        }
    }

    private void index() throws SQLException {
        String method = "sbert".equals(System.getenv("CLIENTS_EXTENSION")) ? "sbert_ivf" : "hnsw";
        run("CREATE INDEX by_l2 ON vector_items USING " + method + " (e vector_l2_ops)");
        run("SET enable_seqscan = off");
        String query = "SELECT id FROM vector_items ORDER BY e <-> ? LIMIT 1";
        PGvector near = new PGvector(Rows.sample()[11]);
        that(column(query, near).equals(List.of(11)), "nearest by the index");
        String plan = column("EXPLAIN " + query, near).toString();
        that(plan.contains("Index: by_l2") || plan.contains("Index Scan using by_l2"), "the index is used: " + plan);
        run("RESET enable_seqscan");
    }

    /** What was read above came in the form that was meant. */
    private void form(int threshold) throws SQLException {
        connection.unwrap(PGConnection.class).addDataType("vector", Seen.class);
        Seen.binary = false;
        Object found = column("SELECT '[1,2]'::vector").get(0);
        same(((PGvector) found).toArray(), new float[] {1, 2}, "form");
        that(Seen.binary == threshold < 0, "in binary: " + Seen.binary);
    }

    /** Off the search path the registered types are sent and read all the same. */
    private static int schema(String schema) throws SQLException {
        try (Connection connection = connect()) {
            Client client = new Client(connection);
            client.run("SET search_path = pg_catalog");
            PGvector.registerTypes(connection);
            String type = "\"" + schema + "\".vector";
            float[] numbers = {1, 2};
            for (Object found : List.of(client.column("SELECT '[1,2]'::" + type).get(0),
                    client.column("SELECT ?::" + type, new PGvector(numbers)).get(0))) {
                client.same(((PGvector) found).toArray(), numbers, "off the search path");
            }
            return client.checks;
        }
    }

    private static Connection connect() throws SQLException {
        Map<String, String> of = System.getenv();
        String url = "jdbc:postgresql://localhost:" + of.get("PGPORT") + "/" + of.get("PGDATABASE");
        return DriverManager.getConnection(url, of.get("PGUSER"), of.get("PGPASSWORD"));
    }

    public static void main(String[] arguments) throws SQLException {
        String schema = System.getenv("CLIENTS_SCHEMA");
        int checks = schema(schema);
        // -1: results in binary from the first execution on.
        for (int threshold : new int[] {5, -1}) {
            try (Connection connection = connect()) {
                connection.unwrap(PGConnection.class).setPrepareThreshold(threshold);
                PGvector.registerTypes(connection);
                PGbit.registerType(connection);
                Client client = new Client(connection);
                for (Kind kind : KINDS) {
                    client.roundTrip(kind);
                    client.search(kind);
                    client.errors(kind);
                    client.arrays(kind);
                }
                client.casts();
                client.index();
                client.form(threshold);
                checks += client.checks;
            }
        }
        System.out.println("schema \"" + schema + "\": " + checks + " checks passed");
    }
}
