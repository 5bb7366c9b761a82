import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createVolume, type Shape3, type Volume } from '@leanvox/volume'
import { beforeEach, describe, expect, test } from 'vitest'
import type { LoadedCase } from './case.ts'
import type { Dataset } from './dataset.ts'
import { cachedCase, prepareCases, type PrepareAllOptions } from './prepare-cases.ts'
import { preprocessCase, type PreprocessSettings } from './preprocess-case.ts'
import { readDataset } from './read-dataset.ts'
import { writeDataset } from './write-dataset.ts'
import { writeNifti } from './write-nifti.ts'

const plain: PreprocessSettings = { spacing: null, intensity: { kind: 'none' }, cropForeground: false }

function loaded(images: Volume[], label?: Volume<Uint8Array>): LoadedCase {
  return { id: 'c', images, labelValues: [], ...(label ? { label } : {}) }
}

function ramp(shape: Shape3, spacing: Shape3 = [1, 1, 1]): Volume<Float32Array> {
  const data = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => i)
  return createVolume({ data, shape, spacing })
}

describe('preprocessCase', () => {
  test('turns image and label to RAS+ together', () => {
    // x runs to the patient's left: voxel 0 is the rightmost.
    const affine = [-1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    const image = createVolume({ data: Int16Array.of(1, 2, 3), shape: [1, 1, 3], affine })
    const label = createVolume({ data: Uint8Array.of(1, 0, 0), shape: [1, 1, 3], affine })
    const prepared = preprocessCase(loaded([image], label), plain)
    expect(prepared.image).toEqual(Float32Array.of(3, 2, 1))
    expect(prepared.label).toEqual(Uint8Array.of(0, 0, 1))
    expect(prepared.affine.slice(0, 4)).toEqual([1, 0, 0, 0])
  })

  test('resamples images linearly and the label to the nearest voxel', () => {
    const image = ramp([1, 1, 4], [1, 1, 2])
    const label = createVolume({ data: Uint8Array.of(0, 0, 3, 3), shape: [1, 1, 4], spacing: [1, 1, 2] })
    const prepared = preprocessCase(loaded([image], label), { ...plain, spacing: [1, 1, 1] })
    expect(prepared.shape).toEqual([1, 1, 8])
    expect(prepared.spacing).toEqual([1, 1, 1])
    // Voxel o lies at (o + 0.5) / 2 - 0.5 of the input, clamped to its outermost centres.
    expect([...prepared.image]).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])
    expect([...prepared.label]).toEqual([0, 0, 0, 0, 3, 3, 3, 3])
  })

  test('turns a label as its image where rounding alone would turn it otherwise', () => {
    const turnedBy = (degrees: number) => {
      const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
      return [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    }
    const shape: Shape3 = [1, 2, 3]
    const values = [1, 2, 3, 4, 5, 6]
    const image = createVolume({ data: Float32Array.from(values), shape, affine: turnedBy(44.999) })
    const label = createVolume({ data: Uint8Array.from(values), shape, affine: turnedBy(45.001) })
    const prepared = preprocessCase(loaded([image], label), plain)
    expect([...prepared.label]).toEqual([...prepared.image])
  })

  test('keeps channels as planes, one after the other', () => {
    const [first, second] = [ramp([1, 2, 2]), { ...ramp([1, 2, 2]), data: Float32Array.of(9, 8, 7, 6) }]
    const prepared = preprocessCase(loaded([first, second]), plain)
    expect([...prepared.image]).toEqual([0, 1, 2, 3, 9, 8, 7, 6])
    expect(prepared).toMatchObject({ channels: 2, hasLabel: false, label: new Uint8Array(4) })
  })

  test('windows or standardises each channel', () => {
    const image = ramp([1, 1, 4])
    const window = preprocessCase(loaded([image]), { ...plain, intensity: { kind: 'window', low: 1, high: 3 } })
    expect([...window.image]).toEqual([0, 0, 0.5, 1])
    const score = preprocessCase(loaded([image]), { ...plain, intensity: { kind: 'z-score' } })
    const deviation = Math.sqrt(5 / 4) // of 0, 1, 2, 3
    expect([...score.image].map((value) => value * deviation)).toEqual(
      [-1.5, -0.5, 0.5, 1.5].map((v) => expect.closeTo(v, 5)),
    )
  })

  test('crops to the foreground of any channel and every labelled voxel', () => {
    const at = (...voxels: number[]) => Float32Array.from({ length: 8 }, (_, i) => (voxels.includes(i) ? 100 : -1000))
    const [first, second] = [at(2), at(3)].map((data) => createVolume({ data, shape: [1, 1, 8] }))
    const label = createVolume({ data: Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0), shape: [1, 1, 8] })
    const prepared = preprocessCase(loaded([first, second], label), { ...plain, cropForeground: true })
    expect(prepared.shape).toEqual([1, 1, 4])
    expect([...prepared.label]).toEqual([0, 0, 0, 1])
    expect(prepared.affine[3]).toBe(2)
    const wider = { ...plain, cropForeground: { threshold: 0, margin: 1 } }
    expect(preprocessCase(loaded([first, second]), wider).shape).toEqual([1, 1, 4])
  })

  test('keeps everything where there is no foreground', () => {
    const image = createVolume({ data: new Int16Array(6), shape: [1, 2, 3] })
    expect(preprocessCase(loaded([image]), { ...plain, cropForeground: true }).shape).toEqual([1, 2, 3])
  })

  test('leaves the loaded case as it is', () => {
    const image = ramp([1, 1, 3])
    preprocessCase(loaded([image]), plain).image.fill(7)
    expect([...image.data]).toEqual([0, 1, 2])
  })
})

