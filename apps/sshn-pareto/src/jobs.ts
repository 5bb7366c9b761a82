/**
 * The trainings of a comparison, as plain values that can be handed to another process.
 *
 * Methods that know every φ are trained once a seed; Fixed and capacity-matched Fixed once for every seed and φ. The jobs
 * of the first seed come first, so that a run that is cut short still compares all methods.
 *
 * @module
 */
import type { Config, MethodName } from './config.ts'

/** One training. */
export interface TrainJob {
  readonly kind: 'train'
  /** Study and folder: `fixed-0.25/seed-0`. */
  readonly name: string
  readonly runFolder: string
  readonly method: MethodName
  /** The one φ it is trained for; null for all of them. */
  readonly phi: number | null
  readonly seed: number
}

/** Pictures and weight statistics of a finished training. */
export interface IllustrateJob {
  readonly kind: 'illustrate'
  readonly name: string
  readonly runFolder: string
  readonly training: TrainJob
}

export type Job = TrainJob | IllustrateJob

/** Every training of the comparison, in order. */
export function trainJobs(config: Pick<Config, 'seeds' | 'methods' | 'phi'>, runFolder: string): TrainJob[] {
  return config.seeds.flatMap((seed) =>
    config.methods.flatMap((method) => phisOf(method, config).map((phi) => trainJob({ method, phi, seed }, runFolder))),
  )
}

/** The training with this method, factor and seed. */
export function trainJob(which: Pick<TrainJob, 'method' | 'phi' | 'seed'>, runFolder: string): TrainJob {
  const { method, phi, seed } = which
  const name = `${method}${phi === null ? '' : `-${phi}`}/seed-${seed}`
  return { kind: 'train', name, runFolder, method, phi, seed }
}

/** Pictures of the first seed of every method that knows all φ. */
export function illustrateJobs(jobs: readonly TrainJob[]): IllustrateJob[] {
  const first = jobs[0]?.seed
  return jobs
    .filter(({ phi, seed }) => phi === null && seed === first)
    .map((training) => ({
      kind: 'illustrate',
      name: `${training.name}/pictures`,
      runFolder: training.runFolder,
      training,
    }))
}

function phisOf(method: MethodName, { phi }: Pick<Config, 'phi'>): (number | null)[] {
  if (method === 'fixed') return phi.fixed
  return method === 'capacity-matched' ? phi.capacityMatched : [null]
}
