/** Every kind of bad input: a refusal that names the file and what was expected, or a counted, printed warning. */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRng } from '@leanvox/random'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectCases, type StoredCases } from '../src/cases.ts'
import { parseConfig } from '../src/config.ts'
import { encodePng } from '../src/encode-png.ts'
import { writePhantomData } from '../src/phantom-data.ts'
import { openRun, runPaths } from '../src/run-folder.ts'
import { runApp } from './run-app.ts'

const COUNT = 60
const SIDE = 32

let root: string
let whole: string
let copies = 0
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'htl-bad-input-'))
  whole = await writePhantomData(join(root, 'data'), { seed: 2, count: COUNT, side: SIDE })
}, 120_000)
afterAll(() => rmSync(root, { recursive: true }))

/** A copy of the good folder, to be damaged. */
function copyOfData(): string {
  const folder = join(root, `copy-${copies++}`)
  cpSync(whole, folder, { recursive: true })
  return folder
}

const idOf = (index: number) => `PHANTOM_${String(index).padStart(4, '0')}`
const imageOf = (data: string, index: number) => join(data, 'images', `${idOf(index)}.png`)
const maskOf = (data: string, index: number) => join(data, 'masks', `${idOf(index)}_segmentation.png`)

/** Reads the folder as every command does before it trains; what was printed beside. */
async function collect(data: string, config: object = {}): Promise<{ cases: StoredCases; notes: string[] }> {
  const notes: string[] = []
  const paths = runPaths(join(root, `run-${copies++}`))
  const settings = parseConfig({ data: { size: [SIDE, SIDE] }, ...config }, 'config')
  await openRun(paths, { data, external: null, settings })
  const progress = { begin() {}, advance() {}, note: (message: string) => void notes.push(message), end() {} }
  const signal = new AbortController().signal
  const cases = await collectCases(paths, { data, external: null, config: settings }, { progress, signal })
  return { cases, notes }
}

function editTable(data: string, edit: (lines: string[]) => string[]): void {
  const path = join(data, 'metadata.csv')
  writeFileSync(path, `${edit(readFileSync(path, 'utf8').trim().split('\n')).join('\n')}\n`)
}

const stop = { data: { size: [SIDE, SIDE], onBadImage: 'stop' } }
const pixels = (count: number) => {
  const rng = createRng(1)
  return Uint8Array.from({ length: count }, () => rng.integer(256))
}

describe('the good folder', () => {
  test('is taken whole, without a warning', async () => {
    const { cases, notes } = await collect(whole)
    expect(cases.subjects).toHaveLength(COUNT)
    expect(Object.values(cases.split).flat().sort()).toEqual(cases.subjects.map(({ id }) => id).sort())
    expect(notes).toEqual([`reading ${COUNT} images of data`])
  })
})

describe('going on with a counted warning', () => {
  test('an image without a mask is left out', async () => {
    const data = copyOfData()
    rmSync(maskOf(data, 3))
    const { cases, notes } = await collect(data)
    expect(cases.subjects.map(({ id }) => id)).not.toContain(idOf(3))
    expect(notes).toContain('note: 1 image without a mask left out: nothing could score them')
  })

  test('a mask without an image is left out', async () => {
    const data = copyOfData()
    copyFileSync(maskOf(data, 0), join(data, 'masks', 'NOBODY_segmentation.png'))
    const { cases, notes } = await collect(data)
    expect(cases.subjects).toHaveLength(COUNT)
    expect(notes.join('\n')).toMatch(/note: 1 mask without an image/)
  })

  test('an image with alpha is read without it', async () => {
    const data = copyOfData()
    const rgba = pixels(SIDE * SIDE * 4).map((value, i) => (i % 4 === 3 ? 255 : value))
    writeFileSync(imageOf(data, 2), encodePng(rgba, { width: SIDE, height: SIDE, channels: 4 }))
    const { cases, notes } = await collect(data)
    expect(cases.subjects).toHaveLength(COUNT)
    expect(notes).toContain('note: 1 image with an opaque alpha channel (left out)')
  })

  test('an image of 16 bits is scaled by its own range', async () => {
    const data = copyOfData()
    const deep = Uint16Array.from(pixels(SIDE * SIDE * 3), (value) => value * 257)
    writeFileSync(imageOf(data, 2), encodePng(deep, { width: SIDE, height: SIDE, channels: 3 }))
    expect((await collect(data)).notes).toContain('note: 1 image of 16 bits (scaled by 65535)')
  })

  test('a row of the table without an image is told', async () => {
    const data = copyOfData()
    editTable(data, (lines) => [...lines, 'GHOST,50,male,back,nevus,LESION_9999'])
    expect((await collect(data)).notes.join('\n')).toMatch(/note: 1 row of metadata\.csv without an image/)
  })

  test('a fact without a column is missing for every image', async () => {
    const data = copyOfData()
    editTable(data, (lines) =>
      lines.map((line) =>
        line
          .split(',')
          .filter((_, i) => i !== 2)
          .join(','),
      ),
    )
    const { cases, notes } = await collect(data)
    expect(cases.subjects.every(({ sex }) => sex === null)).toBe(true)
    expect(notes).toContain('note: metadata.csv has no column for sex (unknown for every image)')
  })

  test('a class with one member is on one side', async () => {
    const data = copyOfData()
    editTable(data, (lines) =>
      lines.map((line, i) => (i === 1 ? line.replace(/,[^,]*,(LESION_0)$/, ',rarity,$1') : line)),
    )
    expect((await collect(data)).notes).toContain('note: split: "rarity" has 1 group and is in train only')
  })

  test('images that cannot be used are set aside', async () => {
    const data = copyOfData()
    writeFileSync(maskOf(data, 1), encodePng(new Uint8Array(16 * 16), { width: 16, height: 16, channels: 1 }))
    const { cases, notes } = await collect(data)
    expect(cases.subjects).toHaveLength(COUNT - 1)
    expect(cases.setAside).toHaveLength(1)
    expect(notes).toContain(`set aside: ${cases.setAside[0]}`)
    expect(notes).toContain('note: 1 image could not be used (left out)')
  })
})

