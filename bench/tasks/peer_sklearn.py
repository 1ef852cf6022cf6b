"""scikit-learn's side: logistic regression that chooses its penalty itself, by its own cross-validation."""
import os
import warnings

import clock


def one_label():
    """Its defaults: ten penalties, five folds, accuracy decides; as many iterations as it takes, or the bench fails."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegressionCV
    warnings.simplefilter("error", ConvergenceWarning)
    return LogisticRegressionCV(scoring="accuracy", max_iter=10000, l1_ratios=(0,), use_legacy_attributes=False)


class OneLabel:
    """Rows of one label each."""

    def __init__(self):
        self.model = one_label()

    def fit(self, vectors, labels):
        self.model.fit(vectors, [label for label, in labels])

    def predict(self, vectors):
        return [[label] for label in self.model.predict(vectors)]

    def penalties(self):
        return [float(self.model.C_)]


class LabelSets:
    """Rows of any number of labels: one classifier for each, which gives its label from 0.5 on."""

    def __init__(self):
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.preprocessing import MultiLabelBinarizer
        self.binarizer = MultiLabelBinarizer()
        self.model = OneVsRestClassifier(one_label())

    def fit(self, vectors, labels):
        self.model.fit(vectors, self.binarizer.fit_transform(labels))

    def predict(self, vectors):
        return [list(found) for found in self.binarizer.inverse_transform(self.model.predict(vectors))]

    def penalties(self):
        return [float(estimator.C_) for estimator in self.model.estimators_]


def train(kind, vectors, labels):
    """(the trained classifier, seconds on the core, of the wall clock)"""
    classifier = kind()
    _, core, wall = clock.timed(os.getpid(), lambda: classifier.fit(vectors, labels))
    return classifier, core, wall


def report(kind, truth, predicted):
    """scikit-learn's classification_report in the shape of Server.report()."""
    from sklearn.metrics import classification_report
    from sklearn.preprocessing import MultiLabelBinarizer
    if kind is LabelSets:
        binarizer = MultiLabelBinarizer().fit(truth + predicted)
        found = classification_report(binarizer.transform(truth), binarizer.transform(predicted), zero_division=0,
                                      target_names=list(binarizer.classes_), output_dict=True)
    else:
        found = classification_report([t for t, in truth], [p for p, in predicted], zero_division=0, output_dict=True)
    result = {}
    for name, row in found.items():
        if name == "accuracy":
            result[name, None] = {"f1": row}
        else:
            key = (name, None) if name.endswith(" avg") else ("label", name)
            result[key] = {"precision": row["precision"], "recall": row["recall"], "f1": row["f1-score"],
                           "support": row["support"]}
    return result
