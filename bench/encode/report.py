"""The bench's figures as tables; what they mean, summary.py says."""

import machine
import summary
from summary import number


def print_table(head, rows):
    widths = [max(len(row[i]) for row in [head] + rows) for i in range(len(head))]
    for row in [head] + rows:
        cells = [cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def print_products(products):
    print("\noneDNN's products on one core, GFLOP/s; K 384, N 1,536")
    rows = []
    for limit, speeds in products.items():
        for precision, speed in speeds.items():
            rows.append([precision, speed["implementation"]] +
                        [number(speed[state][m]) for state in ("cold", "warm") for m in ("11", "64", "352")])
    print_table(["", "oneDNN runs", "cold: 11 rows", "64", "352", "warm: 11 rows", "64", "352"], rows)
    if "bf16" not in products[""]:
        print("bf16: oneDNN has no fast code for it on this CPU; shares of bf16 are of f32's speed")


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
            rows[-1] += [summary.share(row, limit, "row_by_row"), summary.share(row, limit, "packed")]
        rows[-1] += [f"{row['cosine']['mean']:.5f}", f"{row['cosine']['min']:.5f}"]
    print_table(head + ["cosine: mean", "min"], rows)


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


def print_summary(name, figures, limits):
    """In Markdown, as it goes into a page."""
    columns = [row["precision"] for row in figures["runtimes"] if row["ours"]]
    print(f"\n| {name} texts | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))
    for what, *cells in summary.lines(figures, limits):
        print(f"| {what} | " + " | ".join(cells) + " |")


def print_all(results):
    print(machine.line(results["machine"]))
    versions = {row["runtime"]: row["version"] for f in results["sets"].values() for row in f["runtimes"]}
    versions |= {"PostgreSQL": results["postgresql"]} if results["postgresql"] else {}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    if results["products"]:
        print_products(results["products"])
    for name, figures in results["sets"].items():
        print_runtimes(name, figures, results["products"])
        print_sql(figures)
        print_summary(name, figures, results["products"])
