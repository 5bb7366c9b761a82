/**
 * Painting a patient onto a voxel grid: the noise-free scene in HU and its label map.
 *
 * Each voxel gets the tissue at its centre; partial volume comes later, from the scanner's blur.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'
import type { Anatomy, Body, Tissue } from './anatomy.ts'
import { isInside, reachOf } from './solid.ts'

const AIR = -1000
const FAT = -100
const MUSCLE = 58
const LUNG = -820

/** The scene so far; `texture` has mean 0 and deviation 1. */
export interface Canvas {
  readonly shape: Shape3
  readonly texture: Float32Array
  readonly hu: Float32Array
  readonly label: Uint8Array
  /** 1 inside the body wall: organs stay within it. */
  readonly cavity: Uint8Array
}

/** Paints everything, the organ as label 1 and its lesions as label 2. */
export function paintAnatomy(canvas: Canvas, { body, neighbours, organ, lesions }: Anatomy): void {
  const { cavity, label } = canvas
  paintBody(canvas, body)
  for (const tissue of neighbours) paintTissue(canvas, tissue, (i) => cavity[i])
  paintSpine(canvas, body)
  paintTissue(canvas, organ, (i) => cavity[i] && (label[i] = 1))
  for (const lesion of lesions) paintTissue(canvas, lesion, (i) => label[i] !== 0 && (label[i] = 2))
}

/** Centre of voxel i of n on [-1, 1]. */
const at = (i: number, n: number) => (2 * i + 1) / n - 1

/** Paints where `claim` of a voxel inside the solid gives something true. */
function paintTissue(canvas: Canvas, { solid, hu, texture }: Tissue, claim: (index: number) => unknown): void {
  const [depth, height, width] = canvas.shape
  const reach = reachOf(solid)
  const range = (axis: number, n: number) => [
    Math.max(0, Math.floor(((solid.centre[axis] - reach[axis] + 1) * n - 1) / 2)),
    Math.min(n - 1, Math.ceil(((solid.centre[axis] + reach[axis] + 1) * n - 1) / 2)),
  ]
  const [x0, x1] = range(0, width)
  const [y0, y1] = range(1, height)
  const [z0, z1] = range(2, depth)
  for (let z = z0; z <= z1; z++) {
    for (let y = y0; y <= y1; y++) {
      const row = (z * height + y) * width
      const place = [at(y, height), at(z, depth)] as const
      for (let x = x0; x <= x1; x++) {
        if (!isInside(solid, at(x, width), place) || !claim(row + x)) continue
        canvas.hu[row + x] = hu + texture * canvas.texture[row + x]
      }
    }
  }
}

function paintBody({ shape: [depth, height, width], hu, texture, cavity }: Canvas, body: Body): void {
  for (let zi = 0, i = 0; zi < depth; zi++) {
    const z = at(zi, depth)
    for (let yi = 0; yi < height; yi++) {
      const y = at(yi, height)
      for (let xi = 0; xi < width; xi++, i++) {
        const x = at(xi, width)
        const radius = wallRadius(body, x, y)
        cavity[i] = radius <= body.muscleEnd ? 1 : 0
        if (radius > 1) hu[i] = AIR
        else if (radius > body.fatEnd) hu[i] = FAT + 6 * texture[i]
        else if (radius > body.muscleEnd)
          hu[i] = isRib(body, { x, y, z }) ? 420 + 60 * texture[i] : MUSCLE + 8 * texture[i]
        else if (z > 1.05 - 0.6 * radius) hu[i] = LUNG + 25 * texture[i]
        else hu[i] = FAT + 10 + 22 * texture[i]
      }
    }
  }
}

/** 0 on the axis, 1 on the skin. The exponent makes flanks fuller than an ellipse's. */
function wallRadius({ radii }: Body, x: number, y: number): number {
  return (Math.abs(x / radii[0]) ** 2.4 + Math.abs(y / radii[1]) ** 2.4) ** (1 / 2.4)
}

function isRib({ phase, radii }: Body, { x, y, z }: { x: number; y: number; z: number }): boolean {
  if (Math.abs(x) < 0.25 * radii[0] || y > 0.5 * radii[1] || z < -0.6) return false
  // Ribs run down towards the front.
  const along = 2.2 * z + 1.1 * y + phase
  return along - Math.floor(along) < 0.4
}

function paintSpine({ shape: [depth, height, width], hu, texture }: Canvas, { phase, radii }: Body): void {
  const centre = -0.5 * radii[1]
  for (let zi = 0, i = 0; zi < depth; zi++) {
    const along = 2.5 * at(zi, depth) + phase
    const disc = along - Math.floor(along) < 0.22
    for (let yi = 0; yi < height; yi++) {
      const y = at(yi, height) - centre
      for (let xi = 0; xi < width; xi++, i++) {
        const x = at(xi, width)
        const vertebra = Math.hypot(x / 0.15, y / 0.13)
        const canal = Math.hypot(x / 0.07, (y + 0.19) / 0.06)
        if (vertebra < 1) hu[i] = disc ? 90 : vertebra > 0.75 ? 520 : 210 + 35 * texture[i]
        else if (canal < 1) hu[i] = 30
        else if (canal < 1.7 || (Math.abs(x) < 0.03 && y < -0.24 && y > -0.29)) hu[i] = disc ? MUSCLE : 430
      }
    }
  }
}
