import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { writeMetaImage, writeNifti, writeNrrd } from '@leanvox/io-medical'
import { createVolume, type Affine } from '@leanvox/volume'

import { run } from '../index.ts'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'leanvox-evaluate-'))))
afterEach(() => rm(folder, { recursive: true }))

const shape = [2, 3, 4] as const
const spacing = [3, 1, 2] as const
/** Labels of the first row; the rest is background. */
async function write(path: string, row: number[], affine?: Affine): Promise<void> {
  const data = new Uint8Array(24)
  data.set(row)
  const volume = affine ? createVolume({ data, shape, affine }) : createVolume({ data, shape, spacing })
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeNifti(join(folder, path), volume)
}

/** A row of pixels, grey or red, green and blue, as a BMP of 24 bits. */
async function writeBmp(path: string, row: readonly (number | readonly number[])[]): Promise<void> {
  const stride = Math.ceil((row.length * 3) / 4) * 4
  const bytes = Buffer.alloc(54 + stride)
  bytes.write('BM')
  const fields = [2, bytes.length, 10, 54, 14, 40, 18, row.length, 22, 1, 34, stride]
  for (let i = 0; i < fields.length; i += 2) bytes.writeUInt32LE(fields[i + 1], fields[i])
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  row.forEach((pixel, i) =>
    bytes.set(typeof pixel === 'number' ? [pixel, pixel, pixel] : pixel.toReversed(), 54 + 3 * i),
  )
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), bytes)
}

async function evaluate(...words: string[]) {
  let out = ''
  let error = ''
  const output = { write: (text: string) => void (out += text), writeError: (text: string) => void (error += text) }
  const code = await run(['evaluate', '--pred', join(folder, 'p'), '--ref', join(folder, 'r'), ...words], output)
  return { code, out, error }
}
const readJson = async (path: string) => JSON.parse(await readFile(join(folder, path), 'utf8')) as Record<string, never>

async function twoCases(): Promise<void> {
  await write('r/a.nii.gz', [1, 1, 2, 2])
  await write('p/a.nii', [1, 1, 2, 0])
  await write('r/b.nii.gz', [1, 1, 0, 0])
  await write('p/b.nii.gz', [0, 0, 0, 0])
}

