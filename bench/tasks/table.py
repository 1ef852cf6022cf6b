"""What the bench prints: ours, the peer's, their ratio, what is asked for and whether it is met."""

WIDTH = 46


def head():
    return f"{'':{WIDTH}} {'ours':>12} {'scikit-learn':>12} {'ratio':>7}   {'aim':14} met"


def number(value, digits):
    """With so many digits after the point; -1: in powers of ten."""
    if value is None:
        return ""
    return f"{value:,.{digits}f}" if digits >= 0 else f"{value:.1e}"


class Line:
    """An aim is (">=" or "<=", bound), of ours or of the ratio."""

    def __init__(self, what, ours, peer=None, aim=None, of="ours", digits=4):
        self.what, self.ours, self.peer, self.aim, self.of, self.digits = what, ours, peer, aim, of, digits
        self.ratio = ours / peer if peer else None

    def met(self):
        if self.aim is None:
            return None
        sense, bound = self.aim
        value = getattr(self, self.of)
        return value >= bound if sense == ">=" else value <= bound

    def text(self):
        aim = ""
        if self.aim:
            sense, bound = self.aim
            aim = f"{sense} {bound:g} x" if self.of == "ratio" else f"{sense} {number(bound, self.digits)}"
        met = {None: "", True: "yes", False: "NO"}[self.met()]
        return (f"{self.what:{WIDTH}} {number(self.ours, self.digits):>12} {number(self.peer, self.digits):>12} "
                f"{number(self.ratio, 3):>7}   {aim:14} {met}").rstrip()

    def json(self):
        return {"what": self.what, "ours": self.ours, "peer": self.peer, "ratio": self.ratio, "aim": self.aim,
                "of": self.of, "met": self.met()}
