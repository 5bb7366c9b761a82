/**
 * Pruning masks over named weights, one-shot and unstructured: magnitude pruning keeps the weights of largest |w|, over
 * all prunable weights together ('global', as in SDCLR, Jiang et al. 2021) or within each array ('layer', as in Hooker et
 * al. 2019). The random mask keeps as many, chosen by chance: the control.
 *
 * Prunable by default are kernels, that is arrays of two or more axes: a scale, offset or bias is a few numbers on which
 * a whole channel hangs.
 *
 * @module
 */
import type { NamedArray, NamedArrays } from '@leanvox/engine'
import type { Rng } from '@leanvox/random'
import { keepLargest } from './keep-largest.ts'
import { checkSparsity, keptCount } from './sparsity.ts'

/** 1 keeps a weight, 0 takes it out; only prunable weights have an entry. */
export type Masks = Readonly<Record<string, Uint8Array>>

export type MaskScope = 'global' | 'layer'

export interface MaskOptions {
  /** Share of the prunable weights to take out, between 0 and 1, both excluded. */
  readonly sparsity: number
  /** Default 'global'. */
  readonly scope?: MaskScope
  /** Which arrays may lose weights; default those of two or more axes. */
  readonly prunable?: (name: string, array: NamedArray) => boolean
}

/**
 * Keeps the weights of largest magnitude: `keptCount(n, sparsity)` of all n prunable weights, or of each array's. Equal
 * magnitudes at the border: the earlier weight stays, in the order of the record and then of memory.
 *
 * @throws RangeError for a sparsity outside (0, 1), when nothing is prunable, or for a weight that is NaN
 *
 * @example
 * magnitudeMask({ k: { shape: [1, 4], data: Float32Array.of(3, -4, 1, 0) } }, { sparsity: 0.5 }).k // => [1, 1, 0, 0]
 */
export function magnitudeMask(weights: Readonly<NamedArrays>, options: MaskOptions): Masks {
  return masksOf(weights, { ...options, caller: 'magnitudeMask' }, ({ data }, name) => magnitudes(data, name))
}

/** As {@link magnitudeMask}, keeping as many weights but random ones; `rng` decides which, by name and place. */
export function randomMask(weights: Readonly<NamedArrays>, { rng, ...options }: MaskOptions & { rng: Rng }): Masks {
  return masksOf(weights, { ...options, caller: 'randomMask' }, ({ data }, name) => {
    const stream = rng.split(name)
    return Float32Array.from(data, () => stream.uniform())
  })
}

/** Weights kept and in all, over all masks. */
export function maskCounts(masks: Masks): { readonly kept: number; readonly total: number } {
  let kept = 0
  let total = 0
  for (const mask of Object.values(masks)) {
    total += mask.length
    for (const value of mask) kept += value
  }
  return { kept, total }
}

type Ranking = (array: NamedArray, name: string) => Float32Array

function masksOf(
  weights: Readonly<NamedArrays>,
  options: MaskOptions & { readonly caller: string },
  ranking: Ranking,
): Masks {
  const { caller, sparsity, scope = 'global', prunable = isKernel } = options
  checkSparsity(caller, sparsity)
  if (scope !== 'global' && scope !== 'layer') {
    throw new RangeError(`${caller}: expected a scope of global or layer, got ${String(scope)}`)
  }
  const chosen = Object.entries(weights).filter(([name, array]) => array.data.length > 0 && prunable(name, array))
  if (chosen.length === 0) {
    throw new RangeError(`${caller}: expected a prunable weight, got none among ${Object.keys(weights).length}`)
  }
  const ranks = chosen.map(([name, array]) => [name, ranking(array, name)] as const)
  if (scope === 'global') return globalMasks(ranks, sparsity)
  return Object.fromEntries(
    ranks.map(([name, values]) => [name, keepLargest(values, keptCount(values.length, sparsity))]),
  )
}

function globalMasks(ranks: readonly (readonly [string, Float32Array])[], sparsity: number): Masks {
  const all = new Float32Array(ranks.reduce((sum, [, values]) => sum + values.length, 0))
  let at = 0
  const starts = ranks.map(([, values]) => {
    all.set(values, at)
    return (at += values.length) - values.length
  })
  const kept = keepLargest(all, keptCount(all.length, sparsity))
  return Object.fromEntries(ranks.map(([name, { length }], i) => [name, kept.slice(starts[i], starts[i] + length)]))
}

function magnitudes(data: Float32Array, name: string): Float32Array {
  return data.map((value, i) => {
    if (Number.isNaN(value)) throw new RangeError(`magnitudeMask: expected numbers in ${name}, got NaN at ${i}`)
    return Math.abs(value)
  })
}

const isKernel = (_name: string, { shape }: NamedArray) => shape.length >= 2
