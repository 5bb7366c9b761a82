import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createVolume, type Volume } from '@leanvox/volume'
import { decodeDicom, decodeDicomSeg, encodeDicomSeg, type DicomSegEncoding } from './index.ts'
import { createRng } from '@leanvox/random'
import { WRITTEN_SEGMENTATIONS } from '../../fixtures/dicom-written.ts'
import { randomAffine } from '../../fixtures/random-volumes.ts'

const createdAt = new Date('2026-01-02T03:04:05Z')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function example(values: readonly number[] = [0, 1, 2, 2, 0, 0, 0, 0, 0, 1, 1, 7]): Volume {
  const affine = [0, -0.5, 0, 10, 0.75, 0, 0, -20, 0, 0, 3, 40, 0, 0, 0, 1]
  return createVolume({ data: Uint8Array.from(values), shape: [3, 2, 2], affine })
}
const segments = [1, 2, 7].map((number) => ({ number, label: `part ${number}` }))
const encoded = (options: Partial<DicomSegEncoding> = {}) =>
  encodeDicomSeg({ labels: example(), segments }, { createdAt, ...options })

describe('encodeDicomSeg and decodeDicomSeg', () => {
  test.each(['BINARY', 'LABELMAP'] as const)('%s comes back with its labels, names and place', async (type) => {
    const read = await decodeDicomSeg(encoded({ type }))
    expect(read.type).toBe(type)
    expect([...(read.labels?.data ?? [])]).toEqual([...example().data])
    read.labels?.affine.forEach((value, i) => expect(value).toBeCloseTo(example().affine[i], 9))
    expect(read.segments.map(({ number, label, type: property }) => [number, label, property?.meaning])).toEqual([
      [1, 'part 1', 'Tissue'],
      [2, 'part 2', 'Tissue'],
      [7, 'part 7', 'Tissue'],
    ])
    expect(read.masks.length).toBe(type === 'BINARY' ? 3 : 0)
  })

  test('leaves empty slices out and aligns to the geometry of the source', async () => {
    const labels = example([0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0])
    const bytes = encodeDicomSeg({ labels, segments: [{ number: 3, label: 'tip' }] }, { createdAt })
    expect((await decodeDicomSeg(bytes)).labels?.shape).toEqual([1, 2, 2])
    const aligned = await decodeDicomSeg(bytes, { geometry: labels })
    expect([...(aligned.labels?.data ?? [])]).toEqual([...labels.data])
    expect(aligned.labels?.affine).toEqual(labels.affine)
    const other = createVolume({
      data: labels.data,
      shape: [3, 2, 2],
      affine: labels.affine.map((v, i) => (i === 3 ? v + 0.3 : v)),
    })
    await expect(decodeDicomSeg(bytes, { geometry: other })).rejects.toMatchObject({ code: 'bad-geometry' })
  })

  test('any label map comes back on its own grid', async () => {
    const labels = fc.uint8Array({ minLength: 60, maxLength: 60, max: 3 })
    const property = fc.asyncProperty(
      labels,
      fc.constantFrom('BINARY' as const, 'LABELMAP' as const),
      async (data, type) => {
        const volume = createVolume({ data, shape: [4, 3, 5], spacing: [2, 0.7, 0.3] })
        const own = [1, 2, 3].map((number) => ({ number, label: 'x' }))
        const bytes = encodeDicomSeg({ labels: volume, segments: own }, { createdAt, type })
        const read = await decodeDicomSeg(bytes, { geometry: volume })
        expect([...(read.labels?.data ?? [])]).toEqual([...data])
      },
    )
    await fc.assert(property, { numRuns: 40, seed: 3 })
  })

  test('segments that share slices are no image, and whoever opens them as one is told where to turn', async () => {
    await expect(decodeDicom(encoded())).rejects.toMatchObject({
      code: 'bad-geometry',
      expected: 'one slice per place (segments that share slices are read by readDicomSeg)',
    })
  })

  test('wide label maps take 16 bits', async () => {
    const labels = createVolume({ data: Uint16Array.of(0, 300, 300, 2), shape: [1, 2, 2] })
    const own = [2, 300].map((number) => ({ number, label: 'x' }))
    for (const type of ['BINARY', 'LABELMAP'] as const) {
      const read = await decodeDicomSeg(encodeDicomSeg({ labels, segments: own }, { createdAt, type }))
      expect(read.labels?.data).toEqual(Uint16Array.of(0, 300, 300, 2))
    }
  })

  test('writes equal bytes for equal content, and other bytes for other content', () => {
    expect(sha256(encoded())).toBe(sha256(encoded()))
    expect(sha256(encoded())).not.toBe(sha256(encoded({ type: 'LABELMAP' })))
  })

  test('refuses what cannot be written', () => {
    const labels = example()
    expect(() => encodeDicomSeg({ labels, segments: segments.slice(0, 2) }, { createdAt })).toThrow(
      new RangeError('encodeDicomSeg: expected a segment for every voxel, got none for value 7 at voxel 11'),
    )
    expect(() => encodeDicomSeg({ labels, segments: [] }, { createdAt })).toThrow(
      'expected at least one segment, got none',
    )
    expect(() => encodeDicomSeg({ labels, segments: [...segments, segments[0]] }, { createdAt })).toThrow('got 1')
    const sheared = createVolume({
      data: labels.data,
      shape: labels.shape,
      affine: [1, 0, 0.5, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    })
    expect(() => encodeDicomSeg({ labels: sheared, segments }, { createdAt })).toThrow(
      'expected perpendicular voxel axes',
    )
  })

  test('an image that is no segmentation is refused, and a cut segmentation too', async () => {
    const image = new Uint8Array(readFileSync(new URL('../../fixtures/dicom/explicit.dcm', import.meta.url)))
    await expect(decodeDicomSeg(image)).rejects.toMatchObject({
      code: 'unsupported',
      expected: 'a segmentation',
      found: 'CT',
    })
    await expect(decodeDicomSeg(encoded().subarray(0, -2))).rejects.toMatchObject({ code: 'truncated' })
  })
})

describe('masks', () => {
  const affine = [0, -0.5, 0, 10, 0.75, 0, 0, -20, 0, 0, 3, 40, 0, 0, 0, 1]
  const mask = (...values: number[]) =>
    createVolume({ data: Float32Array.from({ length: 8 }, (_, i) => values[i] ?? 0), shape: [2, 2, 2], affine })
  const two = [1, 2].map((number) => ({ number, label: `part ${number}` }))

  test('that overlap come back as they are, and have no label map', async () => {
    const masks = [mask(1, 1, 0, 0, 1, 0, 0, 0), mask(0, 1, 1, 0, 0, 0, 0, 1)]
    const read = await decodeDicomSeg(encodeDicomSeg({ masks, segments: two }, { createdAt }))
    expect([read.type, read.overlapping, read.labels]).toEqual(['BINARY', true, null])
    expect(read.masks.map(({ data }) => [...data])).toEqual(masks.map(({ data }) => [...data]))
  })

  test('that do not overlap have the bytes of their label map', () => {
    const masks = [mask(1, 1, 0, 0, 1, 0, 0, 0), mask(0, 0, 1, 0, 0, 0, 0, 1)]
    const labels = mask(1, 1, 2, 0, 1, 0, 0, 2)
    const [one, other] = [{ masks }, { labels }].map((what) =>
      encodeDicomSeg({ ...what, segments: two }, { createdAt }),
    )
    expect(one).toEqual(other)
  })

  test('of fractions come back to a half of 1/255', async () => {
    const masks = [mask(0, 0.25, 0.5, 1, 1 / 255, 0.999, 0.7, 0.3), mask(0, 0, 0, 0, 0, 0, 0, 0.001)]
    const options = { createdAt, type: 'FRACTIONAL', fractionalType: 'OCCUPANCY' } as const
    const read = await decodeDicomSeg(encodeDicomSeg({ masks, segments: two }, options), { geometry: masks[0] })
    expect([read.type, read.fractionalType, read.labels]).toEqual(['FRACTIONAL', 'OCCUPANCY', null])
    read.masks[0].data.forEach((value, i) => expect(Math.abs(value - masks[0].data[i])).toBeLessThan(0.5001 / 255))
    expect([...read.masks[1].data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]) // rounds to nothing
  })

  test.each([
    ['expected masks for FRACTIONAL, got labels for FRACTIONAL', { labels: mask(1) }, 'FRACTIONAL'],
    ['expected labels for LABELMAP, got masks for LABELMAP', { masks: [mask(), mask()] }, 'LABELMAP'],
    ['expected one mask per segment, got 1 for 2', { masks: [mask()] }, 'BINARY'],
    ['got 1.5 at voxel 1 of segment 2', { masks: [mask(0), mask(0, 1.5, 0)] }, 'FRACTIONAL'],
    ['got NaN at voxel 0 of segment 1', { masks: [mask(NaN), mask()] }, 'FRACTIONAL'],
  ] as const)('are refused: %s', (message, what, type) => {
    expect(() => encodeDicomSeg({ ...what, segments: two }, { createdAt, type })).toThrow(message)
  })

  test('of different grids are refused', () => {
    const moved = { ...mask(0, 0, 0, 0, 0, 0, 0, 1), affine: affine.with(3, 11) }
    const masks = [mask(1, 0, 0, 0, 0, 0, 0, 0), moved]
    expect(() => encodeDicomSeg({ masks, segments: two }, { createdAt })).toThrow(
      'expected masks of the grid 2 x 2 x 2 at',
    )
  })

  test('and label maps on any grid, turned and mirrored, come back in their place', async () => {
    const types = fc.constantFrom('BINARY' as const, 'LABELMAP' as const, 'FRACTIONAL' as const)
    const property = fc.asyncProperty(fc.nat(), types, async (seed, type) => {
      const rng = createRng(seed)
      const shape = [1 + rng.integer(3), 1 + rng.integer(4), 1 + rng.integer(5)] as const
      const values = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () => rng.integer(3))
      values.fill(1, 0, shape[1] * shape[2]).fill(2, values.length - 1) // the first and the last slice are stored
      const grid = { shape, affine: randomAffine(rng) }
      const labels = createVolume({ data: values, ...grid })
      const masks = [1, 2].map((number) =>
        createVolume({ data: values.map((value) => Number(value === number)), ...grid }),
      )
      const what = type === 'FRACTIONAL' ? { masks } : { labels }
      const read = await decodeDicomSeg(encodeDicomSeg({ ...what, segments: two }, { createdAt, type }))
      const found = type === 'LABELMAP' ? read.labels : read.masks[1]
      const expected = type === 'LABELMAP' ? values : masks[1].data
      expect([...(found?.data ?? [])]).toEqual(expectedOn(found, labels, expected))
      const aligned = await decodeDicomSeg(encodeDicomSeg({ ...what, segments: two }, { createdAt, type }), {
        geometry: labels,
      })
      expect([...((type === 'LABELMAP' ? aligned.labels : aligned.masks[1])?.data ?? [])]).toEqual([...expected])
    })
    await fc.assert(property, { numRuns: 150, seed: 11 })
  })
})

