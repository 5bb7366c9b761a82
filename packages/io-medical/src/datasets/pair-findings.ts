/**
 * Findings about images and the masks that come with them: grids, emptiness, values.
 *
 * A mask fits an image when their shapes are equal and the corners of their grids agree to a tenth of the smallest
 * spacing, as `loadCase` asks it.
 *
 * @module
 */
import { worldPosition, type Shape3 } from '@leanvox/volume'
import type { CaseFacts } from './case-facts.ts'
import type { DataFolder } from './data-folder.ts'
import { about, percent, share, type Finding } from './finding.ts'
import type { Grid } from './image-facts.ts'
import { MOST_VALUES } from './mask-facts.ts'

const AFFINE_TOLERANCE = 0.1

/** Everything that is wrong or odd about pairs. */
export function pairFindings(
  cases: readonly CaseFacts[],
  { oneGrid, folder }: Pick<DataFolder, 'oneGrid' | 'folder'>,
): Finding[] {
  return [
    ...faultFindings(cases, folder),
    ...gridFindings(cases, oneGrid),
    ...presenceFindings(cases),
    ...valueFindings(cases),
    ...intensityFindings(cases),
  ]
}

function faultFindings(cases: readonly CaseFacts[], folder: string): Finding[] {
  const faults = cases.flatMap(({ id, split, faults: own }) => own.map((fault) => ({ ...fault, id, split })))
  const kinds = Map.groupBy(faults, ({ of, code, split }) => `${of} ${code} ${code === 'not-found' ? split : ''}`)
  return [...kinds.values()].flatMap((same) => {
    const [{ of, code, message, split }] = same
    const counted = `${same.length} ${of}${same.length === 1 ? '' : 's'}`
    if (code === 'not-found') {
      // Published test images are often left away.
      const severity = split === 'test' ? 'note' : 'problem'
      const part = split === null ? '' : ` of the ${split} part`
      return about(same, { severity, code: 'missing-file', message: `${counted}${part} named but not there` })
    }
    const told = message.replaceAll(`${folder}/`, '')
    const first = same.length === 1 ? told : `the first: ${told}`
    return about(same, { severity: 'problem', code: 'unreadable', message: `${counted} not read (${code}); ${first}` })
  })
}

type Difference = 'another shape' | 'another place' | 'another order of voxels at the same place'

/** How a mask's grid differs from an image's. */
interface Mismatch {
  readonly id: string
  readonly mask: Grid
  readonly how: Difference
  /** Farthest corner, in mm; NaN where shapes differ. */
  readonly apart: number
}

function gridFindings(cases: readonly CaseFacts[], oneGrid: boolean): Finding[] {
  const all = cases.reduce((sum, { images, masks }) => sum + (images.length === 0 ? 0 : masks.length), 0)
  const wrong = cases.flatMap(({ id, images, masks }) => masks.flatMap((mask) => closest({ id, mask, images })))
  const masks = [...Map.groupBy(wrong, ({ how }) => how)].flatMap(([how, same]) => {
    const elsewhere = same.filter(({ id, mask }) =>
      cases.some((other) => other.id !== id && other.images.some((image) => differenceOf(mask, image) === undefined)),
    )
    const apart =
      how === 'another place'
        ? `, up to ${Number(Math.max(...same.map((one) => one.apart)).toPrecision(3))} mm away`
        : ''
    const fits = elsewhere.length === 0 ? '' : `; ${elsewhere.length} would fit the image of another case`
    const grid =
      how === 'another order of voxels at the same place'
        ? 'at the place, but with voxels in another order'
        : `on a grid of ${how}`
    const message = `${share(same.length, all, 'mask')} ${grid} than any image of the case${apart}${fits}`
    // Less than half a voxel moves no label.
    const slight = same.every((one) => one.apart < Math.min(...(one.mask.spacing ?? [1])) / 2)
    return about(same, { severity: slight ? 'odd' : 'problem', code: 'mask-geometry', message })
  })
  const uneven = cases.filter(({ images: [first, ...rest] }) => rest.some((image) => differenceOf(image, first)))
  const channels = `${share(uneven.length, cases.length, 'case')} with images on different grids`
  const severity = oneGrid ? 'problem' : 'note'
  return [...masks, ...about(uneven, { severity, code: 'channel-geometry', message: channels })]
}

