/**
 * The list of numbers that describes a matrix product to the addon.
 *
 * @module
 */
import { precision } from '../../precision.ts'
import type { Activation } from '../activation.ts'

const maxBatchAxes = 6
const largest = 2 ** 31

/** Shapes as tfjs has them: [...batch, rows, columns], before any transpose. */
export interface ProductShapes {
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/** What is done beside multiplying. */
export interface ProductOptions {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly activation: Activation
}

/** The attributes and the shape of the product; undefined when inner sizes differ or the addon's limits are passed. */
export function productOf(
  { a, b }: ProductShapes,
  { transposeA, transposeB, activation }: ProductOptions,
): { attributes: Int32Array; shape: number[] } | undefined {
  const [rows, inner] = matrix(a, transposeA)
  const [innerB, columns] = matrix(b, transposeB)
  const batch = broadcastBatch({ a: a.slice(0, -2), b: b.slice(0, -2) })
  if (inner !== innerB || batch === undefined) return undefined
  const shape = [...batch.c, rows, columns]
  const merged = mergeRows({ ...batch, rows }, transposeA)
  if (merged.a.length > maxBatchAxes || [merged.rows, ...shape].some((size) => size >= largest)) return undefined
  const flags = [transposeA ? 1 : 0, transposeB ? 1 : 0, precision() === 'bfloat16' ? 1 : 0, activation.code]
  const attributes = [merged.a.length, merged.rows, inner, columns, ...flags, ...padded(merged.a), ...padded(merged.b)]
  return { attributes: Int32Array.from(attributes), shape }
}

interface Batch {
  readonly a: number[]
  readonly b: number[]
  readonly c: number[]
}

function matrix(shape: readonly number[], transpose: boolean): [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2)
  return transpose ? [columns, rows] : [rows, columns]
}

function broadcastBatch({ a, b }: ProductShapes): Batch | undefined {
  const rank = Math.max(a.length, b.length)
  const wide = { a: widened(a, rank), b: widened(b, rank) }
  const fits = wide.a.every((size, axis) => size === wide.b[axis] || size === 1 || wide.b[axis] === 1)
  return fits ? { ...wide, c: wide.a.map((size, axis) => Math.max(size, wide.b[axis])) } : undefined
}

// One b for all of a's batch is one tall product.
function mergeRows(batch: Batch & { rows: number }, transposeA: boolean): { a: number[]; b: number[]; rows: number } {
  if (transposeA || batch.b.some((size) => size !== 1)) return batch
  return { a: [], b: [], rows: batch.a.reduce((product, size) => product * size, batch.rows) }
}

function widened(shape: readonly number[], rank: number): number[] {
  return [...Array.from({ length: rank - shape.length }, () => 1), ...shape]
}

function padded(sizes: readonly number[]): number[] {
  return [...sizes, ...Array.from({ length: maxBatchAxes - sizes.length }, () => 1)]
}
