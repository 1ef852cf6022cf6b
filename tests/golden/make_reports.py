#!/usr/bin/env python3
"""Makes reports/*.json: what scikit-learn, seqeval, scipy and pytrec_eval say about random and
degenerate inputs. tests/unit/scores_golden_test.cpp and tests/regress/sql/reports_golden.sql
compare with it.

    python3 -m venv /tmp/reports && /tmp/reports/bin/pip install -r tests/golden/reports_requirements.txt
    /tmp/reports/bin/python tests/golden/make_reports.py [--out DIR]

The rows of a report are [kind, label, precision, recall, f1, support].
"""

import argparse
import json
import math
import random
import re
import warnings
from collections import Counter
from pathlib import Path

import numpy
import pytrec_eval
import seqeval.metrics
import seqeval.scheme
from scipy import stats
from sklearn import metrics
from sklearn.preprocessing import MultiLabelBinarizer

HERE = Path(__file__).resolve().parent

# Quotes, separators, formats, white space, several bytes, right to left, none at all.
ODD_LABELS = [
    "", " ", "a b", "a\tb", "two\nlines", '"', "'", "\\", "\\n", "%s", "{}", "NULL", "null", ",",
    "É", "é", "e\u0301", "日本", "🙂", "שלום", "\uffff", "\U0001f600x", "0", "00", "A", "a", "Z" * 70,
]  # fmt: skip

AVERAGES = ("micro", "macro", "weighted")


def number(value):
    """A number for JSON; what divides by zero is 0 with us, where seqeval may say NaN."""
    return 0.0 if math.isnan(value) else float(value)


def score_row(kind, label, scores, support):
    precision, recall, f1 = (number(score) for score in scores[:3])
    return [kind, label, precision, recall, f1, int(support)]


def report_text(*arguments, **options):
    """scikit-learn's text. Where not one prediction is right it prints the support as 3.0: 3."""
    text = metrics.classification_report(*arguments, zero_division=0, **options)
    return re.sub(r"\d+\.0$", lambda m: m.group()[:-2].rjust(len(m.group())), text, flags=re.M)


# ---- one label a row ---------------------------------------------------------------------------


def classification_case(name, truth, predicted, labels=None, digits=2):
    seen = sorted(set(truth) | set(predicted))
    names = labels or seen
    by_label = metrics.precision_recall_fscore_support(
        truth, predicted, labels=names, zero_division=0
    )
    report = [
        score_row("label", names[i], [part[i] for part in by_label], by_label[3][i])
        for i in range(len(names))
    ]
    if set(names) >= set(seen):
        report.append(
            ["accuracy", None, None, None, float(metrics.accuracy_score(truth, predicted)), len(truth)]
        )
    for average in AVERAGES:
        scores = metrics.precision_recall_fscore_support(
            truth, predicted, labels=names, average=average, zero_division=0
        )
        report.append(score_row(f"{average} avg", None, scores, sum(by_label[3])))
    places = {label: i for i, label in enumerate(names)}
    cells = Counter(zip(truth, predicted))
    matrix = sorted(
        (pair for pair in cells if set(pair) <= set(names)),
        key=lambda pair: (places[pair[0]], places[pair[1]]),
    )
    if set(names) & set(truth):
        theirs = metrics.confusion_matrix(truth, predicted, labels=names)
        assert all(theirs[places[t], places[p]] == cells[t, p] for t, p in matrix)
        assert theirs.sum() == sum(cells[pair] for pair in matrix)
    text = report_text(truth, predicted, labels=labels, digits=digits)
    return {
        "name": name,
        "truth": truth,
        "predicted": predicted,
        "labels": labels,
        "digits": digits,
        "report": report,
        "matrix": [[t, p, cells[t, p]] for t, p in matrix],
        "text": text,
    }


def noisy(rng, truth, labels, right):
    return [label if rng.random() < right else rng.choice(labels) for label in truth]


CONLL_TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]


