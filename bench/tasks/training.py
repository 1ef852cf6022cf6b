"""Training on a data set and labelling its test set: ours in SQL, scikit-learn's in memory, over the same vectors."""
import statistics

import peer_sklearn
from peer_sklearn import LabelSets, OneLabel
from table import Line

# kind: the labels of a row in SQL, and the function that gives them
IN_SQL = {OneLabel: ("labels[1]", "classify"), LabelSets: ("labels", "classify_labels")}


class Task:
    """A data set. Each has a train and a test table in the server, of the vectors that the peer gets too."""

    def __init__(self, name, kind, data):
        self.name, self.kind = name, kind
        self.train, self.test = (data.split(f"{name}/{split}") for split in ("train", "test"))
        self.truth, self.function = IN_SQL[kind]

    def load(self, server):
        server.load(f"{self.name}_train", *self.train)
        server.load(f"{self.name}_test", *self.test)

    def query(self):
        return f"SELECT e, {self.truth} FROM {self.name}_train"

    def predicted(self):
        return f"sbert.{self.function}(e, '{self.name}')"

    def predicted_from(self, score):
        """The labels whose score is no less, in SQL."""
        return f"ARRAY(SELECT label FROM sbert.classify_scores(e, '{self.name}') WHERE score >= {score})"


def interleaved(task, server, rounds):
    """Both train in each round, the other one first each time. {who: {"trained": what, "core": [...], "wall": [...]}}"""
    turns = [("ours", lambda: server.train(task.name, task.query())),
             ("peer", lambda: peer_sklearn.train(task.kind, *task.train))]
    times = {who: {"core": [], "wall": []} for who, _ in turns}
    for number in range(rounds):
        for who, turn in turns[::-1] if number % 2 else turns:
            times[who]["trained"], core, wall = turn()
            times[who]["core"].append(core)
            times[who]["wall"].append(wall)
    return times


def difference(ours, peer):
    """The largest difference of any number that scikit-learn reports."""
    if missing := peer.keys() - ours.keys():
        raise SystemExit(f"the report lacks {sorted(missing, key=str)}")
    return max(abs(ours[key][what] - value) for key, row in peer.items() for what, value in row.items())


def check_report(task, server, ours):
    """Our predictions, reported by scikit-learn."""
    rows = server.rows(f"SELECT {task.predicted()} AS given FROM {task.name}_test ORDER BY id")
    given = [row["given"] if isinstance(row["given"], list) else [row["given"]] for row in rows]
    return difference(ours, peer_sklearn.report(task.kind, task.test[1], given))


def measure(task, server, rounds):
    """What both reach and what it took them, as figures."""
    task.load(server)
    times = interleaved(task, server, rounds)
    peer = times["peer"].pop("trained")
    search = server.value("SELECT report - 'labels' FROM sbert.classifiers() WHERE classifier = %s::regclass", (task.name,))
    figures = {"ours": dict(times["ours"], report=search), "peer": dict(times["peer"], penalties=peer.penalties())}
    ours = server.report(task.truth, task.predicted(), f"{task.name}_test")
    theirs = peer_sklearn.report(task.kind, task.test[1], peer.predict(task.test[0]))
    for who, report in ("ours", ours), ("peer", theirs):
        figures[who]["seconds"] = statistics.median(figures[who]["core"])
        figures[who]["scores"] = {kind: row["f1"] for (kind, label), row in report.items() if label is None}
    if task.kind is LabelSets:
        at_half = server.report(task.truth, task.predicted_from(0.5), f"{task.name}_test")
        figures["ours"]["macro F1 from 0.5 on"] = at_half["macro avg", None]["f1"]
    figures["report"] = check_report(task, server, ours)
    return figures


def lines(task, figures):
    """The figures as the table's lines."""
    ours, peer = figures["ours"], figures["peer"]
    macro = ours["scores"]["macro avg"], peer["scores"]["macro avg"]
    if task.kind is OneLabel:
        accuracy = ours["scores"]["accuracy"], peer["scores"]["accuracy"]
        yield Line(f"{task.name}: accuracy", *accuracy, aim=(">=", accuracy[1] - 0.003))
        yield Line(f"{task.name}: macro F1", *macro)
        yield Line(f"{task.name}: training, seconds", ours["seconds"], peer["seconds"],
                   aim=("<=", 0.5), of="ratio", digits=2)
    else:
        yield Line(f"{task.name}: macro F1", *macro, aim=(">=", macro[1] - 0.005))
        yield Line(f"{task.name}: macro F1, each label from 0.5 on", ours["macro F1 from 0.5 on"], macro[1])
        yield Line(f"{task.name}: training, seconds", ours["seconds"], peer["seconds"], digits=2)
    yield Line(f"{task.name}: report, largest difference", figures["report"], aim=("<=", 1e-9), digits=-1)