interface Placed {
  readonly id: string
  readonly mask: Grid
  readonly images: readonly Grid[]
}

/** Nothing when the mask fits one of the images; else how it differs from the nearest of them. */
function closest({ id, mask, images }: Placed): Mismatch[] {
  const found = images.flatMap((image): Mismatch[] => {
    const how = differenceOf(mask, image)
    return how === undefined ? [] : [{ id, mask, how, apart: apartOf(mask, image) }]
  })
  if (found.length < images.length) return []
  const distance = ({ apart }: Mismatch) => (Number.isNaN(apart) ? Infinity : apart)
  return found.toSorted((a, b) => distance(a) - distance(b)).slice(0, 1)
}

/** Undefined for grids that agree. */
export function differenceOf(one: Grid, other: Grid): Difference | undefined {
  const sameShape = one.shape.every((extent, axis) => extent === other.shape[axis])
  if (one.affine === null || other.affine === null) return sameShape ? undefined : 'another shape'
  const tolerance = AFFINE_TOLERANCE * Math.min(...(other.spacing ?? [1]))
  if (apartOf(one, other) <= tolerance) return undefined
  const theirs = cornersOf(other)
  const near = (corner: Point) => theirs.some((their) => distanceOf(corner, their) <= tolerance)
  if (cornersOf(one).every(near)) return 'another order of voxels at the same place'
  return sameShape ? 'another place' : 'another shape'
}

/** Farthest corner from its partner; NaN for grids of different shapes or without a place. */
function apartOf(one: Grid, other: Grid): number {
  const sameShape = one.shape.every((extent, axis) => extent === other.shape[axis])
  if (!sameShape || one.affine === null || other.affine === null) return NaN
  const theirs = cornersOf(other)
  return Math.max(...cornersOf(one).map((corner, i) => distanceOf(corner, theirs[i])))
}

