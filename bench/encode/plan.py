"""How much is measured: everything, an eighth of the texts, or what a glance takes; bench/README.md has the minutes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Texts of each set; how many texts a call takes; with how many also in SQL."""

    counts: dict
    batches: tuple = (1, 8, 32, 128)
    sql_batches: tuple = (1, 32, 128)

    def with_count(self, count):
        """So many texts of each set. Calls of more texts than there are would be measured twice."""
        return Plan({name: count for name in self.counts}, self.batches, self.sql_batches)

    def batches_of(self, name):
        return [batch for batch in self.batches if batch <= max(8, self.counts[name])]

    def sql_batches_of(self, name):
        return [batch for batch in self.sql_batches if batch in self.batches_of(name)]


FULL = Plan({"short": 2000, "medium": 2000, "long": 240})
BRIEF = Plan({"short": 320, "medium": 256, "long": 32}, (1, 8, 32), (1, 32))
QUICK = Plan({"short": 200, "medium": 200, "long": 24}, (1, 32), (1, 32))
