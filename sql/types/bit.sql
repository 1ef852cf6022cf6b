-- Distances of PostgreSQL's bit strings, as pgvector 0.8 names them.

CREATE FUNCTION hamming_distance(a bit, b bit) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_hamming_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hamming_distance(bit, bit) IS
    'number of bits that differ';

CREATE FUNCTION jaccard_distance(a bit, b bit) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_jaccard_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jaccard_distance(bit, bit) IS
    '1 - bits set in both over bits set in either; 1 where none is set in both';

CREATE OPERATOR <~> (
    LEFTARG = bit, RIGHTARG = bit, FUNCTION = hamming_distance,
    COMMUTATOR = '<~>'
);
COMMENT ON OPERATOR <~>(bit, bit) IS 'Hamming distance';

CREATE OPERATOR <%> (
    LEFTARG = bit, RIGHTARG = bit, FUNCTION = jaccard_distance,
    COMMUTATOR = '<%>'
);
COMMENT ON OPERATOR <%>(bit, bit) IS 'Jaccard distance';
