/**
 * Linear enlargement of a slice onto a finer grid, half-pixel centres, edges repeated.
 *
 * @module
 */
export interface Slice {
  /** `height * width` values, row after row. */
  readonly data: ArrayLike<number>
  readonly width: number
  readonly height: number
}

type Tap = { readonly near: number; readonly far: number; readonly weight: number }

/** The slice at `size` pixels; `valueOf` maps each source value first (identity by default). */
export function upscale(
  { data, width, height }: Slice,
  size: { readonly width: number; readonly height: number },
  valueOf: (value: number) => number = (value) => value,
): Float32Array {
  const columns = taps(width, size.width)
  const rows = taps(height, size.height)
  const out = new Float32Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) out[y * size.width + x] = sample(rows[y], columns[x])
  }
  return out

  function sample(row: Tap, column: Tap): number {
    const at = (r: number, c: number) => valueOf(data[r * width + c])
    const above = mix(at(row.near, column.near), at(row.near, column.far), column.weight)
    const below = mix(at(row.far, column.near), at(row.far, column.far), column.weight)
    return mix(above, below, row.weight)
  }
}

function mix(a: number, b: number, weight: number): number {
  // Weight 0 must not let a NaN neighbour in.
  return weight === 0 ? a : a + weight * (b - a)
}

function taps(from: number, to: number): Tap[] {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5))
    const near = Math.floor(place)
    return { near, far: Math.min(from - 1, near + 1), weight: place - near }
  })
}
