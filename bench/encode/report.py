"""The bench's figures as tables, and what they mean: shares of the product speed, ratios to the peers."""

import machine

# Of all-MiniLM-L6-v2's products, 2 x 10.6 million weights; attention comes on top and is not counted.
FLOP_PER_TOKEN = 21.2e6
# Which peer's precision ours is held against: nobody's bf16 but OpenVINO's exists.
RIVAL = {"f32": "f32", "bf16": "f32", "int8": "int8"}


def best_batch(row):
    """Packed: for us calls of many texts; for a peer whatever suits it best, for long texts often one by one."""
    return max(rate for batch, rate in row["sentences_per_second"].items() if batch != 1 or not row["ours"])


def with_shares(results):
    """Adds to each of our rows what share of the products' best speed it runs at, row by row and packed."""
    for figures in results["sets"].values():
        per_text = FLOP_PER_TOKEN * figures["tokens"] / figures["texts"] / 1e9
        for row in figures["runtimes"]:
            row["share"] = {
                limit: {"row_by_row": row["sentences_per_second"][1] * per_text / speeds[row["precision"]]["best"],
                        "packed": best_batch(row) * per_text / speeds[row["precision"]]["best"]}
                for limit, speeds in results["products"].items() if row["precision"] in speeds
            }
        figures["ratios"] = ratios(figures["runtimes"])
    return results


def ratios(rows):
    """Ours over ONNX Runtime, and over the fastest of the other peers at the same precision."""
    out = []
    for ours in [row for row in rows if row["ours"]]:
        for what, rate in (("row by row", lambda row: row["sentences_per_second"][1]), ("packed", best_batch)):
            for peer, precision in (("onnxruntime", RIVAL[ours["precision"]]), (None, ours["precision"])):
                rivals = [row for row in rows if not row["ours"] and row["precision"] == precision
                          and (row["runtime"] == peer if peer else row["runtime"] != "onnxruntime")]
                if rivals:
                    rival = max(rivals, key=rate)
                    out.append({"ours": ours["precision"], "what": what, "peer": rival["runtime"],
                                "peer_precision": precision, "ratio": rate(ours) / rate(rival)})
    return out


def print_table(head, rows):
    widths = [max(len(row[i]) for row in [head] + rows) for i in range(len(head))]
    for row in [head] + rows:
        cells = [cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def share(row, limit, what):
    return f"{row['share'][limit][what]:.2f}" if limit in row["share"] else "-"


def print_products(products):
    print("\noneDNN's products on one core, GFLOP/s; K 384, N 1,536")
    rows = []
    for limit, speeds in products.items():
        for precision, speed in speeds.items():
            rows.append([precision, speed["implementation"]] +
                        [number(speed[state][m]) for state in ("cold", "warm") for m in ("11", "64", "352")])
    print_table(["", "oneDNN runs", "cold: 11 rows", "64", "352", "warm: 11 rows", "64", "352"], rows)


def print_runtimes(name, figures, limits):
    tokens = figures["tokens"] / figures["texts"]
    print(f"\n{name}: {figures['texts']:,} texts, {tokens:.1f} tokens each; sentences/s on one core")
    batches = [batch for batch in figures["runtimes"][0]["sentences_per_second"] if batch != 1]
    head = ["runtime", "", "row by row"] + [f"by {batch}" for batch in batches]
    for limit in limits:
        head += [f"share{' ' + limit if limit else ''}: rows", "packed"]
    rows = []
    for row in figures["runtimes"]:
        rates = row["sentences_per_second"]
        rows.append([row["runtime"], row["precision"], number(rates[1])] + [number(rates[b]) for b in batches])
        for limit in limits:
            rows[-1] += [share(row, limit, "row_by_row"), share(row, limit, "packed")]
        rows[-1] += [f"{row['cosine']['mean']:.5f}", f"{row['cosine']['min']:.5f}"]
    print_table(head + ["cosine: mean", "min"], rows)


def print_ratios(figures):
    for ratio in figures["ratios"]:
        peer = f"{ratio['peer']} {ratio['peer_precision']}"
        print(f"  sbert {ratio['ours']}, {ratio['what']}: {ratio['ratio']:.2f} x {peer}")


def print_sql(figures):
    rows = []
    for runtime in figures["runtimes"]:
        for row in runtime["sql"]:
            what = "embed(text)" if row["batch"] == 1 else f"embed(text[]) of {row['batch']}"
            rows.append([what, runtime["precision"], number(row["connections_1"]), f"{row['over_command_line']:.2f}"])
            two = "connections_2" in row  # a machine of one core has no second
            rows[-1] += [number(row["connections_2"]), f"{row['two_over_one']:.2f}"] if two else ["-", "-"]
    if rows:
        print_table(["in SQL", "", "one connection", "over the command line", "two connections", "over one"], rows)


def print_all(results):
    print(machine.line(results["machine"]))
    versions = {row["runtime"]: row["version"] for f in results["sets"].values() for row in f["runtimes"]}
    versions |= {"PostgreSQL": results["postgresql"]} if results["postgresql"] else {}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    if results["products"]:
        print_products(results["products"])
    for name, figures in results["sets"].items():
        print_runtimes(name, figures, results["products"])
        print_ratios(figures)
        print_sql(figures)
