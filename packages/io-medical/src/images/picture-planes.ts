/**
 * Pixels to channel-first planes of fractions of the type's range, in the asked number of channels.
 *
 * Grey to colour repeats the value; colour to grey is the luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, as Pillow
 * and OpenCV have it. Alpha is left out.
 *
 * @module
 */
import { fullRange, hasAlpha, type Image2d } from './image-2d.ts'

const LUMA = [0.299, 0.587, 0.114]

/** Planes [channels, height, width] in [0, 1]. */
export function picturePlanes(image: Image2d, channels: 1 | 3): Float32Array {
  const { data, height, width, channels: step } = image
  const size = height * width
  const scale = 1 / fullRange(image)
  const planes = new Float32Array(channels * size)
  if (colourChannels(image) > channels) {
    for (let i = 0, from = 0; i < size; i++, from += step) {
      planes[i] = (LUMA[0] * data[from] + LUMA[1] * data[from + 1] + LUMA[2] * data[from + 2]) * scale
    }
    return planes
  }
  const isGrey = colourChannels(image) === 1
  for (let channel = 0; channel < channels; channel++) {
    const target = channel * size
    for (let i = 0, from = isGrey ? 0 : channel; i < size; i++, from += step) planes[target + i] = data[from] * scale
  }
  return planes
}

/** 1 or 3: the channels without alpha. */
export function colourChannels(image: Image2d): number {
  return image.channels - Number(hasAlpha(image))
}
