/**
 * Findings about how files are stored: what is rare in general, and what differs within the set.
 *
 * @module
 */
import type { CaseFacts } from './case-facts.ts'
import { about, share, type Finding } from './finding.ts'
import type { Facets } from './open-data-file.ts'

/** Worth a word even when every file has it. */
const RARE: readonly (readonly [property: string, value: RegExp, says: string])[] = [
  [
    'palette',
    /bright/,
    'stored as palettes with inverted indices (index 0 is the bright colour): decode colours, not indices',
  ],
  ['affine from', /qform/, 'with a qform only (sform_code 0)'],
  ['affine from', /pixdim/, 'without an orientation (neither sform nor qform)'],
  ['extension', /./, 'with a header extension (vox_offset beyond the header)'],
  ['label names', /./, 'with names of labels in a header extension'],
  ['byte order', /./, 'in big-endian byte order'],
  ['oblique', /yes/, 'on an oblique grid'],
  ['volumes', /./, 'with several volumes in one file'],
  ['scaling', /./, 'with a slope or intercept'],
  ['transfer syntax', /^1\.2\.840\.10008\.1\.2\.(4|5)/, 'compressed inside the DICOM file'],
  ['orientation', /none/, 'without a position in the patient'],
]
/** Properties that a set is expected to agree in. */
const UNIFORM = [
  'format',
  'voxel type',
  'channels',
  'orientation',
  'colours',
  'stored bits',
  'palette',
  'modality',
  'transfer syntax',
]
/** A kind this rare may be a mistake. */
const MINORITY = 0.05

/** What is rare or mixed in images and masks. */
export function storageFindings(cases: readonly CaseFacts[]): Finding[] {
  return (['image', 'mask'] as const).flatMap((noun) => {
    const files = cases.flatMap(({ id, images, masks }) =>
      (noun === 'image' ? images : masks).map(({ facets }): Stored => ({ id, facets })),
    )
    return [...rareFindings(files, noun), ...mixedFindings(files, noun)]
  })
}

interface Stored {
  readonly id: string
  readonly facets: Facets
}

function rareFindings(files: readonly Stored[], noun: string): Finding[] {
  return RARE.flatMap(([property, pattern, says]) => {
    const own = files.filter(({ facets }) => pattern.test(facets[property] ?? ''))
    const severity = property === 'palette' ? 'odd' : 'note'
    return about(own, { severity, code: 'storage', message: `${share(own.length, files.length, noun)} ${says}` })
  })
}

function mixedFindings(files: readonly Stored[], noun: string): Finding[] {
  return UNIFORM.flatMap((property): Finding[] => {
    const kinds = [...Map.groupBy(files, ({ facets }) => facets[property] ?? 'none')].toSorted(
      ([, a], [, b]) => b.length - a.length,
    )
    if (kinds.length < 2) return []
    const counts = kinds.slice(0, 6).map(([value, { length }]) => `${value} ${length}`)
    const rest = kinds.length > 6 ? ` and ${kinds.length - 6} more` : ''
    const rare = kinds
      .slice(1)
      .filter(([, own]) => own.length <= MINORITY * files.length)
      .flatMap(([, own]) => own)
    const message = `${noun}s differ in ${property}: ${counts.join(', ')}${rest}`
    const severity = rare.length > 0 ? 'odd' : 'note'
    return [{ severity, code: 'storage', message, cases: [...new Set(rare.map(({ id }) => id))] }]
  })
}
