/**
 * Filling the holes of a mask: background that the border of the image does not reach.
 *
 * @module
 */
import { connectedComponents, type Connectivity } from './components.ts'
import type { Volume } from './types.ts'

/**
 * The mask and its holes, 1 or 0. A hole is a component of the background (`connectivity`, default 6, is that of the
 * background, as in scipy's `binary_fill_holes`) that does not touch the border of the image. An axis of one voxel has no
 * border, so that a slice of depth 1 is filled as the image it is. NaN is background.
 *
 * @throws RangeError for a connectivity other than 6, 18 and 26, or data that do not fit the shape
 */
export function fillHoles(
  mask: Volume,
  { connectivity = 6 }: { readonly connectivity?: Connectivity } = {},
): Volume<Uint8Array> {
  const { data, shape } = mask
  const background = new Uint8Array(data.length)
  for (let i = 0; i < background.length; i++) background[i] = data[i] > 0 || data[i] < 0 ? 0 : 1
  const { labels, count } = connectedComponents({ data: background, shape }, { connectivity })
  const open = new Uint8Array(count + 1)
  const [depth, height, width] = shape
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const isEdgeRow = isEdge(z, depth) || isEdge(y, height)
      for (let x = 0; x < width; x++, i++) if (isEdgeRow || isEdge(x, width)) open[labels[i]] = 1
    }
  }
  const filled = new Uint8Array(data.length)
  for (let i = 0; i < filled.length; i++) filled[i] = labels[i] === 0 || open[labels[i]] === 0 ? 1 : 0
  return { ...mask, data: filled }
}

function isEdge(place: number, extent: number): boolean {
  return extent > 1 && (place === 0 || place === extent - 1)
}