function distanceOf(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

type Point = readonly [number, number, number]

function cornersOf({ shape: [depth, height, width], affine }: Grid): Point[] {
  return Array.from({ length: 8 }, (_, corner) => {
    const at: Shape3 = [corner & 4 ? depth - 1 : 0, corner & 2 ? height - 1 : 0, corner & 1 ? width - 1 : 0]
    return worldPosition(affine ?? [], at)
  })
}

function presenceFindings(cases: readonly CaseFacts[]): Finding[] {
  const names = [...new Set(cases.flatMap(({ masks }) => masks.map(({ name }) => name)))]
  const bare = cases.filter(({ masks, faults, split }) => {
    return split !== 'test' && masks.length === 0 && !faults.some(({ of }) => of === 'mask')
  })
  const some = bare.length < cases.length
  const missing = `${share(bare.length, cases.length, 'case')} without a mask`
  const empty = names.flatMap((name) => {
    const own = cases.filter(({ masks }) => masks.some((mask) => mask.name === name))
    const without = own.filter(({ masks }) => masks.some((mask) => mask.name === name && isEmpty(mask)))
    const message = `${share(without.length, own.length, 'mask')} empty (${name})`
    return about(without, { severity: 'odd', code: 'empty-mask', message })
  })
  return [
    ...about(bare, { severity: some ? 'odd' : 'note', code: 'no-mask', message: missing }),
    ...empty,
    ...originFindings(cases),
  ]
}

/** Words of a mask's name that say that no person drew it. */
const BY_MODEL = /(^|[^a-z])(ai|auto|automatic|model|pred|predicted|predictions?)([^a-z]|$)/i

function originFindings(cases: readonly CaseFacts[]): Finding[] {
  const masks = cases.flatMap(({ id, masks: own }) => own.map(({ name }) => ({ id, name })))
  const made = masks.filter(({ name }) => BY_MODEL.test(name))
  const message = `${share(made.length, masks.length, 'mask')} made by a model, as their names say`
  return about(made, { severity: 'note', code: 'mask-origin', message })
}

function isEmpty({ labelFacts, distinct }: CaseFacts['masks'][number]): boolean {
  return labelFacts.length === 0 && distinct <= MOST_VALUES
}

type MaskOf = CaseFacts['masks'][number] & { readonly id: string }

function valueFindings(cases: readonly CaseFacts[]): Finding[] {
  const masks = cases.flatMap(({ id, masks: own }) => own.map((mask): MaskOf => ({ ...mask, id })))
  const images = new Map(cases.map(({ id, images: own }) => [id, own.map(({ hash }) => hash)]))
  const isImage = masks.filter(({ id, hash }) => images.get(id)?.includes(hash))
  const tooMany = masks.filter(({ distinct }) => distinct > MOST_VALUES)
  const broken = masks.filter(({ odd }) => odd > 0)
  const coloured = masks.filter((mask) => mask.coloured)
  const undeclared = masks.filter((mask) => undeclaredOf(mask).length > 0)
  const values = [...new Set(undeclared.flatMap(undeclaredOf))].sort((a, b) => a - b)
  const all = (count: number) => share(count, masks.length, 'mask')
  return [
    ...strayFindings(masks),
    ...about(isImage, {
      severity: 'problem',
      code: 'mask-is-image',
      message: `${all(isImage.length)} equal to their image`,
    }),
    ...about(tooMany, {
      severity: 'problem',
      code: 'not-a-label-map',
      message: `${all(tooMany.length)} with more than ${MOST_VALUES} different values`,
    }),
    ...about(broken, {
      severity: 'problem',
      code: 'mask-value',
      message: `${all(broken.length)} with values that are negative or no whole numbers`,
    }),
    ...about(coloured, {
      severity: 'odd',
      code: 'mask-value',
      message: `${all(coloured.length)} with colours that are not grey`,
    }),
    ...about(undeclared, {
      severity: 'problem',
      code: 'mask-value',
      message: `${all(undeclared.length)} with values that are not declared: ${values.slice(0, 12).join(', ')}`,
    }),
  ]
}

/** Whole numbers that the data set names no label for. */
function undeclaredOf({ labels, rule, values }: CaseFacts['masks'][number]): number[] {
  if (labels === null || rule !== null) return []
  const declared = new Set(Object.values(labels))
  return values.filter((value) => !declared.has(value) && Number.isInteger(value) && value > 0)
}

function strayFindings(masks: readonly MaskOf[]): Finding[] {
  return (['threshold', 'values'] as const).flatMap((kind) => {
    const own = masks.filter(({ rule }) => rule?.kind === kind)
    const strays = own.filter((mask) => mask.strays > 0)
    const voxels = strays.reduce((sum, mask) => sum + mask.strays, 0)
    const whole = own.reduce((sum, mask) => sum + mask.voxels, 0)
    const counted = `${share(strays.length, own.length, 'mask')} with`
    const places = `${voxels} pixels, ${percent(voxels, whole)} of all`
    const meaning = 'between 0 and 255, as interpolation makes them: a label map needs a threshold'
    const message =
      kind === 'threshold'
        ? `${counted} values ${meaning} (${places})`
        : `${counted} values that stand for no label by themselves (${places})`
    return about(strays, { severity: 'odd', code: 'stray-values', message })
  })
}

function intensityFindings(cases: readonly CaseFacts[]): Finding[] {
  const images = cases.flatMap(({ id, images: own }) => own.map(({ intensities }) => ({ id, ...intensities })))
  const broken = images.filter(({ nonFinite }) => nonFinite > 0)
  const constant = images.filter(({ min, max }) => min === max)
  const all = (count: number) => share(count, images.length, 'image')
  return [
    ...about(broken, {
      severity: 'problem',
      code: 'non-finite',
      message: `${all(broken.length)} with NaN or infinite voxels`,
    }),
    ...about(constant, {
      severity: 'odd',
      code: 'constant-image',
      message: `${all(constant.length)} of one value throughout`,
    }),
  ]
}
