import java.sql.Array;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.jdbc.core.JdbcTemplate;

/** Spring AI's interface to a model, by embed() of the server: what a user of pg_sbert writes. */
final class SbertEmbeddingModel implements EmbeddingModel {
    private static final String EMBED = "SELECT vector::real[] FROM unnest(embed(?::text[], ?))"
            + " WITH ORDINALITY AS e (vector, place) ORDER BY place";

    private final JdbcTemplate jdbc;
    private final String model;

    SbertEmbeddingModel(JdbcTemplate jdbc, String model) {
        this.jdbc = jdbc;
        this.model = model;
    }

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        List<float[]> vectors = jdbc.query(EMBED, statement -> {
            Object[] texts = request.getInstructions().toArray();
            statement.setArray(1, statement.getConnection().createArrayOf("text", texts));
            statement.setString(2, model);
        }, (row, number) -> floats(row.getArray(1)));
        List<Embedding> embeddings = new ArrayList<>();
        for (float[] vector : vectors) {
            embeddings.add(new Embedding(vector, embeddings.size()));
        }
        return new EmbeddingResponse(embeddings);
    }

    @Override
    public float[] embed(Document document) {
        return embed(document.getText());
    }

    private static float[] floats(Array array) throws java.sql.SQLException {
        Float[] numbers = (Float[]) array.getArray();
        float[] vector = new float[numbers.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = numbers[i];
        }
        return vector;
    }
}
