/**
 * A network with weights, given as arrays (a checkpoint) or as tensors (in the middle of a training).
 *
 * @module
 */
import { disposeAll, toArrays, toTensors, type NamedArrays, type NamedTensors } from '@leanvox/engine'
import type { SegmentationNetwork } from '@leanvox/training'

export type ModelWeights = NamedTensors | Readonly<NamedArrays>

/** A network and the weights that it runs with; tensors stay the caller's. */
export interface WeightedNetwork<Net extends SegmentationNetwork = SegmentationNetwork> {
  readonly network: Net
  readonly weights: ModelWeights
}

/** Runs `use` with the weights as tensors; those made for it are freed afterwards. */
export async function withTensors<T>(weights: ModelWeights, use: (tensors: NamedTensors) => Promise<T>): Promise<T> {
  if (!areArrays(weights)) return use(weights)
  const tensors = toTensors(weights)
  try {
    return await use(tensors)
  } finally {
    disposeAll(tensors)
  }
}

/** The weights as arrays. */
export async function asArrays(weights: ModelWeights): Promise<Readonly<NamedArrays>> {
  return areArrays(weights) ? weights : toArrays(weights)
}

function areArrays(weights: ModelWeights): weights is Readonly<NamedArrays> {
  // A tensor's `data` is a method.
  return Object.values(weights).every(({ data }) => data instanceof Float32Array)
}
