/**
 * What a setting trains on and how its weights localise: the part of a job that differs between the three settings.
 *
 * @module
 */
import type { NamedArrays } from '@leanvox/engine'
import type { AttentionOptions } from '@leanvox/htl-pruning'
import type { PreparedCase, SegmentationNetwork, TrainOptions, TrainResult } from '@leanvox/training'
import type { HtlSettings } from './config-settings.ts'
import type { TrainJob } from './jobs.ts'
import { semiSupervisedTask } from './semi-supervised.ts'
import { supervisedTask } from './supervised.ts'
import { weaklySupervisedTask } from './weakly-supervised.ts'
import type { Workspace } from './workspace.ts'

/** A training with its way to masks. */
export interface Task {
  readonly network: SegmentationNetwork
  readonly cases: readonly PreparedCase[]
  /** Beside what every setting has. */
  readonly options: Partial<TrainOptions>
  /** What attention needs to know beyond the arm's settings. */
  readonly attention: Partial<Pick<AttentionOptions, 'targets' | 'loss' | 'source'>>
  /** The weights that are scored. */
  readonly weightsOf: (result: TrainResult) => NamedArrays
  /** Masks of images, 1 inside, in order. */
  readonly localise: (weights: NamedArrays, cases: readonly PreparedCase[]) => Promise<Uint8Array[]>
  /** Further ways, scored beside it. */
  readonly others?: readonly { readonly name: string; readonly localise: Task['localise'] }[]
}

/** The task of a job's setting. */
export function taskOf(job: TrainJob, workspace: Workspace): Task {
  const makers = {
    supervised: supervisedTask,
    'semi-supervised': semiSupervisedTask,
    'weakly-supervised': weaklySupervisedTask,
  } as const
  return makers[job.setting](job, workspace)
}

/** The rule of an arm as `attention` takes it. */
export function ruleOf({ rule, strength }: HtlSettings, batchSize: number): NonNullable<AttentionOptions['rule']> {
  if (rule !== 'extra-batch') return { kind: rule, strength }
  return { kind: rule, perBatch: Math.max(1, Math.round(strength * batchSize)) }
}
