/** Rows that every type holds exactly, and their distances. */
final class Rows {
    static final int DIMENSIONS = 6;
    static final int ROWS = 20;

    private Rows() {}

    /** All different, none of zeros; the first number of each is positive. */
    static float[][] sample() {
        int state = 1;
        float[][] rows = new float[ROWS][DIMENSIONS];
        for (int i = 0; i < ROWS; i++) {
            rows[i][0] = 1 + i / 8f;
            for (int j = 1; j < DIMENSIONS; j++) {
                state = (state * 75 + 74) % 65537;
                rows[i][j] = (state % 64 - 32) / 8f;
            }
        }
        return rows;
    }

    /** Half of the row, the rest zeros. */
    static float[] inSparse(float[] row) {
        float[] sparse = new float[row.length];
        for (int i = 0; i < row.length; i += 2) {
            sparse[i] = row[i];
        }
        return sparse;
    }

    static float[] signs(float[] row) {
        float[] bits = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            bits[i] = row[i] > 0 ? 1 : 0;
        }
        return bits;
    }

    static double distance(String operator, float[] a, float[] b) {
        double dot = 0, squares = 0, absolute = 0, aa = 0, bb = 0, either = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
            squares += difference * difference;
            absolute += Math.abs(difference);
            either += Math.max(a[i], b[i]);
        }
        return switch (operator) {
            case "<->" -> Math.sqrt(squares);
            case "<#>" -> -dot;
            case "<=>" -> 1 - dot / Math.sqrt(aa * bb);
            case "<%>" -> 1 - dot / either;
            default -> absolute; // <+>, and <~> of bits
        };
    }
}
