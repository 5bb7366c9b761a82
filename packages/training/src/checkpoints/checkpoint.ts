/**
 * A checkpoint: one safetensors file that holds all a run needs to go on. Tensors are `weights/<name>`,
 * `optimizer/<slot>`, `average/<name>` when one is kept and, when an earlier epoch was better, `best/<name>`; `__metadata__` holds the state as JSON and,
 * apart from it, the wall time, so that equal runs differ in that one text only.
 *
 * Files are replaced atomically: a reader finds the old one or the new one, never a half.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { NamedArrays } from '@leanvox/engine'
import { writeFileAtomic } from '@leanvox/files'
import { CheckpointError } from '../errors.ts'
import type { OptionsSignature } from '../loop/options-signature.ts'
import type { EpochPlan } from '../loop/hooks.ts'
import { reviveValidation, type EpochRecord } from '../loop/records.ts'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts'

/** Where a run stands after a whole epoch. */
export interface CheckpointState {
  readonly version: 1
  /** Epochs and steps done. */
  readonly epoch: number
  readonly step: number
  readonly history: readonly EpochRecord[]
  readonly best: { readonly epoch: number; readonly dice: number } | null
  /** Of all training steps; absent in files of before, whose steps all cost the same. */
  readonly multiplyAdds?: number
  /** The epoch plan in force. */
  readonly plan?: EpochPlan | null
  readonly options: OptionsSignature
}

export interface CheckpointTiming {
  readonly seconds: number
  readonly validationSeconds: number
  readonly planningSeconds?: number
}

export interface Checkpoint {
  readonly weights: NamedArrays
  readonly optimizer: NamedArrays
  /** The moving average of the weights; null when none is kept. */
  readonly average: NamedArrays | null
  /** Weights of the best epoch; null when they are `weights` or there is none. */
  readonly best: NamedArrays | null
  readonly state: CheckpointState
  readonly timing: CheckpointTiming
}

/** Writes the checkpoint, atomically. @throws FileError when the disk refuses */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { weights, optimizer, average, best, state, timing } = checkpoint
  const tensors = {
    ...prefixed('weights', weights),
    ...prefixed('optimizer', optimizer),
    ...prefixed('average', average ?? {}),
    ...prefixed('best', best ?? {}),
  }
  const metadata = { state: JSON.stringify(state), timing: JSON.stringify(timing) }
  await writeFileAtomic(path, encodeSafetensors({ tensors, metadata }))
}

/**
 * The checkpoint of a file, null when there is none.
 *
 * @throws CheckpointError `malformed` for a file that is damaged or no checkpoint
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint | null> {
  if (!existsSync(path)) return null
  const { tensors, metadata } = decodeSafetensors(await readFile(path), { name: path })
  const state = parseState(metadata.state, path)
  const timing = JSON.parse(metadata.timing ?? '{"seconds":0,"validationSeconds":0}') as CheckpointTiming
  return {
    weights: named('weights', tensors),
    optimizer: named('optimizer', tensors),
    average: someOf(named('average', tensors)),
    best: someOf(named('best', tensors)),
    state,
    timing,
  }
}

function parseState(text: string | undefined, path: string): CheckpointState {
  const fail = (found: string, cause?: unknown) =>
    new CheckpointError(`loadCheckpoint: expected a training state in ${path}, got ${found}`, {
      code: 'malformed',
      path,
      cause,
    })
  if (text === undefined) throw fail('no state in __metadata__')
  let state: CheckpointState
  try {
    state = JSON.parse(text) as CheckpointState
  } catch (cause) {
    throw fail(JSON.stringify(text.slice(0, 40)), cause)
  }
  if (state?.version !== 1 || !Array.isArray(state.history)) throw fail(JSON.stringify(text.slice(0, 40)))
  const history = state.history.map((record) => ({ ...record, validation: reviveValidation(record.validation) }))
  return { ...state, history }
}

function someOf(arrays: NamedArrays): NamedArrays | null {
  return Object.keys(arrays).length > 0 ? arrays : null
}

function prefixed(prefix: string, arrays: NamedArrays): Record<string, StoredTensor> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${prefix}/${name}`, array]))
}

function named(prefix: string, tensors: Readonly<Record<string, StoredTensor>>): NamedArrays {
  const arrays: NamedArrays = {}
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (!name.startsWith(`${prefix}/`) || !(data instanceof Float32Array)) continue
    arrays[name.slice(prefix.length + 1)] = { shape: [...shape], data }
  }
  return arrays
}
