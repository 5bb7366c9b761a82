"""Optuna's half of `npm run bench -- hpo`: reads one request as JSON in the argument, prints one JSON line an answer.

    {"do": "check"}                                          values of every function at fixed settings
    {"do": "search", "cache": folder, "samplers", "functions", "seeds", "trials"}   best value of every run
    {"do": "ask", "counts": [100, ...], "repeats": 20, "warmUp": {"count", "repeats"}}   milliseconds per ask and tell of TPE
    {"do": "journal", "path": file}                          seconds until all trials of a journal are read

Runs of a search are kept in the cache folder, one file each, so that an interrupted benchmark goes on.
"""

import json
import math
import sys
import time
import warnings
from pathlib import Path

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FixedTrial, create_trial

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def floats(trial, count, low, high):
    return [trial.suggest_float(f"x{i}", low, high) for i in range(count)]


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    pi = math.pi
    return (y - 5.1 / (4 * pi**2) * x**2 + 5 / pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * pi)) * math.cos(x) + 10


ALPHA = [1, 1.2, 3, 3.2]
A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]


def hartmann6(trial):
    x = floats(trial, 6, 0, 1)
    inner = [sum(A[i][j] * (x[j] - P[i][j] * 1e-4) ** 2 for j in range(6)) for i in range(4)]
    return -sum(ALPHA[i] * math.exp(-inner[i]) for i in range(4))


def rastrigin5(trial):
    return 50 + sum(x**2 - 10 * math.cos(2 * math.pi * x) for x in floats(trial, 5, -5.12, 5.12))


def rosenbrock4(trial):
    x = floats(trial, 4, -5, 10)
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (x[i] - 1) ** 2 for i in range(3))


def ackley5(trial):
    x = floats(trial, 5, -32.768, 32.768)
    spread = -20 * math.exp(-0.2 * math.sqrt(sum(v**2 for v in x) / 5))
    return spread - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / 5) + 20 + math.e


def griewank6(trial):
    x = floats(trial, 6, -600, 600)
    product = math.prod(math.cos(v / math.sqrt(i + 1)) for i, v in enumerate(x))
    return sum(v**2 for v in x) / 4000 - product + 1


def sphere8(trial):
    return sum(v**2 for v in floats(trial, 8, -5.12, 5.12))


def levy4(trial):
    w = [1 + (v - 1) / 4 for v in floats(trial, 4, -10, 10)]
    middle = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    return math.sin(math.pi * w[0]) ** 2 + middle + (w[3] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[3]) ** 2)


def mixed(trial):
    rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
    units = trial.suggest_int("units", 4, 256, log=True)
    layers = trial.suggest_int("layers", 1, 8)
    dropout = trial.suggest_float("dropout", 0, 0.5, step=0.1)
    kind = trial.suggest_categorical("kind", ["adam", "sgd", "rmsprop", "lion"])
    best = {"adam": -3, "sgd": -1.5, "rmsprop": -3.5, "lion": -4}[kind]
    worse = {"adam": 0, "sgd": 0.3, "rmsprop": 0.5, "lion": 0.2}[kind]
    smooth = (math.log10(rate) - best) ** 2 + (math.log2(units) - 6) ** 2 / 4 + (layers - 3) ** 2 / 9
    return smooth + (dropout - 0.2) ** 2 * 10 + worse


def conditional(trial):
    model = trial.suggest_categorical("model", ["forest", "network", "kernel"])
    if model == "forest":
        return 1.2 + (trial.suggest_int("depth", 1, 32) - 12) ** 2 / 100 + trial.suggest_float("share", 0.1, 1) / 5
    if model == "kernel":
        return 1 + (math.log10(trial.suggest_float("width", 1e-3, 1e3, log=True)) - 1) ** 2 / 2
    layers = trial.suggest_int("layers", 1, 3)
    rate = trial.suggest_float("rate", 1e-5, 1, log=True)
    units = [trial.suggest_int(f"units{i}", 4, 128, log=True) for i in range(layers)]
    wide = sum((math.log2(value) - 5) ** 2 for value in units) / (4 * layers)
    return (math.log10(rate) + 2.5) ** 2 / 2 + wide + 0.3 * (3 - layers)


FUNCTIONS = {
    one.__name__: one
    for one in [branin, hartmann6, rastrigin5, rosenbrock4, ackley5, griewank6, sphere8, levy4, mixed, conditional]
}
SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "qmc": lambda seed: optuna.samplers.QMCSampler(seed=seed, scramble=True),
    "nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed, population_size=20),
    "cma-es": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}


def answer(value):
    print(json.dumps(value), flush=True)


def check(request):
    answer({name: [FUNCTIONS[name](FixedTrial(params)) for params in settings] for name, settings in request["settings"].items()})


def search(request):
    folder = Path(request["cache"])
    folder.mkdir(parents=True, exist_ok=True)
    for sampler in request["samplers"]:
        for name in request["functions"]:
            for seed in range(request["seeds"]):
                answer(run(folder, sampler, name, seed, request["trials"]))


def run(folder, sampler, name, seed, trials):
    path = folder / f"optuna-{optuna.__version__}-{sampler}-{name}-{trials}-{seed}.json"
    if path.exists():
        return json.loads(path.read_text())
    begin = time.perf_counter()
    try:
        study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
        study.optimize(FUNCTIONS[name], n_trials=trials)
        result = {"sampler": sampler, "function": name, "seed": seed, "best": study.best_value}
    except ImportError as error:
        return {"sampler": sampler, "function": name, "seed": seed, "missing": str(error).splitlines()[0]}
    result["seconds"] = time.perf_counter() - begin
    path.write_text(json.dumps(result))
    return result


ASK_SPACE = {
    "rate": FloatDistribution(1e-5, 1e-1, log=True),
    "momentum": FloatDistribution(0, 1),
    "decay": FloatDistribution(1e-6, 1e-2, log=True),
    "layers": IntDistribution(1, 8),
    "units": IntDistribution(4, 256, log=True),
    "kind": CategoricalDistribution(["adam", "sgd", "rmsprop"]),
}


def ask(request):
    warm_up = request.get("warmUp")
    if warm_up is not None:
        time_asks(warm_up["count"], warm_up["repeats"])
    for count in request["counts"]:
        answer({"count": count, "times": time_asks(count, request["repeats"])})


def time_asks(count, repeats):
    source = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
    trials = []
    for _ in range(count):
        params = source.ask(ASK_SPACE).params
        trials.append(create_trial(params=params, distributions=ASK_SPACE, value=math.log10(params["rate"]) ** 2))
    study.add_trials(trials)
    times = []
    for _ in range(repeats + 1):
        begin = time.perf_counter()
        trial = study.ask()
        for name, distribution in ASK_SPACE.items():
            trial._suggest(name, distribution)
        study.tell(trial, 1.0)
        times.append(1000 * (time.perf_counter() - begin))
    return times[1:]


def journal(request):
    begin = time.perf_counter()
    storage = JournalStorage(JournalFileBackend(request["path"]))
    trials = len(optuna.load_study(study_name="big", storage=storage).get_trials(deepcopy=False))
    answer({"trials": trials, "seconds": time.perf_counter() - begin})


if __name__ == "__main__":
    request = json.loads(sys.argv[1])
    {"check": check, "search": search, "ask": ask, "journal": journal}[request["do"]](request)