describe('leanvox evaluate', () => {
  it('prints a table, with misses beside the means, and writes three files', async () => {
    await twoCases()
    const { code, out, error } = await evaluate('--metrics', 'dice,hd95')
    expect([code, error]).toEqual([0, '1/2 a\n2/2 b\n'])
    expect(out).toContain('label 1: 2 cases, missed in 1, invented in 0, absent in 0\n')
    // 0.5 is the mean of 1 and of the 0 that the miss costs; for hd95 it costs √(6² + 3² + 8²) = 10.44 mm.
    expect(out).toMatch(/^ {2}dice +0\.5 +0\.7071 +0\.5 +2 +0$/m)
    expect(out).toMatch(/^ {2}hd95 +5\.22 /m)
    expect(out).toMatch(/^label 2: 2 cases, missed in 0, invented in 0, absent in 1$/m)
    expect(out).toMatch(/^ {2}dice +0\.6667 +– +0\.6667 +1 +1$/m)
    const summary = await readJson('p/summary.json')
    expect(summary['mean']['1']).toMatchObject({ Dice: 0.5, n_ref: 2, TP: 1 })
    expect(summary['mean']['2']).toMatchObject({ Dice: 2 / 3, TN: 23 })
    expect(await readFile(join(folder, 'p/cases.csv'), 'utf8')).toBe(
      [
        'case,label,empty,reference_voxels,prediction_voxels,dice,hd95',
        'a,1,none,2,2,1,0',
        'a,2,none,2,1,0.6666666666666666,1.9',
        `b,1,prediction,2,0,0,${Math.hypot(6, 3, 8)}`,
        'b,2,both,0,0,NaN,NaN',
        '',
      ].join('\n'),
    )
    const evaluation = await readJson('p/evaluation.json')
    expect(evaluation['cases'][1]['labels']['2']['values']).toEqual({ dice: null, hd95: null })
    expect(evaluation['reports']['1']).toMatchObject({ cases: 2, missed: 1 })
  })

  it('says which predictions have no reference when others are missing, and when a folder holds none', async () => {
    await write('r/a.nii.gz', [1])
    for (const name of ['a_0000', 'b', 'c', 'd']) await write(`p/${name}.nii.gz`, [1])
    const { code, error } = await evaluate('--quiet')
    expect(code).toBe(1)
    const names = ['a_0000', 'b', 'c'].map((name) => join(folder, `p/${name}.nii.gz`)).join(', ')
    expect(error).toContain(`leanvox: predictions without a reference of that name: ${names} and 1 more\n`)
    await rm(join(folder, 'p'), { recursive: true })
    await write('p/fold_0/a.nii.gz', [1])
    const wrong = `leanvox: evaluate: expected .nii, .nii.gz, .nrrd, .mha, .png, .bmp or .tif files in ${join(folder, 'p')}, got none\n`
    expect(await evaluate('--quiet')).toMatchObject({ code: 1, error: wrong })
    expect((await evaluate('--quiet', '--missing-as-empty')).code).toBe(0)
  })

  it('scores pictures and volumes of other formats', async () => {
    await writeBmp('r/a.bmp', [255, 255, 255, 0])
    await writeBmp('p/a.bmp', [255, 255, 0, 255])
    const volume = createVolume({ data: Int16Array.of(0, 255, 255, 0), shape: [1, 2, 2], spacing })
    await writeNrrd(join(folder, 'r/b.nrrd'), volume)
    await writeMetaImage(join(folder, 'p/b.mha'), volume)
    const { code, error } = await evaluate('--metrics', 'dice,hd95', '--quiet')
    expect([code, error]).toEqual([0, ''])
    const [, a, b] = (await readFile(join(folder, 'p/cases.csv'), 'utf8')).split('\n')
    expect(a).toMatch(/^a,255,none,3,3,0\.666/)
    expect(b).toBe('b,255,none,2,2,1,0')
    await writeBmp('p/a.bmp', [[1, 2, 3], 0, 0, 0])
    expect((await evaluate('--quiet')).error).toContain('expected grey pixels as labels in')
  })

  it('looks at NIfTI files only where there are any', async () => {
    await twoCases()
    await writeBmp('p/a.bmp', [[255, 0, 0]])
    expect((await evaluate('--metrics', 'dice', '--quiet')).code).toBe(0)
  })

  it('takes labels, policies, definitions and another folder', async () => {
    await twoCases()
    const out = join(folder, 'out')
    const words = ['--labels', '2,5', '--metrics', 'hd95', '--empty', 'hd95=zero', '--out', out, '--quiet']
    const { code, error } = await evaluate(...words, '--boundary', 'surface-element', '--hd95', 'pooled')
    expect([code, error]).toEqual([0, ''])
    expect((await readFile(join(out, 'cases.csv'), 'utf8')).split('\n').slice(2)).toEqual([
      'a,5,both,0,0,0',
      'b,2,both,0,0,0',
      'b,5,both,0,0,0',
      '',
    ])
  })

  it('refuses to score some of the cases only, and says what is wrong with each', async () => {
    await twoCases()
    await write('r/c.nii.gz', [1, 0, 0, 0])
    await write('p/d.nii.gz', [1, 0, 0, 0])
    await write('r/e.nii.gz', [1, 0, 0, 0])
    await write('p/e.nii.gz', [1, 0, 0, 0], [2, 0, 0, 1, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1])
    await writeNifti(join(folder, 'r/f.nii.gz'), createVolume({ data: new Uint8Array(6), shape: [1, 2, 3] }))
    await write('p/f.nii.gz', [1, 0, 0, 0])
    await writeNifti(join(folder, 'r/g.nii.gz'), createVolume({ data: Float32Array.of(0.5, 1), shape: [1, 1, 2] }))
    await write('p/g.nii.gz', [1])
    const { code, error, out } = await evaluate('--quiet')
    expect([code, out]).toEqual([1, ''])
    const lines = error.split('\n')
    expect(lines[0]).toBe('leanvox: c: expected a prediction, got none')
    expect(lines[1]).toMatch(
      /^leanvox: e: expected the reference's affine, got one that puts a corner 1\.00 mm away \(/,
    )
    expect(lines[2]).toMatch(/^leanvox: f: expected the reference's shape \[1, 2, 3\], got \[2, 3, 4\] \(/)
    expect(lines[3]).toMatch(/^leanvox: evaluate: expected labels, whole numbers >= 0, got 0\.5 in .*g\.nii\.gz$/)
    expect(lines[4]).toBe(`leanvox: predictions without a reference of that name: ${join(folder, 'p/d.nii.gz')}`)
    expect(lines[5]).toBe('leanvox: 4 of 6 cases cannot be scored; nothing written')
    await expect(readFile(join(folder, 'p/summary.json'))).rejects.toThrow('ENOENT')
  })

  it('scores a missing prediction as a miss, and other places, on request', async () => {
    await write('r/a.nii.gz', [1, 1, 0, 0])
    await write('r/b.nii.gz', [1, 0, 0, 0])
    await write('p/b.nii.gz', [1, 0, 0, 0], [2, 0, 0, 1, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1])
    await write('p/x.nii.gz', [1, 0, 0, 0])
    const { code, out } = await evaluate('--missing-as-empty', '--ignore-affine', '--metrics', 'dice')
    expect(code).toBe(0)
    expect(out).toContain('missed in 1')
    expect(out).toMatch(/^ {2}dice +0\.5 /m)
    expect(out).toContain(`Not scored, for want of a reference: ${join(folder, 'p/x.nii.gz')}`)
  })

  it('ends with 1 for folders that are none, and 2 for words that are none', async () => {
    await write('p/a.nii.gz', [1])
    const missing = await evaluate()
    expect(missing.code).toBe(1)
    expect(missing.error).toBe(
      `leanvox: evaluate: expected a folder that can be read, got ${join(folder, 'r')} (ENOENT)\n`,
    )
    await write('r/a.nii.gz', [1])
    await writeFile(join(folder, 'r/a.nii'), '')
    expect((await evaluate()).error).toBe(
      `leanvox: evaluate: expected one file for a, got two in ${join(folder, 'r')}\n`,
    )
    expect((await evaluate('--metrics', 'dice,f2')).error).toContain('No metric is called f2.')
    for (const words of [
      ['--metrics', 'f2'],
      ['--labels', '1,x'],
      ['--tolerance-mm', '-1'],
      ['--empty', 'dice=half'],
      ['--empty', 'f2=nan'],
    ])
      expect((await evaluate(...words)).code, words.join(' ')).toBe(2)
  })
})
