import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore.PgIndexType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Spring AI's PgVectorStore, which creates the extensions vector, hstore and uuid-ossp, its table
 * and its index itself. No container of Spring is needed to see that.
 *
 * The server is that of the PG* variables by TCP, with PGPASSWORD; its log holds the plans.
 */
public final class SpringClient {
    private static final String QUESTION = "I forgot my login";
    private static final String ANSWER = "Reset your password in the account settings";
    private static final String ORDER_QUESTION = "How long does shipping take, and how do I pay?";
    private static final Set<String> ORDERS = new TreeSet<>(
            List.of("Parcels arrive within three days", "You can pay by card or by invoice"));
    private static final String INDEX = "spring_ai_vector_index";

    private static int checks;

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
        checks++;
    }

    private static Document note(String topic, String text) {
        return Document.builder().id(UUID.randomUUID().toString()).text(text)
                .metadata(Map.of("topic", topic)).build();
    }

    /** Texts of some likeness at all: the store leaves out others. */
    private static List<Document> search(PgVectorStore store, String question, String filter) {
        SearchRequest.Builder request = SearchRequest.builder().query(question).topK(4);
        return store.similaritySearch(
                filter == null ? request.build() : request.filterExpression(filter).build());
    }

    private static List<String> texts(List<Document> documents) {
        return documents.stream().map(Document::getText).toList();
    }

    /** What the server has written into its log since it had that many bytes. */
    private static String logged(int start) throws IOException {
        byte[] log = Files.readAllBytes(Path.of(System.getenv("PGHOST"), "log"));
        return new String(Arrays.copyOfRange(log, start, log.length), StandardCharsets.UTF_8);
    }

    private static void checkIndex(JdbcTemplate jdbc, PgIndexType type) throws Exception {
        PgVectorStore store = PgVectorStore.builder(jdbc, new SbertEmbeddingModel(jdbc, "all-MiniLM-L6-v2"))
                .indexType(type).initializeSchema(true).removeExistingVectorStoreTable(true).build();
        store.afterPropertiesSet();
        List<Document> notes = new ArrayList<>();
        notes.add(note("account", ANSWER));
        notes.add(note("account", "Invoices are sent to the address in your profile"));
        ORDERS.forEach(text -> notes.add(note("order", text)));
        store.add(notes);
        String method = jdbc.queryForObject("SELECT amname FROM pg_class AS c JOIN pg_am AS a"
                + " ON a.oid = c.relam WHERE relname = ?", String.class, INDEX);
        check(type.name().equalsIgnoreCase(method), type + ": the index is by " + method);
        int start = logged(0).getBytes(StandardCharsets.UTF_8).length;
        check(texts(search(store, QUESTION, null)).get(0).equals(ANSWER), type + ": nearest");
        if ("yes".equals(System.getenv("CLIENTS_PLANS"))) {
            String plans = logged(start);
            check(plans.contains("Index: " + INDEX) || plans.contains("Index Scan using " + INDEX),
                    type + ": the index is used: " + plans);
        }
        Set<String> orders = new TreeSet<>(texts(search(store, ORDER_QUESTION, "topic == 'order'")));
        check(orders.equals(ORDERS), type + ": filtered: " + orders);
        store.delete(List.of(notes.get(0).getId()));
        store.delete("topic == 'order'");
        check(texts(search(store, QUESTION, null)).equals(List.of(notes.get(1).getText())), type + ": after delete");
    }

    public static void main(String[] arguments) throws Exception {
        String url = "jdbc:postgresql://localhost:" + System.getenv("PGPORT") + "/"
                + System.getenv("PGDATABASE");
        SingleConnectionDataSource source = new SingleConnectionDataSource(
                url, System.getenv("PGUSER"), System.getenv("PGPASSWORD"), true);
        JdbcTemplate jdbc = new JdbcTemplate(source);
        for (PgIndexType type : List.of(PgIndexType.HNSW, PgIndexType.IVFFLAT)) {
            checkIndex(jdbc, type);
        }
        source.destroy();
        System.out.println("Spring AI: " + checks + " checks passed");
    }
}