/** The values in the order of slices that the file's own grid has: along the normal, so a mirrored stack is turned. */
function expectedOn(found: Volume | null | undefined, { affine, shape }: Volume, values: ArrayLike<number>): number[] {
  const slices = Array.from({ length: shape[0] }, (_, z) =>
    Array.from({ length: shape[1] * shape[2] }, (_, i) => values[z * shape[1] * shape[2] + i]),
  )
  const apart = (z: number) =>
    Math.hypot(...[3, 7, 11].map((i) => (found?.affine[i] ?? NaN) - affine[i] - affine[i - 1] * z))
  const turned = apart(0) > 1e-6
  expect(apart(turned ? shape[0] - 1 : 0)).toBeLessThan(1e-6)
  return (turned ? slices.toReversed() : slices).flat()
}

describe('written segmentations', () => {
  const fixture = new URL('../../fixtures/dicom-written.json', import.meta.url)
  const { files } = JSON.parse(readFileSync(fixture, 'utf8')) as { files: Record<string, string> }

  test.each(WRITTEN_SEGMENTATIONS)(
    '$name has the bytes that pydicom read as meant',
    ({ name, segmentation, options }) => {
      expect(sha256(encodeDicomSeg(segmentation, options))).toBe(files[name])
    },
  )
})

interface MaskFacts {
  readonly type: string
  readonly shape: readonly number[]
  readonly overlap: boolean
  readonly labels: readonly string[]
  readonly masks: string
}

