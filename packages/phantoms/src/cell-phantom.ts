/**
 * A synthetic stained blood smear: one white blood cell with cytoplasm and nucleus among red cells.
 *
 * Our construction, after the look of the WBC set (Zheng 2018) and no paper: plasma under uneven light, red cells with
 * pale centres that touch or hide behind the white cell, granular cytoplasm, a nucleus of one to four lobes. Stain,
 * contrast, cell size, lobes, focus and noise vary from case to case.
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import type { Shape3 } from '@leanvox/volume'
import { drawBlob, placeInBlob, relativeRadius, type Blob } from './blob.ts'
import { createCanvas, forEachPixel, paintBlob, photograph, shade, type Canvas, type Colour } from './canvas.ts'
import {
  caseId,
  checkedImageOptions,
  meanLuminance,
  pixelGrid,
  type ImagePhantom,
  type ImagePhantomOptions,
} from './image-phantom.ts'
import { smoothField } from './texture.ts'

/** How hard the case is, measured without noise and blur; luminance is in [0, 1]. */
export interface CellDifficulty {
  /** Pixels of labels 1 and 2. */
  readonly cellPixels: number
  readonly nucleusPixels: number
  /** Mean luminance of everything outside the cell minus that of the cytoplasm. */
  readonly cytoplasmContrast: number
  /** Mean luminance of the cytoplasm minus that of the nucleus. */
  readonly nucleusContrast: number
  readonly redCells: number
}

/** A smear with its answer: 0 background, 1 cytoplasm, 2 nucleus. */
export interface CellPhantom extends ImagePhantom {
  readonly difficulty: CellDifficulty
}

/** A white cell and its stain. */
interface Cell {
  readonly body: Blob
  readonly lobes: readonly Blob[]
  readonly cytoplasm: Colour
  readonly nucleus: Colour
  readonly edge: number
}

/**
 * The smear of a seed and case; the same options give the same bytes.
 *
 * @throws RangeError for a depth other than 1, a side below 16, or a case that is no whole number >= 0
 *
 * @example
 * const { image, label } = cellPhantom({ seed: 1, case: 7, shape: [1, 64, 64] })
 */
export function cellPhantom(options: ImagePhantomOptions): CellPhantom {
  const { seed, number, shape } = checkedImageOptions(options, 'cellPhantom')
  const rng = createRng(seed).split('cell', number)
  const cell = drawCell(rng.split('cell'))
  const redCells = drawRedCells(rng.split('red cells'), cell.body)
  const canvas = paintPlasma(rng.split('plasma'), shape)
  paintRedCells(canvas, redCells, rng.split('red colour'))
  paintCell(canvas, cell, rng.split('granules'))
  const label = labelOf(cell, shape)
  const camera = rng.split('camera')
  const settings = { rng: camera, noise: camera.uniformIn(0.008, 0.03), blurPixels: camera.uniformIn(0.3, 0.8) }
  return {
    id: caseId('cell', number),
    image: photograph(canvas, settings),
    label,
    ...pixelGrid(shape),
    difficulty: { ...measure(canvas, label), redCells: redCells.length },
  }
}

function drawCell(rng: Rng): Cell {
  const radius = rng.uniformIn(0.15, 0.34)
  const slack = 0.46 - radius
  const centre = [rng.uniformIn(-slack, slack) * 0.8, rng.uniformIn(-slack, slack) * 0.8] as const
  const stretch = rng.uniformIn(0.85, 1.15)
  const angle = rng.uniformIn(0, Math.PI)
  const body = drawBlob(rng, { centre, radii: [radius * stretch, radius / stretch], angle, bumpiness: 0.1 })
  const count = 1 + rng.integer(4)
  const start = rng.uniformIn(0, 2 * Math.PI)
  // Lobes sit on an arc around the middle of the cell and overlap; more of them are smaller.
  const lobes = Array.from({ length: count }, (_, k) => {
    const turn = start + (k * 1.6 * Math.PI) / count
    const out = count === 1 ? 0.12 : rng.uniformIn(0.36, 0.46)
    const size = count === 1 ? rng.uniformIn(0.45, 0.7) : rng.uniformIn(0.28, 0.4)
    const flat = rng.uniformIn(0.85, 1.15)
    const radii = [body.radii[0] * size * flat, (body.radii[1] * size) / flat] as const
    const place = placeInBlob(body, [out * Math.sin(turn), out * Math.cos(turn)])
    return drawBlob(rng, { centre: place, radii, angle, bumpiness: 0.12 })
  })
  return { body, lobes, edge: rng.uniformIn(0.004, 0.014), ...drawStain(rng) }
}

