/**
 * Whether a voxel is simple: taking it away changes neither components nor holes nor cavities of its mask.
 *
 * It is if the mask's 26 neighbours around it form one 26-connected part and the background among its 18 neighbours has
 * one 6-connected part that touches it by a face (Bertrand and Malandain 1994). Neighbours are the bits of one number.
 *
 * @module
 */

type Step = readonly [dz: number, dy: number, dx: number]

/** The 26 steps to the voxels around one, the last axis fastest. */
export const AROUND: readonly Step[] = Array.from({ length: 27 }, (_, i): Step => [
  Math.floor(i / 9) - 1,
  (Math.floor(i / 3) % 3) - 1,
  (i % 3) - 1,
]).filter((step) => step.some((by) => by !== 0))

const reach = (step: Step) => Math.abs(step[0]) + Math.abs(step[1]) + Math.abs(step[2])
const bitsWhere = (belongs: (step: Step) => boolean) =>
  AROUND.reduce((bits, step, k) => (belongs(step) ? bits | (1 << k) : bits), 0)
const apart = (one: Step, other: Step) => one.map((by, axis) => Math.abs(by - other[axis]))

/** For each neighbour those that touch it in any way. */
const TOUCHING = Int32Array.from(AROUND, (one) =>
  bitsWhere((other) => one !== other && Math.max(...apart(one, other)) === 1),
)
/** For each of the 18 neighbours those among them that share a face with it. */
const FACING = Int32Array.from(AROUND, (one) =>
  bitsWhere((other) => reach(one) < 3 && reach(other) < 3 && apart(one, other).reduce((sum, by) => sum + by, 0) === 1),
)
const FACES = bitsWhere((step) => reach(step) === 1)
const EIGHTEEN = bitsWhere((step) => reach(step) < 3)

/** For the neighbours that are foreground, bit k for the k-th step of `AROUND`. */
export function isSimple(block: number): boolean {
  const background = ~block & EIGHTEEN
  const faces = background & FACES
  if (block === 0 || faces === 0) return false
  return (
    (faces & ~partOf(background, faces & -faces, FACING)) === 0 && partOf(block, block & -block, TOUCHING) === block
  )
}

/** The connected part of `bits` in which `start` lies. */
function partOf(bits: number, start: number, neighbours: Int32Array): number {
  let part = start
  for (let open = start; open !== 0;) {
    const next = neighbours[31 - Math.clz32(open & -open)] & bits & ~part
    part |= next
    open = (open & (open - 1)) | next
  }
  return part
}
