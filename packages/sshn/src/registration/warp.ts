/**
 * Warping of images by a displacement field: y(p) = x(p + u(p)), bilinear between pixels, the edge's value beyond the edge.
 *
 * u is in pixels, [..., 0] along rows (down) and [..., 1] along columns (right); a field of zeros gives the image itself.
 * Spatial transformer sampling (Jaderberg et al., NeurIPS 2015) as in VoxelMorph (Balakrishnan et al., TMI 2019), with
 * coordinates at pixel centres.
 *
 * @module
 */
import {
  add,
  cast,
  clipByValue,
  customGrad,
  expandDims,
  floor,
  gather,
  logicalAnd,
  greaterEqual,
  lessEqual,
  minimum,
  mul,
  range,
  reshape,
  scalar,
  stack,
  sub,
  sum,
  type Tensor,
  unstack,
} from '@tensorflow/tfjs-core'

/**
 * The warped image `[N, H, W, C]`, differentiable in the displacement; the image is a constant.
 *
 * Where u points beyond the image it has no gradient.
 *
 * @param displacement `[N, H, W, 2]` in pixels, rows then columns
 * @throws RangeError for other shapes
 */
export function warpLinear(image: Tensor, displacement: Tensor): Tensor {
  const [n, height, width] = image.shape
  if (image.rank !== 4 || `${displacement.shape}` !== `${[n, height, width, 2]}`) {
    throw new RangeError(
      `warpLinear: expected an image [N, H, W, C] and a displacement [N, H, W, 2], got [${image.shape.join(', ')}] and ` +
        `[${displacement.shape.join(', ')}]`,
    )
  }
  const warp = customGrad((field, save) => {
    const grid = field as Tensor
    // Saved, for an image that was itself computed is disposed of before the gradient runs.
    ;(save as (tensors: Tensor[]) => void)([image, grid])
    return {
      value: bilinear(samplePoints(image, grid)),
      gradFunc: (dy: Tensor, [kept, keptField]: Tensor[]) => fieldGradient(samplePoints(kept, keptField), dy),
    }
  })
  return warp(displacement)
}

interface SamplePoints {
  /** Values at the four pixels around, `[N, H, W, C]`: rows up or down, columns left or right. */
  readonly corners: readonly [upLeft: Tensor, upRight: Tensor, downLeft: Tensor, downRight: Tensor]
  /** Distance below the upper row and right of the left column, `[N, H, W, 1]`. */
  readonly down: Tensor
  readonly right: Tensor
  /** 1 where the point lies in the image along rows, columns, `[N, H, W]`. */
  readonly inside: readonly [rows: Tensor, columns: Tensor]
}

function samplePoints(image: Tensor, field: Tensor): SamplePoints {
  const [n, height, width, channels] = image.shape
  const [byRow, byColumn] = unstack(field, -1)
  const rows = along(add(byRow, reshape(range(0, height), [1, height, 1])), height)
  const columns = along(add(byColumn, reshape(range(0, width), [1, 1, width])), width)
  const flat = reshape(image, [n * height * width, channels])
  const first = reshape(range(0, n * height * width, height * width, 'int32'), [n, 1, 1])
  const at = (row: Tensor, column: Tensor) => gather(flat, add(first, add(mul(row, scalar(width, 'int32')), column)))
  return {
    corners: [
      at(rows.low, columns.low),
      at(rows.low, columns.high),
      at(rows.high, columns.low),
      at(rows.high, columns.high),
    ],
    down: expandDims(rows.part, -1),
    right: expandDims(columns.part, -1),
    inside: [rows.inside, columns.inside],
  }
}

/** The two whole coordinates around each place on an axis of `length`, and how far it lies between them. */
function along(place: Tensor, length: number): { low: Tensor; high: Tensor; part: Tensor; inside: Tensor } {
  const clipped = clipByValue(place, 0, length - 1)
  const below = floor(clipped)
  const inside = cast(logicalAnd(greaterEqual(place, 0), lessEqual(place, length - 1)), 'float32')
  return {
    low: cast(below, 'int32'),
    high: cast(minimum(add(below, 1), length - 1), 'int32'),
    part: sub(clipped, below),
    inside,
  }
}

function bilinear({ corners: [upLeft, upRight, downLeft, downRight], down, right }: SamplePoints): Tensor {
  return between(between(upLeft, upRight, right), between(downLeft, downRight, right), down)
}

function fieldGradient({ corners, down, right, inside }: SamplePoints, dy: Tensor): Tensor {
  const [upLeft, upRight, downLeft, downRight] = corners
  const byRow = sub(between(downLeft, downRight, right), between(upLeft, upRight, right))
  const byColumn = sub(between(upRight, downRight, down), between(upLeft, downLeft, down))
  return stack(
    [byRow, byColumn].map((slope, axis) => mul(sum(mul(dy, slope), -1), inside[axis])),
    -1,
  )
}

const between = (a: Tensor, b: Tensor, part: Tensor) => add(a, mul(sub(b, a), part))

/** A label map `[H, W]` warped alike, each pixel the label of the pixel nearest to p + u(p). */
export function warpLabels(
  { label, shape: [height, width] }: { label: Uint8Array; shape: readonly [height: number, width: number] },
  displacement: Float32Array,
): Uint8Array {
  const nearest = (place: number, length: number) => Math.min(length - 1, Math.max(0, Math.round(place)))
  return label.map((_, i) => {
    const row = nearest(Math.floor(i / width) + displacement[2 * i], height)
    return label[row * width + nearest((i % width) + displacement[2 * i + 1], width)]
  })
}
