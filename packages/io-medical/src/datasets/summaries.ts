/**
 * Tables of a checked data set: how files are stored, geometry, labels, intensities, metadata, parts.
 *
 * @module
 */
import type { CaseFacts } from './case-facts.ts'
import type { DataCase } from './data-folder.ts'
import type { Grid } from './image-facts.ts'
import { namesOfLabels } from './label-names.ts'
import { quantile } from './set-findings.ts'

/** Smallest, middle and largest of some values. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** How many files have each value of a property. */
export interface FacetSummary {
  readonly of: 'images' | 'masks'
  readonly property: string
  readonly counts: Readonly<Record<string, number>>
}

/** Extents and spacings; null for pictures, which have none. */
export interface GeometrySummary {
  readonly of: 'images' | 'masks'
  readonly name: string
  readonly files: number
  readonly shapes: number
  /** [depth, height, width] */
  readonly extent: readonly [Spread, Spread, Spread]
  readonly spacing: readonly [Spread, Spread, Spread] | null
}

/** One label of one kind of mask. */
export interface LabelSummary {
  readonly mask: string
  readonly label: number
  /** As the data set names it, or else as the masks do; `a / b` where they disagree. */
  readonly name: string | null
  /** Masks that have it, of `masks`. */
  readonly present: number
  readonly masks: number
  readonly voxels: Spread
  readonly components: Spread
}

/** Intensities of one kind of image over its cases. */
export interface IntensitySummary {
  readonly image: string
  readonly min: Spread
  readonly max: Spread
  readonly mean: Spread
}

/** How full a column is. */
export interface ColumnSummary {
  readonly column: string
  readonly filled: number
  readonly cases: number
  readonly distinct: number
}

/** One part of the data set's split. */
export interface PartSummary {
  readonly split: string | null
  readonly cases: number
  readonly groups: number
}

/** Every table. */
export interface DataSummaries {
  readonly storage: readonly FacetSummary[]
  readonly geometry: readonly GeometrySummary[]
  readonly labels: readonly LabelSummary[]
  readonly intensities: readonly IntensitySummary[]
  readonly metadata: readonly ColumnSummary[]
  readonly parts: readonly PartSummary[]
}

/** The tables of checked cases. */
export function summarise(facts: readonly CaseFacts[], cases: readonly DataCase[]): DataSummaries {
  return {
    storage: storage(facts),
    geometry: [...geometry(facts, 'images'), ...geometry(facts, 'masks')],
    labels: labels(facts),
    intensities: intensities(facts),
    metadata: metadata(cases),
    parts: parts(cases),
  }
}

function storage(facts: readonly CaseFacts[]): FacetSummary[] {
  return (['images', 'masks'] as const).flatMap((of) => {
    const all = facts.flatMap((one) => one[of].map(({ facets }) => facets))
    const properties = [...new Set(all.flatMap((facets) => Object.keys(facets)))].filter((key) => key !== 'reader says')
    return properties.map((property): FacetSummary => {
      const counts: Record<string, number> = {}
      for (const facets of all) {
        const value = facets[property] ?? 'none'
        counts[value] = (counts[value] ?? 0) + 1
      }
      return { of, property, counts }
    })
  })
}

function geometry(facts: readonly CaseFacts[], of: 'images' | 'masks'): GeometrySummary[] {
  const grids = facts.flatMap((one) => one[of].map(({ name, ...grid }): Grid & { name: string } => ({ name, ...grid })))
  return [...Map.groupBy(grids, ({ name }) => name)].map(([name, own]) => {
    const axes = [0, 1, 2] as const
    const extent = axes.map((axis) => spread(own.map(({ shape }) => shape[axis])))
    const spaced = own.flatMap(({ spacing }) => (spacing === null ? [] : [spacing]))
    const spacing = spaced.length === 0 ? null : axes.map((axis) => spread(spaced.map((values) => values[axis])))
    return {
      of,
      name,
      files: own.length,
      shapes: new Set(own.map(({ shape }) => shape.join(' '))).size,
      extent: extent as unknown as GeometrySummary['extent'],
      spacing: spacing as GeometrySummary['spacing'],
    }
  })
}

function labels(facts: readonly CaseFacts[]): LabelSummary[] {
  const masks = facts.flatMap((one) => one.masks)
  return [...Map.groupBy(masks, ({ name }) => name)].flatMap(([mask, own]) => {
    const names = namesOfLabels(own)
    const found = own.flatMap(({ labelFacts }) => labelFacts)
    const byLabel = [...Map.groupBy(found, ({ label }) => label)].toSorted(([a], [b]) => a - b)
    return byLabel.map(([label, same]): LabelSummary => {
      return {
        mask,
        label,
        name: names.has(label) ? [...(names.get(label) ?? [])].join(' / ') : null,
        present: same.length,
        masks: own.length,
        voxels: spread(same.map(({ voxels }) => voxels)),
        components: spread(same.map(({ components }) => components)),
      }
    })
  })
}

function intensities(facts: readonly CaseFacts[]): IntensitySummary[] {
  const images = facts.flatMap((one) => one.images)
  return [...Map.groupBy(images, ({ name }) => name)].map(([image, own]) => {
    const of = (key: 'min' | 'max' | 'mean') => spread(own.map(({ intensities: values }) => values[key]))
    return { image, min: of('min'), max: of('max'), mean: of('mean') }
  })
}

function metadata(cases: readonly DataCase[]): ColumnSummary[] {
  const columns = [...new Set(cases.flatMap(({ metadata: row }) => Object.keys(row)))]
  return columns.map((column) => {
    const values = cases.flatMap(({ metadata: row }) => row[column] ?? [])
    return { column, filled: values.length, cases: cases.length, distinct: new Set(values).size }
  })
}

function parts(cases: readonly DataCase[]): PartSummary[] {
  return [...Map.groupBy(cases, ({ split }) => split)].map(([split, own]) => {
    const groups = own.flatMap(({ group }) => group ?? [])
    return { split, cases: own.length, groups: new Set(groups).size }
  })
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { min: sorted[0], median: quantile(sorted, 0.5), max: sorted[sorted.length - 1] }
}