let dataset: Dataset
let options: PrepareAllOptions & { cacheFolder: string }
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'io-medical-'))
  const cases = ['a', 'b'].map((id, i) => {
    const label = createVolume({ data: Uint8Array.of(0, 1, 0, 0, 0, 0), shape: [1, 2, 3] })
    return { id, image: { ...ramp([1, 2, 3]), data: Int16Array.of(i, 1, 2, 3, 4, 5) }, label }
  })
  await writeDataset(folder, { name: 'd', channelNames: ['CT'], labels: { background: 0, liver: 1 }, cases })
  dataset = await readDataset(folder)
  options = { settings: plain, cacheFolder: join(folder, 'cache') }
})

async function sources(change: Partial<PrepareAllOptions> = {}): Promise<string[]> {
  const seen: string[] = []
  await prepareCases(dataset, { ...options, ...change, onProgress: ({ source }) => seen.push(source) })
  return seen
}

const entries = async () => (await readdir(options.cacheFolder)).sort()

describe('prepareCases', () => {
  test('gives the same cases from the files and from the cache', async () => {
    const first = await prepareCases(dataset, options)
    expect(first.cases[1].image).toEqual(Float32Array.of(1, 1, 2, 3, 4, 5))
    const second = await prepareCases(dataset, options)
    expect(second).toEqual(first)
    expect(await sources()).toEqual(['cache', 'cache'])
  })

  test('prepares again when the settings change', async () => {
    await sources()
    expect(await sources({ settings: { ...plain, intensity: { kind: 'z-score' } } })).toEqual(['files', 'files'])
    expect(await sources()).toEqual(['cache', 'cache'])
  })

  test('knows equal settings by their values, not by the order they are written in', async () => {
    await sources()
    const { spacing, intensity, cropForeground } = plain
    expect(await sources({ settings: { cropForeground, intensity, spacing } })).toEqual(['cache', 'cache'])
  })

  test('prepares a case again when one of its files or the declared labels change', async () => {
    await sources()
    const other = createVolume({ data: Uint8Array.of(1, 1, 0, 0, 0, 0), shape: [1, 2, 3] })
    await writeNifti(dataset.cases[0].label ?? '', other)
    expect(await sources()).toEqual(['files', 'cache'])
    dataset = { ...dataset, labels: { ...dataset.labels, tumour: 2 } }
    expect(await sources()).toEqual(['files', 'files'])
  })

  test('never reads a damaged or half-written entry', async () => {
    const whole = await prepareCases(dataset, options)
    const [name] = await entries()
    const path = join(options.cacheFolder, name)
    const bytes = await readFile(path)
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Uint8Array.from(bytes)
      damaged[at] ^= 1
      for (const content of [damaged, bytes.subarray(0, at)]) {
        await writeFile(path, content)
        expect((await prepareCases(dataset, options)).cases[0]).toEqual(whole.cases[0])
        expect(await readFile(path)).toEqual(bytes)
      }
    }
  })

  test('never takes an entry under the name of another', async () => {
    await sources()
    const [first, second] = await entries()
    await writeFile(join(options.cacheFolder, first), await readFile(join(options.cacheFolder, second)))
    expect(await sources()).toEqual(['files', 'cache'])
  })

  test('may run in two processes at once', async () => {
    const script = `
      import { prepareCases, readDataset } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      const { cases } = await prepareCases(await readDataset(${JSON.stringify(dataset.folder)}), ${JSON.stringify(options)})
      process.stdout.write(JSON.stringify(cases.map(({ id, image }) => [id, ...image])))`
    const node = ['--conditions=@leanvox/source', '--input-type=module', '-e', script]
    const runs = await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, node)))
    const cases = [0, 1].map((i) => ['ab'[i], i, 1, 2, 3, 4, 5])
    expect(runs.map(({ stdout }) => JSON.parse(stdout) as unknown)).toEqual([cases, cases])
    expect(await sources()).toEqual(['cache', 'cache'])
    expect(await entries()).toHaveLength(2)
  })

  test('may run twice at once in one process', async () => {
    const [one, two] = await Promise.all([prepareCases(dataset, options), prepareCases(dataset, options)])
    expect(one).toEqual(two)
    expect(await entries()).toHaveLength(2)
  })

  test('stops at a bad case, or leaves it out when told to', async () => {
    await rm(dataset.cases[0].images[0])
    const message = `loadCase: expected a readable file in ${dataset.cases[0].images[0]}, got no such file`
    await expect(prepareCases(dataset, options)).rejects.toThrow(message)
    const { cases, bad } = await prepareCases(dataset, { ...options, onBadCase: 'skip' })
    expect(cases.map(({ id }) => id)).toEqual(['b'])
    expect(bad.map(({ caseId, code }) => [caseId, code])).toEqual([['a', 'not-found']])
    expect(await sources({ onBadCase: 'skip' })).toEqual(['bad', 'cache'])
  })

  test('stops when it is aborted', async () => {
    await expect(sources({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })

  test('does not hide that the cache cannot be written', async () => {
    await writeFile(options.cacheFolder, 'a file, not a folder')
    await expect(prepareCases(dataset, { ...options, onBadCase: 'skip' })).rejects.toThrow('EEXIST')
  })
})

describe('cachedCase', () => {
  test('gives one case as prepareCases does', async () => {
    const { cases } = await prepareCases(dataset, options)
    expect(await cachedCase(dataset.cases[1], dataset, options)).toEqual(cases[1])
  })
})
