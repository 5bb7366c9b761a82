/**
 * Ordered slices to volumes: one buffer per component, filled frame by frame, a few files at a time.
 *
 * @module
 */
import { createVolume, type Affine, type Volume, type VoxelData } from '@leanvox/volume'
import { fillFrames, type FrameTarget, type LoadedSource } from './load-source.ts'
import { refuse } from './refuse.ts'
import type { Slice } from './stack-slices.ts'
import { voxelArray, type VoxelArray } from './volume-type.ts'

/** A slice, and the source and frame it comes from. */
export interface SourceSlice extends Slice {
  readonly from: LoadedSource
  readonly frame: number
}

/** Files read at once. */
const AT_ONCE = 8

/** One volume per component. @throws MedicalImageError */
export async function buildVolumes(slices: readonly SourceSlice[], affine: Affine): Promise<Volume[]> {
  const { header, palette } = slices[0].from
  const { rows, columns } = header
  const pixels = rows * columns
  const type: VoxelArray = palette
    ? tableType(slices[0].from)
    : voxelArray(
        header,
        slices.map(({ facts }) => facts),
      )
  const components = palette ? 3 : header.samples
  const buffers = Array.from({ length: components }, () => allocate(type, pixels * slices.length, slices[0].file))
  const jobs = new Map<LoadedSource, FrameTarget[]>()
  slices.forEach(({ from, frame }, index) => {
    const planes = buffers.map((buffer) => buffer.subarray(index * pixels, (index + 1) * pixels))
    const targets = jobs.get(from) ?? []
    targets.push({ frame, planes })
    jobs.set(from, targets)
  })
  await inParallel([...jobs], ([from, targets]) => fillFrames(from, targets))
  const shape = [slices.length, rows, columns] as const
  return buffers.map((data) => volumeOf({ data, shape, affine }, slices[0].file))
}

function tableType({ palette }: LoadedSource): VoxelArray {
  return palette?.colours[0] instanceof Uint16Array ? Uint16Array : Uint8Array
}

function allocate(type: VoxelArray, length: number, name: string): VoxelData {
  try {
    return new type(length)
  } catch (cause) {
    return refuse(
      name,
      { code: 'unsupported', expected: 'a volume that fits into memory', found: `${length} voxels` },
      cause,
    )
  }
}

function volumeOf(volume: Parameters<typeof createVolume>[0], name: string): Volume {
  try {
    return createVolume(volume)
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    return refuse(name, { code: 'bad-geometry', expected: 'an invertible affine', found }, cause)
  }
}

/** Runs `work` over all items, a few at a time; the first error ends it. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++])
  }
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker))
  } finally {
    next = items.length
  }
}
