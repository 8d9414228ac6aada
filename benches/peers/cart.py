"""Sequential CART synthesis as in R's synthpop (Nowok, Raab and Dibben 2016): a tree per column on the columns before it, whose leaves hold donors.

The first column is drawn from the observed values. Every other one is drawn from the training patients in the leaf that a synthetic patient
falls into, so each cell is a real patient's own (synthpop without smoothing). Leaves hold five patients at least, as there. Missing cells are a level of
coded columns; in a column of numbers a tree of its own says first which are missing.
"""

import numpy
import pandas
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

LEAF = 5


def features(frame, coded):
    """Columns as trees of scikit-learn read them: numbers with a mark where they are missing, levels one by one."""
    parts = []
    for name in frame:
        if name in coded:
            levels = frame[name].astype(object).where(frame[name].notna(), "(missing)").astype(str)
            parts.append(pandas.get_dummies(levels, prefix=name).astype(float))
        else:
            numbers = pandas.to_numeric(frame[name]).astype(float)
            parts.append(pandas.DataFrame({name: numbers.fillna(-1e9), f"{name}(missing)": numbers.isna().astype(float)}))
    return pandas.concat(parts, axis=1)


def drawn(tree, before, donors, after, generator):
    """A donor's value for every row of `after`, from the leaf that it falls into."""
    leaves = pandas.Series(range(len(donors))).groupby(tree.apply(before)).apply(numpy.array)
    return donors[[generator.choice(leaves[leaf]) for leaf in tree.apply(after)]]


def fitted(frame, coded, generator):
    """Learns nothing ahead: synthpop draws column by column, too. Returns a function of the number of rows."""

    def sample(rows):
        made = pandas.DataFrame(index=range(rows))
        for place, name in enumerate(frame):
            column = frame[name].astype(object).to_numpy()
            absent = pandas.isna(column)
            if place == 0:
                made[name] = generator.choice(column, rows)
                continue
            both = features(pandas.concat([frame.iloc[:, :place], made], ignore_index=True), coded).to_numpy()
            before, after = both[: len(frame)], both[len(frame) :]
            options = {"min_samples_leaf": LEAF, "random_state": int(generator.integers(2**31))}
            if name in coded:
                levels = numpy.where(absent, "(missing)", column).astype(str)
                tree = DecisionTreeClassifier(**options).fit(before, levels)
                made[name] = drawn(tree, before, column, after, generator)
                continue
            values = numpy.full(rows, numpy.nan)
            there = numpy.ones(rows, bool)
            if absent.any():
                tree = DecisionTreeClassifier(**options).fit(before, absent)
                there = ~drawn(tree, before, absent, after, generator).astype(bool)
            known = column[~absent].astype(float)
            tree = DecisionTreeRegressor(**options).fit(before[~absent], known)
            if there.any():
                values[there] = drawn(tree, before[~absent], known, after[there], generator)
            made[name] = values
        return made

    return sample
