/**
 * One patient: every shape and tissue value of an abdomen, drawn once and painted later.
 *
 * Lengths are shares of the field of view (x right, y anterior, z superior, each in [-1, 1]); intensities are in HU and
 * roughly those of a portal-venous CT. The organ to be segmented lies in the left upper abdomen like a spleen. Its
 * intensity is drawn close to the liver's, and kidney, stomach and body wall touch it, so that neither a threshold nor
 * the place alone finds it.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import { drawSolid, type Point, type Solid } from './solid.ts'

/** A solid and what it is made of. */
export interface Tissue {
  readonly solid: Solid
  /** Mean intensity in HU. */
  readonly hu: number
  /** Standard deviation of its slow inner variation, in HU. */
  readonly texture: number
}

/** The outer wall: superellipse cross sections with layers of fat and muscle. */
export interface Body {
  readonly radii: readonly [x: number, y: number]
  /** Relative radius at which fat ends and muscle begins, and at which muscle ends. */
  readonly fatEnd: number
  readonly muscleEnd: number
  /** Where ribs and vertebrae fall along z. */
  readonly phase: number
}

export interface Anatomy {
  readonly body: Body
  /** Painted in this order, later over earlier. */
  readonly neighbours: readonly Tissue[]
  readonly organ: Tissue
  readonly lesions: readonly Tissue[]
}

/** Draws a patient; `organShift` is added to the organ's intensity, `lesions` puts one to three into the organ. */
export function drawAnatomy(
  rng: Rng,
  { organShift, lesions }: { readonly organShift: number; readonly lesions: boolean },
): Anatomy {
  const liverHu = around(rng.split('liver-hu'), 105, 10)
  const organ = drawOrgan(rng.split('organ'), around(rng.split('organ-hu'), liverHu + 8, 8) + organShift)
  const solids = drawNeighbours(rng.split('neighbours'), liverHu)
  return {
    body: drawBody(rng.split('body')),
    neighbours: [...drawBowel(rng.split('bowel')), ...solids],
    organ,
    lesions: lesions ? drawLesions(rng.split('lesions'), organ) : [],
  }
}

function drawBody(rng: Rng): Body {
  const fatEnd = rng.uniformIn(0.82, 0.92)
  return {
    radii: [rng.uniformIn(0.84, 0.93), rng.uniformIn(0.66, 0.76)],
    fatEnd,
    muscleEnd: fatEnd - rng.uniformIn(0.08, 0.12),
    phase: rng.uniform(),
  }
}

function drawOrgan(rng: Rng, hu: number): Tissue {
  const centre: Point = [rng.uniformIn(-0.5, -0.4), rng.uniformIn(-0.22, -0.02), rng.uniformIn(-0.15, 0.2)]
  const radii: Point = [rng.uniformIn(0.13, 0.22), rng.uniformIn(0.22, 0.34), rng.uniformIn(0.36, 0.62)]
  const solid = drawSolid(rng, { centre, radii, angle: rng.uniformIn(-0.6, 0.1), bumpiness: rng.uniformIn(0.15, 0.4) })
  return { solid, hu, texture: 5 }
}

function drawNeighbours(rng: Rng, liverHu: number): Tissue[] {
  const near = (value: number) => value + rng.uniformIn(-0.04, 0.04)
  const tissue = (centre: Point, radii: Point, rest: { hu: number; texture?: number; bumpiness?: number }): Tissue => {
    const { hu, texture = 5, bumpiness = 0.15 } = rest
    const place: Point = [near(centre[0]), near(centre[1]), near(centre[2])]
    return { solid: drawSolid(rng, { centre: place, radii, angle: near(0), bumpiness }), hu, texture }
  }
  const stomachHu = around(rng, 45, 15)
  const kidneyHu = around(rng, 125, 20)
  return [
    tissue([-0.3, 0.22, 0.3], [0.26, 0.2, 0.4], { hu: stomachHu, texture: 12 }),
    tissue([-0.24, 0.32, 0.3], [0.13, 0.07, 0.25], { hu: -850 }), // gas in the stomach, on top as the patient lies
    tissue([0.36, 0.08, 0.15], [0.36, 0.38, 0.7], { hu: liverHu, texture: 6, bumpiness: 0.3 }),
    tissue([0.33, -0.3, -0.55], [0.13, 0.14, 0.4], { hu: kidneyHu, texture: 15 }),
    tissue([-0.31, -0.3, -0.4], [0.13, 0.14, 0.45], { hu: kidneyHu, texture: 15 }),
    tissue([-0.07, -0.14, 0], [0.06, 0.06, 9], { hu: around(rng, 150, 20), bumpiness: 0 }), // aorta
    tissue([0.11, -0.14, 0], [0.07, 0.055, 9], { hu: around(rng, 120, 15), bumpiness: 0 }), // vena cava
  ]
}

function drawBowel(rng: Rng): Tissue[] {
  return Array.from({ length: 14 }, () => {
    const centre: Point = [rng.uniformIn(-0.5, 0.5), rng.uniformIn(0, 0.42), rng.uniformIn(-1, 0.1)]
    const radii: Point = [rng.uniformIn(0.07, 0.16), rng.uniformIn(0.06, 0.12), rng.uniformIn(0.1, 0.25)]
    const hu = rng.uniform() < 0.15 ? -700 : rng.uniformIn(15, 120)
    return { solid: drawSolid(rng, { centre, radii, angle: rng.uniformIn(0, 3), bumpiness: 0.3 }), hu, texture: 10 }
  })
}

function drawLesions(rng: Rng, { solid, hu }: Tissue): Tissue[] {
  return Array.from({ length: 1 + rng.integer(3) }, (_, i) => {
    // The first one lies deep, so that there always is one; the others may be cut by the organ's surface.
    const offset = () => (i === 0 ? 0.3 : 0.55) * rng.uniformIn(-1, 1)
    const centre: Point = [
      solid.centre[0] + offset() * solid.radii[0],
      solid.centre[1] + offset() * solid.radii[1],
      solid.centre[2] + offset() * solid.radii[2],
    ]
    const radius = rng.uniformIn(0.1, 0.16)
    const lesion = drawSolid(rng, { centre, radii: [radius, radius, 1.3 * radius], bumpiness: 0.2 })
    return { solid: lesion, hu: hu - rng.uniformIn(25, 60), texture: 4 }
  })
}

function around(rng: Rng, mean: number, deviation: number): number {
  // Cut at two deviations: a spleen brighter than bone would teach the wrong thing.
  return mean + deviation * Math.max(-2, Math.min(2, rng.normal()))
}