def classification_cases(rng):
    yield classification_case("one row, right", ["a"], ["a"])
    yield classification_case("one row, wrong", ["a"], ["b"])
    yield classification_case("one label", ["a"] * 7, ["a"] * 7)
    yield classification_case("never predicted", ["a", "b", "b"], ["a", "a", "a"])
    yield classification_case("never true", ["a", "a", "a"], ["a", "b", "c"])
    yield classification_case("nothing right", ["a", "b", "c"], ["b", "c", "a"])
    yield classification_case("labels that are not there", ["a", "b"], ["a", "a"], ["z", "y"])
    yield classification_case("labels and more", ["a", "b"], ["a", "a"], ["z", "b", "a"])
    yield classification_case("one of the labels", ["a", "b", "c"], ["a", "b", "b"], ["b"])
    truth = ODD_LABELS * 4
    yield classification_case("odd labels", truth, noisy(rng, truth, ODD_LABELS, 0.7))
    some = ["日本", "", "%s", "not there"]
    yield classification_case("some odd labels", truth, noisy(rng, truth, ODD_LABELS, 0.5), some, 5)
    weights = [80, 3, 3, 3, 2, 4, 1, 2, 1]
    truth = rng.choices(CONLL_TAGS, weights, k=400)
    predicted = noisy(rng, truth, CONLL_TAGS, 0.93)
    yield classification_case("tags of tokens", truth, predicted, None, 3)
    yield classification_case("tags without O", truth, predicted, CONLL_TAGS[1:], 3)
    for i in range(12):
        labels = [f"l{j}" for j in range(rng.randint(2, 12))]
        truth = rng.choices(labels, [1 / (j + 1) for j in range(len(labels))], k=rng.randint(2, 150))
        predicted = noisy(rng, truth, labels, rng.random())
        asked = rng.sample(labels, rng.randint(1, len(labels))) if i % 3 == 0 else None
        yield classification_case(f"random {i}", truth, predicted, asked, i % 7)


# ---- a set of labels a row ---------------------------------------------------------------------


def label_sets_case(name, truth, predicted, labels=None, classes=()):
    binarizer = MultiLabelBinarizer().fit([set(row) for row in truth + predicted] + [set(classes)])
    all_labels = list(binarizer.classes_)
    places = None if labels is None else [all_labels.index(label) for label in labels]
    t = binarizer.transform([set(row) for row in truth])
    p = binarizer.transform([set(row) for row in predicted])
    by_label = metrics.precision_recall_fscore_support(t, p, labels=places, zero_division=0)
    names = labels or all_labels
    report = [
        score_row("label", names[i], [part[i] for part in by_label], by_label[3][i])
        for i in range(len(names))
    ]
    for average in AVERAGES + ("samples",):
        scores = metrics.precision_recall_fscore_support(
            t, p, labels=places, average=average, zero_division=0
        )
        report.append(score_row(f"{average} avg", None, scores, sum(by_label[3])))
    matrices = metrics.multilabel_confusion_matrix(t, p)
    return {
        "name": name,
        "truth": truth,
        "predicted": predicted,
        "labels": labels,
        "digits": 2,
        "report": report,
        "matrix": [
            [all_labels[i], *(int(n) for n in matrices[i].ravel())] for i in range(len(all_labels))
        ],
        "text": report_text(t, p, labels=places, target_names=names),
    }


