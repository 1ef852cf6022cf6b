-- Distances of bit strings: <~> and <%>.
SELECT B'10110' <~> B'10011', B'10110' <%> B'10011', hamming_distance(B'1', B'0'), jaccard_distance(B'1', B'1');
SELECT B'000' <%> B'000', B'100' <%> B'011', B'111' <%> B'111';
SELECT B'101' <~> B'1010';
SELECT B'101' <%> B'1010';
SELECT ''::varbit <~> ''::varbit, ''::varbit <%> ''::varbit;
SELECT repeat('10', 1000)::varbit <~> repeat('01', 1000)::varbit, repeat('1100', 500)::varbit <%> repeat('1010', 500)::varbit;
SELECT binary_quantize('[1,-1,2]'::vector) <~> binary_quantize('[1,1,-2]'::vector);
SELECT oid::regoperator, oprcom::regoperator FROM pg_operator WHERE oprname IN ('<~>', '<%>') AND oprleft = 'bit'::regtype ORDER BY 1;
