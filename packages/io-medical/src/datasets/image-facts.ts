/**
 * What is kept of an image after it has been opened and forgotten: geometry, intensities, a hash of its content.
 *
 * The hash is SHA-256 over shape and decoded voxels, so that the same image counts as the same whatever its file name,
 * compression or format.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { Affine, Shape3, Spacing, VoxelData } from '@leanvox/volume'
import type { Facets, OpenedData } from './open-data-file.ts'

/** Intensities of an image; finite values only. */
export interface Intensities {
  readonly min: number
  readonly max: number
  readonly mean: number
  /** NaN and infinite voxels. */
  readonly nonFinite: number
}

/** A grid of voxels. Pictures have no affine. */
export interface Grid {
  readonly shape: Shape3
  readonly spacing: Spacing | null
  readonly affine: Affine | null
}

/** An image, opened. */
export interface ImageFacts extends Grid {
  readonly name: string
  readonly facets: Facets
  readonly hash: string
  readonly intensities: Intensities
}

/** Facts of an opened image. All its channels and times count together. */
export function imageFacts(opened: OpenedData, { name }: { readonly name: string }): ImageFacts {
  const planes = planesOf(opened)
  return { name, facets: opened.facets, ...gridOf(opened), hash: hashOf(opened), intensities: intensitiesOf(planes) }
}

/** The voxels of an opened image, each plane as stored. */
export function planesOf(opened: OpenedData): readonly VoxelData[] {
  return opened.kind === 'picture' ? [opened.picture.data] : opened.volumes.map(({ data }) => data)
}

/** Its grid. */
export function gridOf(opened: OpenedData): Grid {
  if (opened.kind === 'picture') {
    const { height, width } = opened.picture
    return { shape: [1, height, width], spacing: null, affine: null }
  }
  const [{ shape, spacing, affine }] = opened.volumes
  return { shape, spacing, affine }
}

/** SHA-256 of shape and voxels, in hexadecimal digits. Voxels are hashed as the reader gives them. */
export function hashOf(opened: OpenedData): string {
  const planes = planesOf(opened)
  const hash = createHash('sha256').update(`${gridOf(opened).shape.join(' ')} ${planes.length} `)
  for (const plane of planes) hash.update(new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength))
  return hash.digest('hex')
}

function intensitiesOf(planes: readonly VoxelData[]): Intensities {
  let [min, max, sum, finite, all] = [Infinity, -Infinity, 0, 0, 0]
  for (const plane of planes) {
    all += plane.length
    for (let i = 0; i < plane.length; i++) {
      const value = plane[i]
      if (value - value !== 0) continue // NaN or infinite
      if (value < min) min = value
      if (value > max) max = value
      sum += value
      finite++
    }
  }
  return { min, max, mean: sum / finite, nonFinite: all - finite }
}
