/**
 * The tables of a checked data set, for the terminal and for the page: titles, columns and rows of text.
 *
 * @module
 */
import type { DataCheck } from '@leanvox/io-medical'
import { axesText, countsText, short, spreadText } from './words.ts'

/** A table of text. */
export interface TextTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Every table that has rows. */
export function checkTables(check: DataCheck): TextTable[] {
  const tables = [parts(check), geometry(check), labels(check), intensities(check), storage(check), metadata(check)]
  return tables.filter(({ rows }) => rows.length > 0)
}

function parts({ parts: all }: DataCheck): TextTable {
  const named = all.some(({ split, groups }) => split !== null || groups > 0) ? all : []
  const rows = named.map(({ split, cases, groups }) => [split ?? 'none', `${cases}`, groups > 0 ? `${groups}` : '–'])
  return { title: 'Parts', columns: ['part', 'cases', 'patients or lesions'], rows }
}

function geometry({ geometry: all }: DataCheck): TextTable {
  return {
    title: 'Geometry (depth × height × width; smallest – median – largest)',
    columns: ['of', 'files', 'shapes', 'voxels', 'spacing in mm'],
    rows: all.map(({ of, name, files, shapes, extent, spacing }) => [
      `${of}: ${name}`,
      `${files}`,
      `${shapes}`,
      axesText(extent),
      axesText(spacing),
    ]),
  }
}

function labels({ labels: all }: DataCheck): TextTable {
  return {
    title: 'Labels (smallest – median – largest where present)',
    columns: ['mask', 'label', 'name', 'in masks', 'voxels', 'components'],
    rows: all.map(({ mask, label, name, present, masks, voxels, components }) => [
      mask,
      `${label}`,
      name ?? '–',
      `${present} of ${masks}`,
      spreadText(voxels),
      spreadText(components),
    ]),
  }
}

function intensities({ intensities: all }: DataCheck): TextTable {
  return {
    title: 'Intensities (smallest – median – largest over the images)',
    columns: ['image', 'minimum', 'maximum', 'mean'],
    rows: all.map(({ image, min, max, mean }) => [image, spreadText(min), spreadText(max), spreadText(mean)]),
  }
}

function storage({ storage: all }: DataCheck): TextTable {
  return {
    title: 'Storage (files)',
    columns: ['of', 'property', 'values'],
    rows: all.map(({ of, property, counts }) => [of, property, countsText(counts)]),
  }
}

function metadata({ metadata: all }: DataCheck): TextTable {
  return {
    title: 'Metadata',
    columns: ['column', 'known', 'different values'],
    rows: all.map(({ column, filled, cases, distinct }) => [
      column,
      `${filled} of ${cases} (${short((100 * filled) / cases)} %)`,
      `${distinct}`,
    ]),
  }
}
