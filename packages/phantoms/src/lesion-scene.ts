/**
 * Skin, lesion, hairs and vignette of a lesion phantom.
 *
 * Skin has a tone, uneven light, fine texture and, at the rare site, parallel ridges. A lesion is pigment mixed into
 * the skin, patchy inside, with a soft and bumpy outline.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import type { Shape3 } from '@leanvox/volume'
import { drawBlob, type Blob, type Place } from './blob.ts'
import { createCanvas, forEachPixel, mix, paintBlob, shade, type Canvas, type Colour } from './canvas.ts'
import type { LesionFacts } from './lesion-facts.ts'
import { smoothField } from './texture.ts'

/** Shapes and colours, drawn once. */
export interface LesionScene {
  readonly lesion: Blob
  /** Share of pigment in the lesion. */
  readonly strength: number
  readonly pigment: Colour
  readonly edge: number
  /** Ridges of acral skin: -1 to 1 over the image; null elsewhere. */
  readonly ridges: ((place: Place) => number) | null
}

/** Draws shapes and colours; hard properties scale the same draws, so that a case stays itself when it turns hard. */
export function drawLesionScene(rng: Rng, hard: LesionFacts['hard']): LesionScene {
  const radius = rng.uniformIn(0.16, 0.34) * (hard.small ? 0.32 : 1)
  const stretch = rng.uniformIn(0.8, 1.25)
  const slack = 0.48 - 1.3 * radius
  const centre = [rng.uniformIn(-0.5, 0.5) * slack, rng.uniformIn(-0.5, 0.5) * slack] as const
  const shape = { centre, radii: [radius * stretch, radius / stretch] as const, angle: rng.uniformIn(0, Math.PI) }
  const brown = rng.uniform()
  return {
    lesion: drawBlob(rng.split('outline'), { ...shape, bumpiness: rng.uniformIn(0.08, 0.3) }),
    strength: rng.uniformIn(0.45, 0.85) * (hard.lowContrast ? 0.28 : 1),
    pigment: [0.24 + 0.2 * brown, 0.13 + 0.13 * brown, 0.1 + 0.08 * brown],
    edge: rng.uniformIn(0.006, 0.025) * (hard.small ? 0.4 : 1),
    ridges: hard.rareSite ? drawRidges(rng.split('ridges')) : null,
  }
}

function drawRidges(rng: Rng): (place: Place) => number {
  const angle = rng.uniformIn(0, Math.PI)
  const cycles = rng.uniformIn(9, 14)
  const [bend, phase] = [rng.uniformIn(0.02, 0.06), rng.uniformIn(0, 2 * Math.PI)]
  return ([y, x]) => {
    const across = y * Math.cos(angle) + x * Math.sin(angle)
    const along = x * Math.cos(angle) - y * Math.sin(angle)
    return Math.sin(2 * Math.PI * cycles * (across + bend * Math.sin(5 * along + phase)))
  }
}

/** A canvas of bare skin. */
export function paintSkin(rng: Rng, { shape, scene }: { shape: Shape3; scene: LesionScene }): Canvas {
  const tone = rng.uniform()
  const canvas = createCanvas(shape, [0.88 - 0.24 * tone, 0.7 - 0.26 * tone, 0.62 - 0.28 * tone])
  const side = Math.min(shape[1], shape[2])
  const field = (name: string, size: number) =>
    smoothField(rng.split(name), { shape, spacing: [1, 1, 1], scaleMm: Math.max(2, side * size) })
  const [light, pores, flush] = [field('light', 0.7), field('pores', 0.03), field('flush', 0.2)]
  shade(canvas, (pixel) => 1 + 0.04 * light[pixel] + 0.012 * pores[pixel])
  forEachPixel(shape, (place, pixel) => {
    mix(canvas, pixel, { colour: [0.8, 0.42, 0.4], share: 0.08 * Math.max(0, flush[pixel]) })
    const ridge = scene.ridges?.(place) ?? 0
    if (ridge !== 0) mix(canvas, pixel, { colour: [0.98, 0.86, 0.8], share: 0.12 * (1 + ridge) })
  })
  return canvas
}

