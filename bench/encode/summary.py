"""What the bench's figures mean: shares of the product speed, ratios to the peers, and both in one table a text set."""

# Of all-MiniLM-L6-v2's products, 2 x 10.6 million weights; attention comes on top and is not counted.
FLOP_PER_TOKEN = 21.2e6
# ONNX Runtime has no bf16 here: ours is held against its f32.
ONNX_RIVAL = {"f32": "f32", "bf16": "f32", "int8": "int8"}
WAYS = {"row_by_row": "row by row", "packed": "best batch"}


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def rate(row, way):
    """Packed: for us calls of many texts; for a peer whatever suits it best, for long texts often one by one."""
    rates = row["sentences_per_second"]
    if way == "row_by_row":
        return rates[1]
    return max(rate for batch, rate in rates.items() if batch != 1 or not row["ours"])


def with_shares(results):
    """Adds to each row what share of the products' best speed it runs at, and to each set ours over the peers'."""
    for figures in results["sets"].values():
        per_text = FLOP_PER_TOKEN * figures["tokens"] / figures["texts"] / 1e9
        for row in figures["runtimes"]:
            row["share"] = {limit: shares(row, per_text, speeds) for limit, speeds in results["products"].items()}
        figures["ratios"] = ratios(figures["runtimes"])
    return results


def shares(row, per_text, speeds):
    """A precision that oneDNN has no fast code for on this CPU is told against f32: "of" says which."""
    of = row["precision"] if row["precision"] in speeds else "f32"
    return {"of": of} | {way: rate(row, way) * per_text / speeds[of]["best"] for way in WAYS}


def ratios(rows):
    """Ours over ONNX Runtime, and over every other peer at the same precision."""
    out = []
    for ours in [row for row in rows if row["ours"]]:
        for peer in [row for row in rows if not row["ours"] and is_rival(row, ours["precision"])]:
            out.append({"ours": ours["precision"], "peer": peer["runtime"], "peer_precision": peer["precision"]} |
                       {way: rate(ours, way) / rate(peer, way) for way in WAYS})
    return out


def is_rival(peer, precision):
    return peer["precision"] == (ONNX_RIVAL[precision] if peer["runtime"] == "onnxruntime" else precision)


def share(row, limit, way):
    """ "0.83", or "0.83 (of f32)" for a precision that is told against another's product speed."""
    if limit not in row["share"]:
        return "-"
    of = row["share"][limit]["of"]
    return f"{row['share'][limit][way]:.2f}" + ("" if of == row["precision"] else f" (of {of})")


def ratio(figures, precision, peer, way):
    for found in figures["ratios"]:
        if (found["ours"], found["peer"]) == (precision, peer):
            mark = "" if found["peer_precision"] == precision else f" (over its {found['peer_precision']})"
            return f"{found[way]:.2f}{mark}"
    return "-"


def sql_cell(row, batch, key):
    found = [sql for sql in row["sql"] if sql["batch"] == batch and key in sql]
    return f"{found[0][key]:.2f}" if found else "-"


def lines(figures, limits):
    """The table of one text set: what is said, then a cell for each of our precisions."""
    ours = [row for row in figures["runtimes"] if row["ours"]]
    for way, words in WAYS.items():
        yield [f"sentences/s, {words}"] + [number(rate(row, way)) for row in ours]
    for limit in limits:
        for way, words in WAYS.items():
            yield [f"share of the product speed {limit}".rstrip() + f", {words}"] + \
                [share(row, limit, way) for row in ours]
    for peer in dict.fromkeys(found["peer"] for found in figures["ratios"]):
        for way, words in WAYS.items():
            yield [f"over {peer}, {words}"] + [ratio(figures, row["precision"], peer, way) for row in ours]
    for batch in [sql["batch"] for sql in ours[0]["sql"]]:
        words = WAYS["row_by_row"] if batch == 1 else f"arrays of {batch}"
        yield [f"SQL over the command line, {words}"] + [sql_cell(row, batch, "over_command_line") for row in ours]
        yield [f"two backends over one, {words}"] + [sql_cell(row, batch, "two_over_one") for row in ours]
    yield ["cosine to f32: mean, least"] + [f"{row['cosine']['mean']:.5f}, {row['cosine']['min']:.5f}" for row in ours]
