/**
 * The outline of a mask on an enlarged grid.
 *
 * A mask is enlarged linearly and cut at one half, which gives a smooth outline where nearest neighbour would give
 * stairs; an enlarged pixel is on the outline when it is inside and a pixel at most `thickness` away is not.
 *
 * @module
 */
import { upscale, type Slice } from './upscale.ts'

export interface ContourOptions {
  readonly width: number
  readonly height: number
  /** Pixels of the enlarged grid; default 2. */
  readonly thickness?: number
}

/** 1 on the outline of each label of `mask`, 0 elsewhere; the picture's border does not cut an outline open. */
export function contour(mask: Slice, { width, height, thickness = 2 }: ContourOptions): Uint8Array {
  const outline = new Uint8Array(width * height)
  for (const label of labelsOf(mask)) {
    const inside = upscale(mask, { width, height }, (value) => (value === label ? 1 : 0))
    addOutline(outline, (x, y) => x >= 0 && y >= 0 && x < width && y < height && inside[y * width + x] >= 0.5, {
      width,
      height,
      thickness,
    })
  }
  return outline
}

function labelsOf({ data }: Slice): number[] {
  return [...new Set(Array.from(data))].filter((label) => label !== 0).toSorted((a, b) => a - b)
}

function addOutline(
  outline: Uint8Array,
  isInside: (x: number, y: number) => boolean,
  { width, height, thickness }: Required<ContourOptions>,
): void {
  const steps = Array.from({ length: thickness }, (_, i) => i + 1)
  const atEdge = (x: number, y: number) =>
    steps.some((d) => !isInside(x - d, y) || !isInside(x + d, y) || !isInside(x, y - d) || !isInside(x, y + d))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (isInside(x, y) && atEdge(x, y)) outline[y * width + x] = 1
  }
}