describe('a refusal', () => {
  test('of sizes that differ names both', async () => {
    const data = copyOfData()
    writeFileSync(maskOf(data, 1), encodePng(new Uint8Array(16 * 16), { width: 16, height: 16, channels: 1 }))
    await expect(collect(data, stop)).rejects.toThrow(
      new RegExp(`expected ${SIDE} x ${SIDE} pixels, like ${imageOf(data, 1)}.*got 16 x 16 pixels`),
    )
  })

  test('of a picture that is cut off names it', async () => {
    const data = copyOfData()
    writeFileSync(imageOf(data, 4), readFileSync(imageOf(data, 4)).subarray(0, 200))
    await expect(collect(data, stop)).rejects.toThrow(/expected a whole PNG picture.*PHANTOM_0004\.png/)
  })

  test('of a corrupt JPEG names it', async () => {
    const data = copyOfData()
    rmSync(imageOf(data, 4))
    const path = join(data, 'images', `${idOf(4)}.jpg`)
    writeFileSync(path, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 3]))
    await expect(collect(data, stop)).rejects.toThrow(/expected a whole JPEG picture.*PHANTOM_0004\.jpg/)
  })

  test('of an id that comes twice in the table names it', async () => {
    const data = copyOfData()
    editTable(data, (lines) => [...lines, lines[5]])
    await expect(collect(data)).rejects.toThrow(/"?PHANTOM_0004"?/)
  })

  test('of a configured column that is absent names the columns there are', async () => {
    await expect(collect(whole, { data: { columns: { site: 'where' } } })).rejects.toThrow(
      /^data\.columns\.site: expected a column of the metadata table in .*, got "where" \(it has image_id, age, sex/,
    )
  })

  test('of a folder with too few lesions to split', async () => {
    const data = copyOfData()
    editTable(data, (lines) => lines.map((line, i) => (i === 0 ? line : line.replace(/LESION_\d+$/, 'LESION_1'))))
    await expect(collect(data)).rejects.toThrow(
      `${data}: expected enough images for at least 2 training, 1 validation and 1 test images, got ${COUNT} usable with a mask`,
    )
  })
})

describe('the command line', () => {
  const errors = (stderr: string) => stderr.split('\n').filter((line) => line !== '' && !line.startsWith('reading '))

  test.each([
    [0, 'expected a sparsity above 0 (nothing would be pruned), got 0'],
    [1, 'expected a sparsity below 1 (no weight would be left), got 1'],
  ])('refuses sparsity %d with file and key, and makes nothing', async (sparsity, message) => {
    const config = join(root, `sparsity-${sparsity}.json`)
    writeFileSync(config, JSON.stringify({ supervised: { htl: { sparsities: [sparsity] } } }))
    const ended = await runApp(['compare', '--data', whole, '--out', join(root, 'none'), '--config', config])
    expect([ended.code, ended.stdout]).toEqual([1, ''])
    expect(errors(ended.stderr)).toEqual([`htl-localization: ${config}: supervised.htl.sparsities.0: ${message}`])
  })

  test('refuses a folder that is none in one line', async () => {
    const data = join(root, 'nowhere')
    const ended = await runApp(['find', '--data', data, '--out', join(root, 'nowhere-run')])
    expect(ended.code).toBe(1)
    expect(errors(ended.stderr)).toHaveLength(1)
    expect(ended.stderr).toContain(data)
  })

  test('refuses a report of a folder that is no run', async () => {
    const ended = await runApp(['report', '--out', root])
    expect(errors(ended.stderr)).toEqual([
      `htl-localization: ${root}: expected a run folder, found no config.json in it`,
    ])
  })

  test('refuses a setting that there is not, with the choices', async () => {
    const ended = await runApp(['train', '--data', whole, '--out', root, '--setting', 'unsupervised'])
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain("argument 'unsupervised' is invalid. Allowed choices are supervised")
  })
})
