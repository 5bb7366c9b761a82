/**
 * What a network is trained for, behind one face: the cases, the trainer's hooks, and the curve on held-out cases.
 *
 * @module
 */
import type { NamedArrays } from '@leanvox/engine'
import type { PhiModelNetwork, PhiPoint } from '@leanvox/sshn'
import type { PreparedCase, SegmentationNetwork, TrainOptions } from '@leanvox/training'
import type { StoredCases } from './cases.ts'
import type { Config } from './config.ts'
import type { PrimaryEnds } from './methods.ts'
import { registrationTask } from './registration-task.ts'
import type { RunPaths } from './run-folder.ts'
import { segmentationTask } from './segmentation-task.ts'

/** A trained network. */
export interface TrainedModel {
  readonly network: PhiModelNetwork & SegmentationNetwork
  readonly weights: NamedArrays
}

/** Which cases a curve is of, and who hears of it. */
export interface TaskSweepOptions {
  readonly part: 'validation' | 'test'
  readonly phis: readonly number[]
  readonly repeats: number
  readonly onPoint?: (() => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** One held-out case as a picture shows it: label maps over one slice. */
export interface TaskPicture {
  readonly id: string
  readonly height: number
  readonly width: number
  /** `height * width * 3` bytes. */
  readonly image: Uint8Array
  readonly reference: Uint8Array
  /** One label map a factor, in the order asked for. */
  readonly predictions: readonly Uint8Array[]
  /** Mean Dice over the labels of the whole case, in the same order. */
  readonly dice: readonly number[]
}

export interface Task {
  /** Channels in and out of the primary network. */
  readonly ends: PrimaryEnds
  readonly patchSize: TrainOptions['patchSize']
  readonly trainCases: readonly PreparedCase[]
  /** Dice on the test cases without any network: labels that are not warped; null for segmentation. */
  readonly baselineDice: number | null
  /** The trainer's hooks, and what the task fixes of its options. */
  hooks(
    network: SegmentationNetwork,
    options: { phis: readonly number[]; validate: boolean },
  ): Partial<Pick<TrainOptions, 'objective' | 'validate' | 'augmentation'>>
  sweep(model: TrainedModel, options: TaskSweepOptions): Promise<PhiPoint[]>
  /** The first `count` test cases at each factor. */
  pictures(model: TrainedModel, options: { count: number; phis: readonly number[] }): Promise<TaskPicture[]>
}

/** What a task is made of. */
export interface TaskInput {
  readonly config: Config
  readonly stored: StoredCases
}

/** The configured task with its cases in memory. */
export async function loadTask(paths: RunPaths, input: TaskInput): Promise<Task> {
  return input.config.task === 'registration' ? registrationTask(paths, input) : segmentationTask(paths, input)
}
