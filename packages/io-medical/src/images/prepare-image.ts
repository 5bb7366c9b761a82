/**
 * One picture and its mask, read, checked and brought to one size: what training reads, with depth 1.
 *
 * Pixels have no millimetres: spacing and affine are in pixels of the source, so that a resized label map leads back to
 * it (x to the right, y down, the centre of the first pixel at 0).
 *
 * @module
 */
import { affineFromSpacing, createVolume, windowIntensity, zScore } from '@leanvox/volume'
import { match } from 'ts-pattern'
import { MedicalImageError } from '../errors.ts'
import type { IntensitySettings, PreparedCase } from '../preprocess-case.ts'
import { hasAlpha, isOpaque, sizeText, type Image2d } from './image-2d.ts'
import type { ImageCase, MaskRule } from './image-dataset.ts'
import { maskLabels, type MaskLabels } from './mask-labels.ts'
import { colourChannels, picturePlanes } from './picture-planes.ts'
import { readImage2d } from './read-image-2d.ts'
import { resizeImage, resizeLabels, type Size2 } from './resize-image.ts'

/** How pictures are prepared. */
export interface ImageSettings {
  /** Height and width; null keeps each picture's own. */
  readonly size: Size2 | null
  /** 1: grey; 3: colour. Other pictures are converted, and counted. */
  readonly channels: 1 | 3
  /** On values in [0, 1] (fractions of the type's range). Default `none`. */
  readonly intensity?: IntensitySettings
}

/** A picture ready for training. */
export interface PreparedImage extends PreparedCase {
  readonly metadata: ImageCase['metadata']
  /** Size of the file's picture. */
  readonly sourceSize: Size2
}

/** What was done to a picture that a user may want to know. */
export interface ImageRemarks {
  readonly sixteenBits: boolean
  readonly alpha: 'none' | 'opaque' | 'transparent'
  readonly converted: 'none' | 'to-grey' | 'to-colour'
  /** Whether height and width were scaled differently. */
  readonly squashed: boolean
  /** Mask pixels taken for the nearest known value. */
  readonly nearest: number
  readonly emptyMask: boolean
}

/**
 * The prepared picture.
 *
 * @throws MedicalImageError of the image or the mask; mask-shape when their sizes differ
 */
export async function prepareImage(
  item: ImageCase,
  settings: ImageSettings,
  rule: MaskRule,
): Promise<{ prepared: PreparedImage; remarks: ImageRemarks }> {
  const image = await readImage2d(item.image)
  const mask = item.mask === null ? undefined : await readLabels({ path: item.mask, rule }, { image, item })
  const from: Size2 = [image.height, image.width]
  const to = settings.size ?? from
  const label = mask ? resizeLabels(mask.labels, { from, to }) : new Uint8Array(to[0] * to[1])
  const planes = resizeImage(picturePlanes(image, settings.channels), { from, to })
  const spacing = [1, from[0] / to[0], from[1] / to[1]] as const
  const prepared: PreparedImage = {
    id: item.id,
    image: normalised(planes, { ...settings, to }),
    label,
    channels: settings.channels,
    shape: [1, to[0], to[1]],
    spacing,
    affine: sourcePixels(spacing),
    hasLabel: mask !== undefined,
    metadata: item.metadata,
    sourceSize: from,
  }
  return { prepared, remarks: remarksOn(image, { channels: settings.channels, from, to, mask }) }
}

async function readLabels(
  { path, rule }: { path: string; rule: MaskRule },
  { image, item }: { image: Image2d; item: ImageCase },
): Promise<MaskLabels> {
  const mask = await readImage2d(path)
  if (mask.height !== image.height || mask.width !== image.width) {
    const fault = {
      code: 'mask-shape',
      file: path,
      expected: `${sizeText(image)}, like ${item.image}`,
      found: sizeText(mask),
    } as const
    throw new MedicalImageError('prepareImages', fault)
  }
  return maskLabels(mask, { rule, file: path })
}

/** The centre of output pixel o lies at (o + 0.5) * spacing - 0.5 of the source. */
function sourcePixels(spacing: PreparedCase['spacing']): number[] {
  const affine = [...affineFromSpacing(spacing)]
  affine[3] = spacing[2] / 2 - 0.5
  affine[7] = spacing[1] / 2 - 0.5
  return affine
}

function normalised(
  planes: Float32Array,
  { intensity = { kind: 'none' }, channels, to }: ImageSettings & { readonly to: Size2 },
): Float32Array {
  if (intensity.kind === 'none') return planes
  const size = to[0] * to[1]
  for (let channel = 0; channel < channels; channel++) {
    const plane = planes.subarray(channel * size, (channel + 1) * size)
    const volume = createVolume({ data: plane, shape: [1, ...to] })
    const changed = match(intensity)
      .with({ kind: 'window' }, ({ low, high }) => windowIntensity(volume, { low, high }))
      .with({ kind: 'z-score' }, () => zScore(volume))
      .exhaustive()
    plane.set(changed.data)
  }
  return planes
}

interface Facts {
  readonly channels: 1 | 3
  readonly from: Size2
  readonly to: Size2
  readonly mask: MaskLabels | undefined
}

function remarksOn(image: Image2d, { channels, from, to, mask }: Facts): ImageRemarks {
  const stored = colourChannels(image)
  const opaque = isOpaque(image) ? 'opaque' : 'transparent'
  const changed = stored > channels ? 'to-grey' : 'to-colour'
  return {
    sixteenBits: image.data instanceof Uint16Array,
    alpha: hasAlpha(image) ? opaque : 'none',
    converted: stored === channels ? 'none' : changed,
    squashed: from[0] * to[1] !== from[1] * to[0],
    nearest: mask?.nearest ?? 0,
    emptyMask: mask !== undefined && mask.labels.every((label) => label === 0),
  }
}
