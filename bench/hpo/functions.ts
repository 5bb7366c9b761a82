/**
 * Ten test functions to be minimised, as objectives that ask for their parameters. `bench/peers/hpo_optuna.py` has the
 * same ones; the benchmark compares both at fixed settings before it starts.
 *
 * Definitions and ranges: Surjanovic and Bingham, "Virtual Library of Simulation Experiments"; the mixed and the
 * conditional one are ours, in the manner of a network's settings.
 *
 * @module
 */
import type { Trial } from '@leanvox/hpo-search'

export interface TestFunction {
  readonly name: string
  readonly objective: (trial: Pick<Trial, 'suggestFloat' | 'suggestInt' | 'suggestCategorical'>) => number
}

type Asking = Parameters<TestFunction['objective']>[0]

function floats(trial: Asking, { count, low, high }: { count: number; low: number; high: number }): number[] {
  return Array.from({ length: count }, (_, index) => trial.suggestFloat(`x${index}`, { low, high }))
}
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const { PI, cos, sin, exp, sqrt, log10 } = Math

function branin(trial: Asking): number {
  const x = trial.suggestFloat('x', { low: -5, high: 10 })
  const y = trial.suggestFloat('y', { low: 0, high: 15 })
  return (y - (5.1 / (4 * PI ** 2)) * x ** 2 + (5 / PI) * x - 6) ** 2 + 10 * (1 - 1 / (8 * PI)) * cos(x) + 10
}

const hartmann = {
  alpha: [1, 1.2, 3, 3.2],
  a: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  p: [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
  ],
}

function hartmann6(trial: Asking): number {
  const x = floats(trial, { count: 6, low: 0, high: 1 })
  const { alpha, a, p } = hartmann
  return -sum(
    alpha.map((weight, i) => weight * exp(-sum(x.map((value, j) => a[i][j] * (value - p[i][j] * 1e-4) ** 2)))),
  )
}

function rastrigin5(trial: Asking): number {
  const x = floats(trial, { count: 5, low: -5.12, high: 5.12 })
  return 50 + sum(x.map((value) => value ** 2 - 10 * cos(2 * PI * value)))
}

function rosenbrock4(trial: Asking): number {
  const x = floats(trial, { count: 4, low: -5, high: 10 })
  return sum(x.slice(1).map((next, i) => 100 * (next - x[i] ** 2) ** 2 + (x[i] - 1) ** 2))
}

function ackley5(trial: Asking): number {
  const x = floats(trial, { count: 5, low: -32.768, high: 32.768 })
  const spread = -20 * exp(-0.2 * sqrt(sum(x.map((value) => value ** 2)) / 5))
  return spread - exp(sum(x.map((value) => cos(2 * PI * value))) / 5) + 20 + Math.E
}

function griewank6(trial: Asking): number {
  const x = floats(trial, { count: 6, low: -600, high: 600 })
  const product = x.reduce((total, value, i) => total * cos(value / sqrt(i + 1)), 1)
  return sum(x.map((value) => value ** 2)) / 4000 - product + 1
}

function sphere8(trial: Asking): number {
  return sum(floats(trial, { count: 8, low: -5.12, high: 5.12 }).map((value) => value ** 2))
}

function levy4(trial: Asking): number {
  const w = floats(trial, { count: 4, low: -10, high: 10 }).map((value) => 1 + (value - 1) / 4)
  const middle = sum(w.slice(0, -1).map((value) => (value - 1) ** 2 * (1 + 10 * sin(PI * value + 1) ** 2)))
  return sin(PI * w[0]) ** 2 + middle + (w[3] - 1) ** 2 * (1 + sin(2 * PI * w[3]) ** 2)
}

function mixed(trial: Asking): number {
  const rate = trial.suggestFloat('rate', { low: 1e-5, high: 1e-1, log: true })
  const units = trial.suggestInt('units', { low: 4, high: 256, log: true })
  const layers = trial.suggestInt('layers', { low: 1, high: 8 })
  const dropout = trial.suggestFloat('dropout', { low: 0, high: 0.5, step: 0.1 })
  const kind = trial.suggestCategorical('kind', { choices: ['adam', 'sgd', 'rmsprop', 'lion'] })
  const best = { adam: -3, sgd: -1.5, rmsprop: -3.5, lion: -4 }[kind]
  const worse = { adam: 0, sgd: 0.3, rmsprop: 0.5, lion: 0.2 }[kind]
  return (
    (log10(rate) - best) ** 2 +
    (Math.log2(units) - 6) ** 2 / 4 +
    (layers - 3) ** 2 / 9 +
    (dropout - 0.2) ** 2 * 10 +
    worse
  )
}

function conditional(trial: Asking): number {
  const model = trial.suggestCategorical('model', { choices: ['forest', 'network', 'kernel'] })
  if (model === 'forest') {
    const depth = trial.suggestInt('depth', { low: 1, high: 32 })
    return 1.2 + (depth - 12) ** 2 / 100 + trial.suggestFloat('share', { low: 0.1, high: 1 }) / 5
  }
  if (model === 'kernel') {
    const width = trial.suggestFloat('width', { low: 1e-3, high: 1e3, log: true })
    return 1 + (log10(width) - 1) ** 2 / 2
  }
  const layers = trial.suggestInt('layers', { low: 1, high: 3 })
  const rate = trial.suggestFloat('rate', { low: 1e-5, high: 1, log: true })
  const units = Array.from({ length: layers }, (_, i) =>
    trial.suggestInt(`units${i}`, { low: 4, high: 128, log: true }),
  )
  return (
    (log10(rate) + 2.5) ** 2 / 2 +
    sum(units.map((value) => (Math.log2(value) - 5) ** 2)) / (4 * layers) +
    0.3 * (3 - layers)
  )
}

export const functions: readonly TestFunction[] = [
  branin,
  hartmann6,
  rastrigin5,
  rosenbrock4,
  ackley5,
  griewank6,
  sphere8,
  levy4,
  mixed,
  conditional,
].map((objective) => ({ name: objective.name, objective }))