const conformance = new URL('../../fixtures/dicom-conformance.json', import.meta.url)
const table = JSON.parse(readFileSync(conformance, 'utf8')) as { files: Record<string, { segmentation?: MaskFacts }> }
const known = Object.entries(table.files).flatMap(([name, { segmentation }]) =>
  segmentation ? [[name, segmentation] as const] : [],
)
const folder = process.env['LEANVOX_CONFORMANCE_DICOM']
const why = folder === undefined ? ' (LEANVOX_CONFORMANCE_DICOM is not set)' : ''
describe.skipIf(folder === undefined)(`segmentations of highdicom${why}`, () => {
  const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder ?? '', 'dicom-seg/highdicom', name)))

  test.each(known)('%s has the masks that pydicom gives', async (name, facts) => {
    const read = await decodeDicomSeg(bytesOf(basename(name)))
    expect(read.type).toBe(facts.type)
    expect([read.masks.length, ...read.masks[0].shape]).toEqual(facts.shape)
    expect(read.segments.map(({ label }) => label)).toEqual(facts.labels)
    expect(read.overlapping).toBe(facts.type === 'BINARY' && facts.overlap)
    const values = read.masks.flatMap(({ data }) => [...data])
    expect(sha256(new Uint8Array(Float64Array.from(values).buffer))).toBe(facts.masks)
  })

  test('a single-frame one aligns to its image', async () => {
    const { volumes } = await decodeDicom(bytesOf('ct_image.dcm'))
    const { labels } = await decodeDicomSeg(bytesOf('seg_image_ct_binary_single_frame.dcm'), { geometry: volumes[0] })
    expect(labels?.affine).toEqual(volumes[0].affine)
  })

  test('tiles are refused', async () => {
    await expect(decodeDicomSeg(bytesOf('seg_image_sm_control.dcm'))).rejects.toMatchObject({ code: 'unsupported' })
    await expect(decodeDicomSeg(bytesOf('seg_image_sm_dots_tiled_full.dcm'))).rejects.toMatchObject({
      code: 'unsupported',
    })
  })
})
