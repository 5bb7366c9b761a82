/**
 * What a comparison found: one row for every trained network and φ, and the same over seeds.
 *
 * @module
 */
import type { Environment } from '@leanvox/app-shell'
import { mean, std } from '@leanvox/metrics'
import type { StoredCases } from './cases.ts'
import type { Config, MethodName } from './config.ts'
import type { JobResult, SweptPoint } from './job-result.ts'

/** One trained network at one φ. */
export interface ResultRow {
  readonly method: MethodName
  readonly phi: number
  readonly seed: number
  readonly dice: number | null
  readonly validationDice: number | null
  /** Of one forward pass. */
  readonly multiplyAdds: number
  /** Of the training the row comes from; one SSHN training has as many rows as the grid. */
  readonly trainSeconds: number
  readonly trainMultiplyAdds: number
  readonly milliseconds: number
  readonly peakBytes: number
}

/** Mean and sample standard deviation over seeds; the deviation is null for one seed. */
export interface OverSeeds {
  readonly mean: number | null
  readonly std: number | null
  readonly seeds: number
}

/** One method at one φ over its seeds. */
export interface CurvePoint {
  readonly method: MethodName
  readonly phi: number
  readonly dice: OverSeeds
  readonly validationDice: OverSeeds
  readonly multiplyAdds: number
  readonly milliseconds: number | null
  readonly peakBytes: number
  readonly outOfRange: boolean
}

/** What training a method for its whole curve costs, per seed. */
export interface MethodCost {
  readonly method: MethodName
  /** Networks behind the curve: one, or one for each φ. */
  readonly networks: number
  /** Trainable weights of one network. */
  readonly parameters: number
  readonly seconds: OverSeeds
  readonly multiplyAdds: OverSeeds
  readonly steps: number
}

/** How the loss of one training went. */
export interface LossCurve {
  readonly method: MethodName
  readonly phi: number | null
  readonly seed: number
  /** Mean loss of every epoch. */
  readonly losses: readonly number[]
}

/** What a reader needs to make the run again. */
export interface Provenance {
  readonly dataset: string
  readonly command: string
  readonly commit: string | null
  readonly date: string
  readonly machine: string
  readonly backend: string
  readonly precision: string
  readonly seeds: readonly number[]
  /** What the command does not say, such as the cores it was given. */
  readonly note?: string
}

/** Everything a run found. */
export interface RunResults {
  readonly provenance: Provenance
  readonly task: Config['task']
  readonly cases: {
    readonly train: number
    readonly validation: number
    readonly test: number
    readonly setAside: number
  }
  /** Label names by value. */
  readonly labels: Readonly<Record<string, number>>
  readonly range: readonly [number, number]
  readonly epochs: number
  /** Dice without any network, for registration. */
  readonly baselineDice: number | null
  readonly finished: number
  readonly planned: number
  readonly costs: readonly MethodCost[]
  readonly curve: readonly CurvePoint[]
  /** Absent in results of earlier versions. */
  readonly losses?: readonly LossCurve[]
  readonly rows: readonly ResultRow[]
}

/** What results are made of. */
export interface ResultsInput {
  readonly stored: StoredCases
  readonly config: Config
  readonly environment: Environment
  readonly results: readonly JobResult[]
  readonly planned: number
}

/** The results of the finished trainings. */
export function collectResults({ stored, config, environment, results, planned }: ResultsInput): RunResults {
  const { split, setAside, dataset, labels } = stored
  return {
    provenance: {
      dataset,
      command: environment.command,
      commit: environment.commit,
      date: environment.startedAt.slice(0, 10),
      machine: `${environment.processor}, ${environment.cores} cores, ${environment.memoryGiB} GiB, Node ${environment.node}`,
      backend: results[0].backend,
      precision: results[0].precision,
      seeds: [...new Set(results.map(({ seed }) => seed))],
    },
    task: config.task,
    cases: {
      train: split.train.length,
      validation: split.validation.length,
      test: split.test.length,
      setAside: setAside.length,
    },
    labels,
    range: config.phi.range,
    epochs: config.training.epochs,
    baselineDice: results[0].baselineDice,
    finished: results.length,
    planned,
    costs: costsOf(config.methods, results),
    curve: curveOf(config, results),
    ...lossesOf(results),
    rows: results.flatMap(rowsOf),
  }
}

function lossesOf(results: readonly JobResult[]): Pick<RunResults, 'losses'> {
  const losses = results.flatMap(({ method, phi, seed, losses }) =>
    losses === undefined ? [] : [{ method, phi, seed, losses }],
  )
  return losses.length > 0 ? { losses } : {}
}

function rowsOf(result: JobResult): ResultRow[] {
  const { method, seed, trainSeconds, trainMultiplyAdds } = result
  return result.points.map(({ phi, dice, validationDice, multiplyAdds, milliseconds, peakBytes }) => ({
    method,
    phi,
    seed,
    dice,
    validationDice,
    multiplyAdds,
    trainSeconds,
    trainMultiplyAdds,
    milliseconds,
    peakBytes,
  }))
}

function costsOf(methods: readonly MethodName[], results: readonly JobResult[]): MethodCost[] {
  return methods.flatMap((method): MethodCost[] => {
    const own = results.filter((result) => result.method === method)
    if (own.length === 0) return []
    const phis = new Set(own.map(({ phi }) => phi))
    // A seed whose set is not complete yet would look cheap.
    const seeds = [...new Set(own.map(({ seed }) => seed))].filter(
      (seed) => own.filter((result) => result.seed === seed).length === phis.size,
    )
    const sums = (value: (result: JobResult) => number) =>
      overSeeds(seeds.map((seed) => sum(own.filter((result) => result.seed === seed).map(value))))
    return [
      {
        method,
        networks: phis.size,
        parameters: own[0].parameters,
        seconds: sums(({ trainSeconds }) => trainSeconds),
        multiplyAdds: sums(({ trainMultiplyAdds }) => trainMultiplyAdds),
        steps: own[0].steps,
      },
    ]
  })
}

function curveOf({ methods, phi: { range } }: Config, results: readonly JobResult[]): CurvePoint[] {
  return methods.flatMap((method) => {
    const points = results.filter((result) => result.method === method).flatMap((result) => result.points)
    const phis = [...new Set(points.map(({ phi }) => phi))].sort((a, b) => a - b)
    return phis.map((phi): CurvePoint => {
      const own = points.filter((point) => point.phi === phi)
      const over = (value: (point: SweptPoint) => number | null) => overSeeds(own.map((point) => value(point)))
      return {
        method,
        phi,
        dice: over(({ dice }) => dice),
        validationDice: over(({ validationDice }) => validationDice),
        multiplyAdds: own[0].multiplyAdds,
        milliseconds: over(({ milliseconds }) => milliseconds).mean,
        peakBytes: own[0].peakBytes,
        outOfRange: phi <= range[0] || phi > range[1],
      }
    })
  })
}

/** Mean and deviation of the values that are defined. */
export function overSeeds(values: readonly (number | null)[]): OverSeeds {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[]
  return {
    mean: known.length === 0 ? null : mean(known),
    std: known.length < 2 ? null : std(known),
    seeds: known.length,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