/** Mixes the lesion into the skin. */
export function paintLesion(canvas: Canvas, { lesion, strength, pigment, edge, ridges }: LesionScene, rng: Rng): void {
  const { shape } = canvas
  const side = Math.min(shape[1], shape[2])
  const size = Math.max(2, 0.5 * side * Math.min(lesion.radii[0], lesion.radii[1]))
  const patches = smoothField(rng.split('patches'), { shape, spacing: [1, 1, 1], scaleMm: size })
  const furrows = new Float32Array(shape[1] * shape[2])
  // On ridged skin the pigment sits in the furrows.
  if (ridges) forEachPixel(shape, (place, pixel) => (furrows[pixel] = 0.28 * (1 + ridges(place))))
  const opacity = (radius: number, pixel: number) => {
    const patchy = 1 + 0.16 * Math.max(-2, Math.min(2, patches[pixel])) - 0.12 * radius
    return Math.min(1, strength * patchy * (1 - furrows[pixel]))
  }
  paintBlob(canvas, lesion, { colour: pigment, edge, opacity })
}

/** Hairs over everything, then the dark rim of the dermatoscope. */
export function paintDistractors(
  canvas: Canvas,
  { hair, vignette }: Pick<LesionFacts, 'hair' | 'vignette'>,
  rng: Rng,
): void {
  if (hair) {
    const hairs = rng.split('hair')
    const count = 2 + hairs.integer(7)
    for (let k = 0; k < count; k++) paintHair(canvas, hairs.split(k))
  }
  if (vignette) paintVignette(canvas, rng.split('vignette'))
}

/** A quadratic Bézier curve, thin and dark. */
function paintHair(canvas: Canvas, rng: Rng): void {
  const { shape } = canvas
  const point = (): Place => [rng.uniformIn(-0.6, 0.6), rng.uniformIn(-0.6, 0.6)]
  const [start, end] = [point(), point()]
  const bent = (axis: 0 | 1) => (start[axis] + end[axis]) / 2 + rng.uniformIn(-0.25, 0.25)
  const bend: Place = [bent(0), bent(1)]
  const width = rng.uniformIn(0.003, 0.007)
  const dark = rng.uniformIn(0.05, 0.25)
  const coverage = new Float32Array(shape[1] * shape[2])
  const steps = 2 * Math.max(shape[1], shape[2])
  for (let step = 0; step <= steps; step++) {
    const t = step / steps
    const on = (axis: 0 | 1) => (1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * bend[axis] + t * t * end[axis]
    const centre: Place = [on(0), on(1)]
    const visit = ([y, x]: Place, pixel: number) => {
      const squared = (y - centre[0]) ** 2 + (x - centre[1]) ** 2
      coverage[pixel] = Math.max(coverage[pixel], Math.exp(-squared / (2 * width * width)))
    }
    forEachPixel(shape, visit, { centre, reach: 3 * width })
  }
  coverage.forEach((share, pixel) => {
    if (share > 0) mix(canvas, pixel, { colour: [dark, 0.8 * dark, 0.7 * dark], share: 0.85 * share })
  })
}

function paintVignette(canvas: Canvas, rng: Rng): void {
  const radius = rng.uniformIn(0.5, 0.64)
  const centre: Place = [rng.uniformIn(-0.06, 0.06), rng.uniformIn(-0.06, 0.06)]
  forEachPixel(canvas.shape, ([y, x], pixel) => {
    const out = Math.sqrt((y - centre[0]) ** 2 + (x - centre[1]) ** 2)
    mix(canvas, pixel, { colour: [0.04, 0.03, 0.03], share: 0.97 / (1 + Math.exp((radius - out) / 0.012)) })
  })
}