def label_sets_cases(rng):
    yield label_sets_case("right", [["a"], ["b", "a"]], [["a"], ["a", "b"]])
    yield label_sets_case("nothing right", [["a"], ["b"]], [["b"], ["a"]])
    yield label_sets_case("empty sets", [[], ["a", "b"], [], ["b"]], [[], [], ["a"], ["b"]])
    yield label_sets_case("twice the same", [["a", "a"], ["b"]], [["a"], ["b", "b", "a"]])
    yield label_sets_case("some labels", [["a"], ["b", "c"]], [["a", "c"], ["b"]], ["c", "a"])
    odd = [rng.sample(ODD_LABELS, rng.randint(0, 6)) for _ in range(60)]
    yield label_sets_case("odd labels", odd, [row[: rng.randint(0, 6)] for row in odd])
    for i in range(8):
        labels = [f"l{j}" for j in range(rng.randint(2, 9))]
        rows = rng.randint(1, 60)
        truth = [rng.sample(labels, rng.randint(0, len(labels) // 2 + 1)) for _ in range(rows)]
        predicted = [
            [label for label in labels if (label in row) != (rng.random() < 0.2)] for row in truth
        ]
        seen = sorted({label for row in truth + predicted for label in row})
        if len(seen) < 2:
            continue
        asked = rng.sample(seen, rng.randint(1, len(seen))) if i % 2 else None
        yield label_sets_case(f"random {i}", truth, predicted, asked)


# ---- entities ----------------------------------------------------------------------------------


def entities_case(name, truth, predicted, scheme=None):
    # seqeval reads all sentences as one, with an O between; the first one alone has none before it.
    truth, predicted = [["O"]] + truth, [["O"]] + predicted
    strict = {"mode": "strict", "scheme": getattr(seqeval.scheme, scheme)} if scheme else {}
    theirs = seqeval.metrics.classification_report(
        truth, predicted, output_dict=True, zero_division=0, **strict
    )
    report = []
    for label, row in theirs.items():
        average = label.endswith(" avg")
        scores = [row["precision"], row["recall"], row["f1-score"]]
        kind = label if average else "label"
        report.append(score_row(kind, None if average else label, scores, row["support"]))
    return {
        "name": name,
        "truth": truth,
        "predicted": predicted,
        "scheme": scheme,
        "report": report,
    }


TYPES = ["PER", "LOC", "ORG", "MISC"]


def spans(rng, scheme):
    """The tags of a sentence with some entities, well formed in that scheme."""
    first, inside, last, single = {"IOB2": "BIIB", "IOBES": "BIES", "BILOU": "BILU"}[scheme]
    tags = []
    for _ in range(rng.randint(0, 5)):
        tags += ["O"] * rng.randint(0, 3)
        kind, length = rng.choice(TYPES), rng.randint(1, 4)
        letters = single if length == 1 else first + inside * (length - 2) + last
        tags += [f"{letter}-{kind}" for letter in letters]
    return tags


def disturbed(rng, tags, alphabet, share):
    return [rng.choice(alphabet) if rng.random() < share else tag for tag in tags]


def alphabet_of(letters):
    return ["O"] + [f"{letter}-{kind}" for letter in letters for kind in TYPES]


ODD_TAGS = [
    "B", "I", "E", "S", "B-", "I-", "B--", "B-PER-X", "I-PER-X", "BPER", "IPER", "B_A-PER", "O-PER",
    ".", ".-PER", "X", "X-PER", "é-PER", "é", "-PER", "b-PER", "O", "B-PER", "I-PER", "B-日本", "I-日本",
]  # fmt: skip


def entities_cases(rng):
    yield entities_case("no entity", [["O", "O"]], [["O", "O"]])
    yield entities_case("empty sentence", [[]], [[]])
    yield entities_case("none found", [["B-PER", "I-PER"]], [["O", "O"]])
    yield entities_case("none true", [["O", "O"]], [["B-PER", "I-LOC"]])
    yield entities_case("another type", [["B-PER", "I-PER"]], [["B-LOC", "I-LOC"]])
    yield entities_case("a part", [["B-PER", "I-PER", "O"]], [["B-PER", "O", "O"]])
    yield entities_case("without a beginning", [["O", "I-PER", "I-PER"]], [["O", "B-PER", "I-PER"]])
    for scheme in (None, "IOB2", "IOBES", "BILOU"):
        strict = f", strict {scheme}" if scheme else ""
        for name in [scheme] if scheme else ["IOB2", "IOBES", "BILOU"]:
            letters = {"IOB2": "BI", "IOBES": "BIES", "BILOU": "BILU"}[name]
            truth = [spans(rng, name) for _ in range(30)]
            for share in (0, 0.2, 1):
                predicted = [disturbed(rng, s, alphabet_of(letters), share) for s in truth]
                name_of = f"{name}, {share} disturbed{strict}"
                yield entities_case(name_of, truth, predicted, scheme)
                bad = [disturbed(rng, s, alphabet_of(letters), 0.5) for s in truth]
                yield entities_case(f"{name_of}, both", bad, predicted, scheme)
    odd = [rng.choices(ODD_TAGS, k=rng.randint(1, 12)) for _ in range(80)]
    yield entities_case("odd tags", odd, [disturbed(rng, s, ODD_TAGS, 0.3) for s in odd])
    odd = [[tag for tag in s if tag[0] in "BIO"] for s in odd]
    predicted = [[tag if rng.random() < 0.7 else "O" for tag in s] for s in odd]
    yield entities_case("odd tags, strict", odd, predicted, "IOB2")


# ---- correlations ------------------------------------------------------------------------------


def correlation_case(name, x, y):
    defined = len(set(x)) > 1 and len(set(y)) > 1
    return {
        "name": name,
        "x": x,
        "y": y,
        "pearson": float(stats.pearsonr(x, y)[0]) if defined else None,
        "spearman": float(stats.spearmanr(x, y)[0]) if defined else None,
    }


def correlation_cases(rng):
    yield correlation_case("no row", [], [])
    yield correlation_case("one row", [1.0], [2.0])
    yield correlation_case("two rows", [1.0, 2.0], [5.0, 3.0])
    yield correlation_case("constant", [1.0, 1.0, 1.0], [1.0, 2.0, 3.0])
    yield correlation_case("the same", [3.0, 1.0, 2.0], [3.0, 1.0, 2.0])
    yield correlation_case("all but one the same", [1.0, 1.0, 1.0, 2.0], [4.0, 3.0, 2.0, 1.0])
    yield correlation_case("tiny", [1e-150, 2e-150, 4e-150], [1e-150, 3e-150, 2e-150])
    for i in range(10):
        rows = rng.randint(3, 120)
        x = [rng.gauss(0, 1) for _ in range(rows)]
        y = [a * rng.random() + rng.gauss(0, 0.5) for a in x]
        if i % 3 == 1:  # ties
            x, y = [round(a) + 0.0 for a in x], [round(2 * a) + 0.0 for a in y]
        if i % 3 == 2:  # far from zero
            x, y = [a + 1e5 for a in x], [1e6 - a for a in y]
        yield correlation_case(f"random {i}", x, y)


# ---- rankings ----------------------------------------------------------------------------------


def reference_ranking(results, k):
    """By pytrec_eval; the reciprocal rank within k, which it does not have, from its rank."""
    run = {str(i): score for i, (score, _) in enumerate(results) if score is not None}
    judged = {str(i): rel for i, (_, rel) in enumerate(results) if rel is not None}
    cut = 1_000_000 if k is None else k
    names = {f"recall_{cut}", f"P_{cut}", f"ndcg_cut_{cut}", f"map_cut_{cut}", "recip_rank"}
    theirs = pytrec_eval.RelevanceEvaluator({"q": judged}, names).evaluate({"q": run}).get("q")
    if theirs is None:  # nothing returned
        theirs = dict.fromkeys(names, 0.0)
    first = theirs["recip_rank"]
    return {
        "recall": theirs[f"recall_{cut}"],
        "precision": theirs[f"P_{cut}"],
        "ndcg": theirs[f"ndcg_cut_{cut}"],
        "average_precision": theirs[f"map_cut_{cut}"],
        "reciprocal_rank": first if first > 0 and round(1 / first) <= cut else 0.0,
    }


def check_with_sklearn(results, k, ndcg):
    """Where all results are returned and judged, the same number."""
    if len(results) > 1 and all(None not in row for row in results) and ndcg > 0:
        gains = numpy.array([[max(rel, 0) for _, rel in results]], dtype=float)
        scores = numpy.array([[score for score, _ in results]])
        assert abs(metrics.ndcg_score(gains, scores, k=k) - ndcg) < 1e-12


def ranking_case(name, results, k):
    values = reference_ranking(results, k)
    check_with_sklearn(results, k, values["ndcg"])
    return {"name": name, "k": k, "results": results, **values}


def ranking_cases(rng):
    yield ranking_case("one, relevant", [[1.0, 1]], None)
    yield ranking_case("one, not relevant", [[1.0, 0]], None)
    yield ranking_case("nothing returned", [[None, 1], [None, 0]], 5)
    yield ranking_case("nothing relevant", [[0.5, 0], [0.25, None]], 5)
    yield ranking_case("relevant beyond k", [[0.5, 0], [0.25, 0], [0.125, 2]], 2)
    yield ranking_case("not judged in front", [[0.5, None], [0.25, None], [0.125, 2]], 10)
    for i in range(24):
        scores = rng.sample(range(-1000, 1000), rng.randint(1, 40))
        results = []
        for score in scores:
            missing = rng.random() < 0.3 and i % 4 != 0
            unjudged = rng.random() < 0.3 and i % 4 != 0 and not missing
            relevance = rng.choice([0, 0, 0, 1, 1, 2, 3])
            results.append([None if missing else score / 8, None if unjudged else relevance])
        if all(relevance is None for _, relevance in results):
            continue
        yield ranking_case(f"random {i}", results, [None, 1, 3, 10, 100][i % 5])


# ------------------------------------------------------------------------------------------------

FILES = {
    "classification": classification_cases,
    "label_sets": label_sets_cases,
    "entities": entities_cases,
    "correlation": correlation_cases,
    "ranking": ranking_cases,
}


def main():
    parser = argparse.ArgumentParser(description="Make the goldens of the reports.")
    parser.add_argument("--out", type=Path, default=HERE / "reports")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    arguments.out.mkdir(exist_ok=True)
    for name, cases in FILES.items():
        made = list(cases(random.Random(name)))
        lines = ",\n".join(json.dumps(case, ensure_ascii=False, allow_nan=False) for case in made)
        (arguments.out / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        print(f"{name}: {len(made)} cases")


if __name__ == "__main__":
    main()
