/**
 * From the bytes of a case's files to checked volumes; see load-case.ts for what is checked.
 *
 * @module
 */
import { worldPosition, type Affine, type Shape3, type Volume, type VoxelData } from '@leanvox/volume'
import type { CaseChecks, CaseFiles, LoadedCase, NamedBytes } from './case.ts'
import { counted, type Dataset } from './dataset.ts'
import { MedicalImageError, type MedicalImageErrorCode } from './errors.ts'
import { labelValues, occurring } from './label-values.ts'
import { decodeNifti } from './read-nifti.ts'

type Declared = Pick<Dataset, 'labels' | 'channelNames'>

/**
 * The checked volumes of a case.
 *
 * @throws MedicalImageError as loadCase
 */
export function decodeCase(
  files: CaseFiles & { readonly id: string },
  declared: Declared,
  checks: CaseChecks = {},
): LoadedCase {
  const { id } = files
  const images = decodeImages(files.images, declared, checks)
  if (!files.label) return { id, images, labelValues: [] }
  const { label, values } = decodeLabel(files.label, { image: images[0], declared, checks })
  return { id, images, label, labelValues: values }
}

function decodeImages(files: readonly NamedBytes[], { channelNames }: Declared, checks: CaseChecks): Volume[] {
  const decoded = files.flatMap(({ name, bytes }) =>
    decodeNifti(bytes, { name }).volumes.map((volume) => ({ name, volume })),
  )
  const [first] = decoded
  if (decoded.length !== channelNames.length) {
    const expected = `${channelNames.length} channels (${channelNames.join(', ')})`
    refuse({ code: 'image-mismatch', expected, found: `${decoded.length}` }, first.name)
  }
  for (const { name, volume } of decoded) {
    assertFinite(volume.data, name)
    const fault = gridFault(volume, first.volume, checks)
    if (fault) refuse({ ...fault, code: 'image-mismatch' }, name)
  }
  return decoded.map(({ volume }) => volume)
}

function decodeLabel(
  { name, bytes }: NamedBytes,
  { image, declared, checks }: { image: Volume; declared: Declared; checks: CaseChecks },
): { label: Volume<Uint8Array>; values: number[] } {
  const { volumes } = decodeNifti(bytes, { name })
  if (volumes.length > 1) refuse({ code: 'label-shape', expected: 'one volume', found: `${volumes.length}` }, name)
  const [stored] = volumes
  const fault = gridFault(stored, image, checks)
  if (fault) refuse(fault, name)
  assertFinite(stored.data, name)
  const labels = labelValues(stored.data)
  if ('wrong' in labels) {
    const found = `${labels.wrong} at ${position(labels.voxel, stored.shape)}`
    return refuse({ code: 'label-value', expected: 'whole numbers in 0..255', found }, name)
  }
  const values = occurring(labels.counts)
  assertDeclared({ values, counts: labels.counts, name }, declared)
  if (!checks.allowEmptyLabel && values.every((value) => value === 0)) {
    refuse({ code: 'label-empty', expected: 'at least one voxel of a label', found: 'background only' }, name)
  }
  return { label: { ...stored, data: labels.data }, values }
}

function assertDeclared(
  { values, counts, name }: { values: readonly number[]; counts: Float64Array; name: string },
  { labels }: Declared,
): void {
  const known = Object.values(labels).sort((a, b) => a - b)
  if (known.length === 0) return
  const unknown = values.filter((value) => !known.includes(value))
  if (unknown.length === 0) return
  const found = unknown.map((value) => `${value} (${counted(counts[value], 'voxel')})`).join(', ')
  refuse({ code: 'label-value', expected: `the label values ${known.join(', ')}`, found }, name)
}

function assertFinite(data: VoxelData, name: string): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return
  let count = 0
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) count++
  if (count === 0) return
  const found = `${count} of ${data.length} voxels NaN or infinite`
  refuse({ code: 'non-finite', expected: 'finite voxels', found }, name)
}

interface Fault {
  readonly code: MedicalImageErrorCode
  readonly expected: string
  readonly found: string
}

/** How a volume's grid differs from the image's, in the words of a label. */
function gridFault(volume: Volume, image: Volume, { affineTolerance = 0.1 }: CaseChecks): Fault | undefined {
  const { shape } = image
  if (shape.some((extent, axis) => extent !== volume.shape[axis])) {
    return { code: 'label-shape', expected: `the image's shape ${describe(shape)}`, found: describe(volume.shape) }
  }
  const apart = cornerDistance(volume.affine, image)
  const tolerance = affineTolerance * Math.min(...image.spacing)
  if (apart <= tolerance) return undefined
  const expected = `the image's affine within ${rounded(tolerance)} mm at the corners`
  return { code: 'label-affine', expected, found: `${rounded(apart)} mm` }
}

function cornerDistance(affine: Affine, { affine: reference, shape: [depth, height, width] }: Volume): number {
  let most = 0
  for (let corner = 0; corner < 8; corner++) {
    const at: Shape3 = [corner & 4 ? depth - 1 : 0, corner & 2 ? height - 1 : 0, corner & 1 ? width - 1 : 0]
    const [a, b] = [worldPosition(affine, at), worldPosition(reference, at)]
    most = Math.max(most, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]))
  }
  return most
}

function describe([depth, height, width]: Shape3): string {
  return `${depth} x ${height} x ${width} (depth, height, width)`
}

function position(voxel: number, [, height, width]: Shape3): string {
  const row = Math.floor(voxel / width)
  return `voxel (${Math.floor(row / height)}, ${row % height}, ${voxel % width})`
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function refuse(fault: Fault, file: string): never {
  throw new MedicalImageError('loadCase', { ...fault, file })
}
