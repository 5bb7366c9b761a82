"""
What Optuna reads in the journal of a run, beside what the run says about itself.

    python check-journal.py <run folder>     (optuna==5.0.0)

Prints one line a study: trials by state, and the best value. Compares each search arm with the row of results.json: the
number of trials, how many failed, the best value and its parameters. Exit code 1 and one line a difference otherwise.
"""

import json
import math
import sys
from collections import Counter
from pathlib import Path

import optuna

if optuna.__version__ != "5.0.0":
    sys.exit(f"check-journal: expected optuna 5.0.0, got {optuna.__version__}")

from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend


def main(folder: Path) -> int:
    storage = JournalStorage(JournalFileBackend(str(folder / "journal.jsonl")))
    studies = {
        one.study_name: optuna.load_study(study_name=one.study_name, storage=storage) for one in storage.get_all_studies()
    }
    for name, study in studies.items():
        print(describe(name, study))
    rows = json.loads((folder / "results.json").read_text())["arms"]
    differences = [text for row in rows for text in compare(row, studies[f"search/{row['arm']}"])]
    print("\n".join(differences) if differences else f"{len(rows)} arms agree with results.json")
    return 1 if differences else 0


def describe(name, study) -> str:
    states = Counter(trial.state.name.lower() for trial in study.trials)
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    best = best_trial(study)
    value = "no best value" if best is None else f"best {best.value:.6g} (trial {best.number})"
    return f"{name}: {len(study.trials)} trials ({counts}), {value}"


def best_trial(study):
    return study.best_trial if any(trial.state.name == "COMPLETE" for trial in study.trials) else None


def compare(row, study) -> list[str]:
    best = best_trial(study)
    found = {
        "trials": len(study.trials),
        "failed": sum(trial.state.name == "FAIL" for trial in study.trials),
        "validationDice": None if best is None else best.value,
        "best": {} if best is None else best.params,
    }
    return [
        f"{row['arm']}: {key}: results.json has {row[key]}, Optuna {value}"
        for key, value in found.items()
        if not agrees(row[key], value)
    ]


def agrees(expected, found) -> bool:
    if isinstance(expected, dict):
        return expected.keys() == found.keys() and all(agrees(expected[key], found[key]) for key in expected)
    if isinstance(expected, float) and isinstance(found, float):
        return math.isclose(expected, found, rel_tol=1e-12)
    return expected == found


sys.exit(main(Path(sys.argv[1])))
