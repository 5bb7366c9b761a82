/**
 * What is kept of a mask: its values, voxels and components of each label, and what its values say about how it was made.
 *
 * Components share a face, edge or corner (26, in pictures 8). Labels are counted in their own boxes, so that a map of a
 * hundred organs costs little more than one of two.
 *
 * @module
 */
import { connectedComponents, type Shape3, type VoxelData } from '@leanvox/volume'
import { hasAlpha, type Image2d } from '../images/image-2d.ts'
import type { MaskFile } from './data-folder.ts'
import { gridOf, hashOf, planesOf, type Grid } from './image-facts.ts'
import type { Facets, OpenedData } from './open-data-file.ts'

/** One label of a mask. */
export interface LabelFacts {
  readonly label: number
  readonly voxels: number
  readonly components: number
}

/** A mask, opened. */
export interface MaskFacts extends Grid {
  readonly name: string
  readonly facets: Facets
  readonly hash: string
  /** Different stored values, at most `MOST_VALUES`; more means that it is no label map. */
  readonly distinct: number
  /** Ascending; empty when there are too many. */
  readonly values: readonly number[]
  /** Labels that occur, background left out, ascending. */
  readonly labelFacts: readonly LabelFacts[]
  readonly voxels: number
  /** Voxels whose stored value stands for no label, or for the nearest one. */
  readonly strays: number
  /** Voxels that are not whole numbers of at least 0; label maps have none. */
  readonly odd: number
  /** Stored colours that are not grey. */
  readonly coloured: boolean
  /** What the file itself calls its values; null when it does not. */
  readonly fileNames: ReadonlyMap<number, string> | null
}

/** More different values than this are no label map. */
export const MOST_VALUES = 256
/** More labels than this are counted, but not taken apart. */
const MOST_LABELS = 256

/** Facts of an opened mask. */
export function maskFacts(opened: OpenedData, mask: Pick<MaskFile, 'name' | 'rule'>): MaskFacts {
  const grid = gridOf(opened)
  const { data, coloured } =
    opened.kind === 'picture' ? greyOf(opened.picture) : { data: planesOf(opened)[0], coloured: false }
  const counts = countValues(data)
  const values = [...counts.keys()].sort((a, b) => a - b)
  const labelOf = labelsOfValues(values, mask.rule)
  const isLabelMap = values.length <= MOST_VALUES
  const total = (wanted: (value: number) => boolean) =>
    values.reduce((sum, value) => sum + (wanted(value) ? (counts.get(value) ?? 0) : 0), 0)
  return {
    name: mask.name,
    facets: opened.facets,
    ...grid,
    hash: hashOf(opened),
    distinct: values.length,
    values: isLabelMap ? values : [],
    labelFacts: isLabelMap ? factsOfLabels({ data, shape: grid.shape }, labelOf) : [],
    voxels: data.length,
    strays: total((value) => labelOf.get(value)?.stray ?? false),
    odd: total((value) => !(Number.isInteger(value) && value >= 0)),
    coloured,
    fileNames: opened.kind === 'volume' ? (opened.labelNames ?? null) : null,
  }
}

/** How often each value occurs, at most `MOST_VALUES` + 1 different ones; the rest is not looked at. */
function countValues(data: VoxelData): Map<number, number> {
  const counts = new Map<number, number>()
  // Neighbours are mostly equal: runs are counted, not voxels.
  for (let from = 0; from < data.length && counts.size <= MOST_VALUES;) {
    const value = data[from]
    let to = from + 1
    while (to < data.length && data[to] === value) to++
    counts.set(value, (counts.get(value) ?? 0) + to - from)
    from = to
  }
  return counts
}

interface ValueLabel {
  readonly label: number
  /** Stands for no label by itself. */
  readonly stray: boolean
}

/** The label of each value; by itself without a rule. A value that stands for nothing is background. */
function labelsOfValues(values: readonly number[], rule: MaskFile['rule']): Map<number, ValueLabel> {
  return new Map(
    values.map((value): [number, ValueLabel] => {
      if (rule === null) return [value, { label: value, stray: false }]
      if (rule.kind === 'threshold') {
        return [value, { label: Number(value > rule.above), stray: value !== 0 && value !== 255 }]
      }
      const listed = Object.keys(rule.labels).map(Number)
      const nearest = listed.toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value) || a - b)[0]
      return [value, { label: rule.labels[nearest] ?? 0, stray: nearest !== value }]
    }),
  )
}

/** The label of each pixel of a picture that is a mask, row by row; without a rule its values. */
export function pictureLabels(picture: Image2d, rule: MaskFile['rule']): Int32Array {
  const { data } = greyOf(picture)
  const labelOf = labelsOfValues([...new Set(data)], rule)
  return Int32Array.from(data, (value) => labelOf.get(value)?.label ?? 0)
}

interface LabelMap {
  readonly data: VoxelData
  readonly shape: Shape3
}

function factsOfLabels({ data, shape }: LabelMap, labelOf: ReadonlyMap<number, ValueLabel>): LabelFacts[] {
  const map = new Int32Array(data.length)
  for (let i = 0; i < data.length; i++) map[i] = labelOf.get(data[i])?.label ?? 0
  const boxes = boxesOf({ map, shape })
  return [...boxes.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([label, box]) => {
      const components = boxes.size > MOST_LABELS ? NaN : countComponents({ map, shape }, { label, box })
      return { label, voxels: box.voxels, components }
    })
}

interface Box {
  readonly low: [number, number, number]
  readonly high: [number, number, number]
  voxels: number
}

interface LabelGrid {
  readonly map: Int32Array
  readonly shape: Shape3
}

/** The box around each label but 0. */
function boxesOf({ map, shape: [depth, height, width] }: LabelGrid): Map<number, Box> {
  const boxes = new Map<number, Box>()
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (map[i] === 0) continue
        let box = boxes.get(map[i])
        if (box === undefined) boxes.set(map[i], (box = { low: [z, y, x], high: [z, y, x], voxels: 0 }))
        box.voxels++
        const { low, high } = box
        if (y < low[1]) low[1] = y
        if (x < low[2]) low[2] = x
        high[0] = z
        if (y > high[1]) high[1] = y
        if (x > high[2]) high[2] = x
      }
    }
  }
  return boxes
}

function countComponents(
  { map, shape: [, height, width] }: LabelGrid,
  { label, box: { low, high } }: { readonly label: number; readonly box: Box },
): number {
  const shape: Shape3 = [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1]
  const data = new Uint8Array(shape[0] * shape[1] * shape[2])
  for (let z = 0, to = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      const from = ((low[0] + z) * height + low[1] + y) * width + low[2]
      for (let x = 0; x < shape[2]; x++) data[to++] = Number(map[from + x] === label)
    }
  }
  return connectedComponents({ data, shape }).count
}

/** One value a pixel: the first colour, and whether the colours of any pixel differ. */
function greyOf(picture: Image2d): { data: VoxelData; coloured: boolean } {
  const { data, channels } = picture
  if (channels === 1) return { data, coloured: false }
  const colours = channels - Number(hasAlpha(picture))
  const grey =
    data instanceof Uint16Array ? new Uint16Array(data.length / channels) : new Uint8Array(data.length / channels)
  let coloured = false
  for (let i = 0, from = 0; i < grey.length; i++, from += channels) {
    grey[i] = data[from]
    if (colours === 3 && (data[from + 1] !== grey[i] || data[from + 2] !== grey[i])) coloured = true
  }
  return { data: grey, coloured }
}