/** Cytoplasm from bluish grey to pink, pale or strong; nucleus violet, always darker. */
function drawStain(rng: Rng): { cytoplasm: Colour; nucleus: Colour } {
  const strength = rng.uniformIn(0.25, 1)
  const warmth = rng.uniform()
  const cytoplasm: Colour = [
    0.86 - strength * (0.32 - 0.22 * warmth),
    0.8 - strength * (0.24 + 0.06 * warmth),
    0.84 - strength * (0.05 + 0.1 * warmth),
  ]
  const depth = rng.uniformIn(0.3, 0.75)
  const violet: Colour = [0.34 + rng.uniformIn(-0.06, 0.1), 0.14, 0.5 + rng.uniformIn(-0.06, 0.08)]
  const nucleus = cytoplasm.map((value, c) => value + (0.35 + depth) * 0.85 * (violet[c] - value))
  return { cytoplasm, nucleus: [nucleus[0], nucleus[1], nucleus[2]] }
}

/** Three to eleven red cells anywhere but under the middle of the white one. */
function drawRedCells(rng: Rng, body: Blob): Blob[] {
  const radius = rng.uniformIn(0.1, 0.15)
  const wanted = 3 + rng.integer(9)
  const blobs = Array.from({ length: wanted }, () => {
    const centre = [rng.uniformIn(-0.6, 0.6), rng.uniformIn(-0.6, 0.6)] as const
    const size = radius * rng.uniformIn(0.85, 1.15)
    const flat = rng.uniformIn(0.9, 1.1)
    const radii = [size * flat, size / flat] as const
    return drawBlob(rng, { centre, radii, angle: rng.uniformIn(0, Math.PI), bumpiness: 0.05 })
  })
  return blobs.filter(({ centre }) => relativeRadius(body, centre) > 1)
}

function paintPlasma(rng: Rng, shape: Shape3): Canvas {
  const light = rng.uniformIn(0.86, 0.98)
  const canvas = createCanvas(shape, [light, light - rng.uniformIn(0, 0.08), light - rng.uniformIn(0, 0.16)])
  const scaleMm = Math.min(shape[1], shape[2]) * 0.8
  const uneven = smoothField(rng, { shape, spacing: [1, 1, 1], scaleMm })
  shade(canvas, (pixel) => 1 + 0.02 * uneven[pixel])
  return canvas
}

function paintRedCells(canvas: Canvas, blobs: readonly Blob[], rng: Rng): void {
  const colour: Colour = [rng.uniformIn(0.78, 0.9), rng.uniformIn(0.56, 0.68), rng.uniformIn(0.5, 0.68)]
  const pallor = rng.uniformIn(0.2, 0.6)
  const opacity = (radius: number) => 0.95 - pallor * Math.max(0, 1 - (radius / 0.7) ** 2)
  for (const blob of blobs) paintBlob(canvas, blob, { colour, edge: 0.006, opacity })
}

function paintCell(canvas: Canvas, { body, lobes, cytoplasm, nucleus, edge }: Cell, rng: Rng): void {
  const { shape } = canvas
  const scaleMm = Math.max(2, Math.min(shape[1], shape[2]) * 0.04)
  const granules = smoothField(rng.split('cytoplasm'), { shape, spacing: [1, 1, 1], scaleMm })
  const chromatin = smoothField(rng.split('nucleus'), { shape, spacing: [1, 1, 1], scaleMm })
  const grain = rng.uniformIn(0.02, 0.09)
  const limit = (share: number) => Math.min(1, Math.max(0.3, share))
  paintBlob(canvas, body, { colour: cytoplasm, edge, opacity: (_, pixel) => limit(0.92 + grain * granules[pixel]) })
  const opacity = (_: number, pixel: number) => limit(0.9 + 0.05 * chromatin[pixel])
  for (const lobe of lobes) paintBlob(canvas, lobe, { colour: nucleus, edge, opacity })
}

function labelOf({ body, lobes }: Cell, shape: Shape3): Uint8Array {
  const label = new Uint8Array(shape[1] * shape[2])
  forEachPixel(shape, (place, pixel) => {
    if (relativeRadius(body, place) >= 1) return
    label[pixel] = lobes.some((lobe) => relativeRadius(lobe, place) < 1) ? 2 : 1
  })
  return label
}

function measure({ planes }: Canvas, label: Uint8Array): Omit<CellDifficulty, 'redCells'> {
  const [outside, cytoplasm, nucleus] = [0, 1, 2].map((value) => meanLuminance(planes, (i) => label[i] === value))
  return {
    cellPixels: label.filter((value) => value > 0).length,
    nucleusPixels: label.filter((value) => value === 2).length,
    cytoplasmContrast: outside - cytoplasm,
    nucleusContrast: cytoplasm - nucleus,
  }
}
