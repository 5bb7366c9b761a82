/**
 * From a checked case to what training reads: RAS+ orientation, foreground crop, one spacing, one intensity range.
 *
 * Order: orientation, crop, resampling (images linear, label nearest), then intensity per channel, as nnU-Net does except
 * that it normalises before it resamples. The crop box is that of the foreground of any channel, grown to hold every
 * labelled voxel, so that no label is lost. Resampling may still lose a label thinner than the new spacing.
 *
 * @module
 */
import {
  crop,
  foregroundBox,
  resample,
  toRasPlus,
  windowIntensity,
  zScore,
  type Affine,
  type Box,
  type Shape3,
  type Spacing,
  type Volume,
} from '@leanvox/volume'
import { match } from 'ts-pattern'
import type { LoadedCase } from './case.ts'

/** How images are normalised, each channel for itself. */
export type IntensitySettings =
  | { readonly kind: 'window'; readonly low: number; readonly high: number } // to [0, 1], clamped
  | { readonly kind: 'z-score' } // mean 0, standard deviation 1 over the cropped volume
  | { readonly kind: 'none' }

/** How cases are prepared. */
export interface PreprocessSettings {
  /** Spacing in mm to resample to, [depth, height, width] in RAS+ order; null keeps each case's own. */
  readonly spacing: Spacing | null
  readonly intensity: IntensitySettings
  /** Cut to voxels above `threshold` (true: 0), with `margin` voxels around (true: 0). */
  readonly cropForeground: boolean | { readonly threshold: number; readonly margin: number }
}

/** A case ready for training. */
export interface PreparedCase {
  readonly id: string
  /** Channel-first planes: [channels, depth, height, width]. */
  readonly image: Float32Array
  /** [depth, height, width]; zeros when the case has no label. */
  readonly label: Uint8Array
  readonly channels: number
  readonly shape: Shape3
  readonly spacing: Spacing
  /** RAS+; with `resample` it leads predictions back to the grid of the source. */
  readonly affine: Affine
  readonly hasLabel: boolean
}

/**
 * The prepared case; the loaded one is not changed.
 *
 * @throws RangeError for settings that are no spacing or no window
 */
export function preprocessCase(source: LoadedCase, settings: PreprocessSettings): PreparedCase {
  const [first] = source.images
  // Affines that differ within the tolerance would be rounded to different grids: the first image's counts.
  const onGrid = <T extends Volume>(volume: T) => ({ ...volume, affine: first.affine, spacing: first.spacing })
  const turned = source.images.map((image) => toRasPlus(onGrid(image)))
  const turnedLabel = source.label && toRasPlus(onGrid(source.label))
  const box = cropBox({ images: turned, label: turnedLabel }, settings.cropForeground)
  const images = turned.map((image) => normalised(respaced(crop(image, box), settings), settings.intensity))
  const label = turnedLabel && labelRespaced(crop(turnedLabel, box), settings)
  const { shape, spacing, affine } = images[0]
  return {
    id: source.id,
    image: planes(images),
    label: label?.data ?? new Uint8Array(images[0].data.length),
    channels: images.length,
    shape,
    spacing,
    affine,
    hasLabel: label !== undefined,
  }
}

function cropBox(
  { images, label }: { images: readonly Volume[]; label: Volume<Uint8Array> | undefined },
  cropForeground: PreprocessSettings['cropForeground'],
): Box {
  const [{ shape, data }] = images
  if (cropForeground === false) return { start: [0, 0, 0], size: shape }
  const { threshold, margin } = cropForeground === true ? { threshold: 0, margin: 0 } : cropForeground
  const foreground = label ? Uint8Array.from(label.data) : new Uint8Array(data.length)
  for (const image of images) {
    for (let i = 0; i < foreground.length; i++) if (image.data[i] > threshold) foreground[i] = 1
  }
  return foregroundBox({ data: foreground, shape }, { margin })
}

function respaced(image: Volume, { spacing }: PreprocessSettings): Volume {
  return spacing ? resample(image, { spacing, interpolation: 'linear' }) : image
}

function labelRespaced(label: Volume<Uint8Array>, { spacing }: PreprocessSettings): Volume<Uint8Array> {
  return spacing ? resample(label, { spacing, interpolation: 'nearest' }) : label
}

function normalised(image: Volume, intensity: IntensitySettings): Volume<Float32Array> {
  return match(intensity)
    .with({ kind: 'window' }, ({ low, high }) => windowIntensity(image, { low, high }))
    .with({ kind: 'z-score' }, () => zScore(image))
    .with({ kind: 'none' }, () => ({ ...image, data: Float32Array.from(image.data) }))
    .exhaustive()
}

function planes(images: readonly Volume<Float32Array>[]): Float32Array {
  const size = images[0].data.length
  const image = new Float32Array(images.length * size)
  images.forEach(({ data }, channel) => image.set(data, channel * size))
  return image
}
