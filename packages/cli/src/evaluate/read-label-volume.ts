/**
 * One label map from a file of any format: a volume, or a picture as a volume of depth 1 whose values are labels and whose pixels
 * are 1 mm wide, so that distances of pictures are in pixels.
 *
 * @module
 */
import { readImage, readVolume, type Image2d } from '@leanvox/io-medical'
import { createVolume, type Volume } from '@leanvox/volume'

/**
 * Reads a label map.
 *
 * @throws MedicalImageError for a file that cannot be read; Error for one with several volumes, and for a picture with colours or
 *   transparent pixels, which are no labels
 */
export async function readLabelVolume(path: string): Promise<Volume> {
  if (/\.nii(\.gz)?$/i.test(path)) return readVolume(path)
  const image = await readImage(path)
  if (image.kind === 'picture') return volumeOf(image.picture, path)
  if (image.volumes.length === 1) return image.volumes[0]
  throw new Error(`evaluate: expected one volume in ${path}, got ${image.volumes.length} volumes`)
}

/** Grey values as labels; equal colours and full opacity are grey too. */
function volumeOf({ data, height, width, channels }: Image2d, path: string): Volume {
  const shape = [1, height, width] as const
  if (channels === 1) return createVolume({ data, shape })
  const grey = new Uint16Array(height * width)
  const opaque = data instanceof Uint16Array ? 65535 : 255
  for (let i = 0, from = 0; i < grey.length; i++, from += channels) {
    const pixel = data.subarray(from, from + channels)
    const colours = channels % 2 === 0 ? pixel.subarray(0, -1) : pixel
    const isGrey =
      colours.every((value) => value === colours[0]) && (channels % 2 === 1 || pixel[channels - 1] === opaque)
    if (!isGrey)
      throw new Error(`evaluate: expected grey pixels as labels in ${path}, got ${[...pixel].join(', ')} at pixel ${i}`)
    grey[i] = pixel[0]
  }
  return createVolume({ data: grey, shape })
}
