/**
 * One picture of a case with the outline of its mask: a colour picture as it is, a volume as one slice.
 *
 * Volumes are brought to RAS+ first and shown as radiologists see them: the patient's right on the left, the front on top.
 * The slice is the one with most of the mask, or the middle one.
 *
 * @module
 */
import type { GalleryCase, PanelCase } from '@leanvox/report'
import {
  isMedicalImageError,
  openDataFile,
  pictureLabels,
  type DataCase,
  type MaskFile,
  type OpenedData,
} from '@leanvox/io-medical'
import { toRasPlus, type Volume } from '@leanvox/volume'

/** For one of the two galleries of `@leanvox/report`. */
export type CasePicture =
  { readonly kind: 'slice'; readonly slice: GalleryCase } | { readonly kind: 'colours'; readonly panel: PanelCase }

/** Opens the first image of a case and the first of its masks that fits; nothing when the image does not open. */
export async function pictureOfCase(item: DataCase, { note }: { readonly note: string }): Promise<CasePicture[]> {
  const image = item.images[0] === undefined ? undefined : await opened(item.images[0])
  if (image === undefined) return []
  const label = note === '' ? {} : { note }
  for (const file of item.masks) {
    const mask = await opened(file)
    const drawn = mask === undefined ? undefined : draw({ image, mask, file }, { id: item.id, ...label })
    if (drawn !== undefined) return [drawn]
  }
  const drawn = draw({ image }, { id: item.id, ...label })
  return drawn === undefined ? [] : [drawn]
}

async function opened(file: DataCase['images'][number]): Promise<OpenedData | undefined> {
  try {
    return await openDataFile(file)
  } catch (error) {
    if (isMedicalImageError(error)) return undefined
    throw error
  }
}

interface Pair {
  readonly image: OpenedData
  readonly mask?: OpenedData
  readonly file?: MaskFile
}

type Label = Pick<GalleryCase, 'id' | 'note'>

/** Undefined when the mask does not fit the image, or is empty. */
function draw(pair: Pair, label: Label): CasePicture | undefined {
  const { image, mask } = pair
  if (image.kind === 'picture') return drawPicture(pair, label)
  if (mask === undefined) return drawSlices(image.volumes, label)
  return mask.kind === 'volume' ? drawSlices(image.volumes, { ...label, mask: mask.volumes[0] }) : undefined
}

function drawPicture({ image, mask, file }: Pair, label: Label): CasePicture | undefined {
  if (image.kind !== 'picture') return undefined
  const { data, width, height, channels } = image.picture
  const fits = mask?.kind === 'picture' && mask.picture.width === width && mask.picture.height === height
  if (mask !== undefined && !fits) return undefined
  const full = data instanceof Uint16Array ? 257 : 1
  const colours = channels < 3 ? 1 : 3
  const rgb = new Uint8Array(3 * width * height)
  for (let i = 0, from = 0; i < rgb.length; i += 3, from += channels) {
    for (let c = 0; c < 3; c++) rgb[i + c] = data[from + (colours === 3 ? c : 0)] / full
  }
  const reference = fits ? pictureLabels(mask.picture, file?.rule ?? null) : undefined
  const panel = { ...label, image: { data: rgb, width, height }, ...(reference ? { reference } : {}), predictions: [] }
  return { kind: 'colours', panel }
}

function drawSlices(
  volumes: readonly Volume[],
  { mask, ...label }: Label & { readonly mask?: Volume },
): CasePicture | undefined {
  if (volumes.length === 3 && volumes[0].shape[0] === 1 && volumes[0].data instanceof Uint8Array) {
    return { kind: 'colours', panel: { ...label, image: interleaved(volumes), predictions: [] } }
  }
  const image = toRasPlus(volumes[0])
  const labels = mask === undefined ? undefined : toRasPlus(mask)
  if (labels !== undefined && !labels.shape.every((extent, axis) => extent === image.shape[axis])) return undefined
  const at = labels === undefined ? Math.floor(image.shape[0] / 2) : fullestSlice(labels)
  if (at === undefined) return undefined
  const [, height, width] = image.shape
  const slice: GalleryCase = {
    ...label,
    image: { data: viewed(image, at), width, height },
    ...(labels === undefined ? {} : { reference: viewed(labels, at) }),
    pixelSize: [image.spacing[1], image.spacing[2]],
  }
  return { kind: 'slice', slice }
}

/** The axial slice with most foreground; undefined for an empty mask. */
function fullestSlice({ data, shape: [depth, height, width] }: Volume): number | undefined {
  const counts = Array.from({ length: depth }, () => 0)
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) counts[Math.floor(i / (height * width))]++
  const most = Math.max(...counts)
  return most === 0 ? undefined : counts.indexOf(most)
}

/** A slice of an RAS+ volume turned by half a turn: right on the left, front on top. */
function viewed({ data, shape: [, height, width] }: Volume, at: number): Float32Array {
  return Float32Array.from(data.subarray(at * height * width, (at + 1) * height * width)).reverse()
}

function interleaved(volumes: readonly Volume[]): PanelCase['image'] {
  const [, height, width] = volumes[0].shape
  const data = new Uint8Array(3 * width * height)
  volumes.forEach((volume, c) => {
    for (let i = 0; i < volume.data.length; i++) data[3 * i + c] = volume.data[i]
  })
  return { data, width, height }
}
