import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isMedicalImageError } from '../errors.ts'
import { listDicomSeries, readDicomSeries, type DicomSeries } from './index.ts'

interface Facts {
  readonly shape: readonly number[]
  readonly affine: readonly number[]
  readonly voxels: string
}

const root = fileURLToPath(new URL('../../fixtures/dicom/', import.meta.url))
const { series } = JSON.parse(readFileSync(new URL('../../fixtures/dicom.json', import.meta.url), 'utf8')) as {
  series: Record<string, Facts>
}
const uidOf = (folder: string) => `1.2.826.0.1.3680043.8.498.3.${folder}`

function expectFacts({ volume }: DicomSeries, { shape, affine, voxels }: Facts): void {
  expect(volume.shape).toEqual(shape)
  affine.forEach((value, i) => expect(volume.affine[i]).toBeCloseTo(value, 6))
  expect(
    createHash('sha256')
      .update(new Uint8Array(Float64Array.from(volume.data).buffer))
      .digest('hex'),
  ).toBe(voxels)
}

function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'series-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  cpSync(join(root, folder), copy, { recursive: true })
  return copy
}

describe('readDicomSeries', () => {
  test('sorts an oblique series by position, whatever folders and names say', async () => {
    const read = await readDicomSeries(join(root, 'oblique'))
    expectFacts(read, series['oblique'])
    expect(read.files.map((file) => basename(file))).toEqual(['c', 'a.dcm', 'b', 'z', 'a'])
    expect(read.warnings).toEqual([`1 files passed over: ${join(root, 'oblique', 'notes.txt')} is 13 bytes`])
  })

  test('does not depend on the order of a list of files', async () => {
    const { files } = await readDicomSeries(join(root, 'oblique'))
    const mixed = [3, 0, 4, 2, 1].map((i) => files[i])
    expectFacts(await readDicomSeries(mixed), series['oblique'])
  })

  test('rescales each slice by its own slope and intercept', async () => {
    expectFacts(await readDicomSeries(join(root, 'slopes')), series['slopes'])
  })

  test('finds a missing slice, and lets it through with the mean spacing when told to', async () => {
    const folder = join(root, 'gap')
    await expect(readDicomSeries(folder)).rejects.toMatchObject({
      code: 'bad-geometry',
      expected: 'slices 2.5 mm apart',
    })
    const { volume, warnings } = await readDicomSeries(folder, { allow: ['uneven-spacing'] })
    expect(volume.spacing[0]).toBeCloseTo(12.5 / 4, 6)
    expect(warnings[0]).toMatch(/^expected slices 2.5 mm apart, got 5 mm between .*4\.dcm and .*1\.dcm$/)
  })

  test('refuses a tilted gantry, or keeps the shear exactly when told to', async () => {
    const folder = join(root, 'tilt')
    await expect(readDicomSeries(folder)).rejects.toMatchObject({
      code: 'bad-geometry',
      found: 'a tilt of 11.31 degrees',
    })
    const read = await readDicomSeries(folder, { allow: ['gantry-tilt'] })
    expectFacts(read, series['tilt'])
    expect(read.warnings).toEqual(['expected slices stacked along their normal, got a tilt of 11.31 degrees'])
  })

  test('finds two slices at one place, and keeps the first when told to', async () => {
    const folder = join(root, 'twice')
    await expect(readDicomSeries(folder)).rejects.toMatchObject({
      code: 'bad-geometry',
      expected: 'one slice per place',
    })
    expect((await readDicomSeries(folder, { allow: ['duplicate-slices'] })).volume.shape).toEqual([4, 8, 6])
  })

  test('drops copies of a file with a warning', async () => {
    const folder = copyOf('oblique')
    cpSync(join(folder, 'z'), join(folder, 'copy'))
    const read = await readDicomSeries(folder)
    expectFacts(read, series['oblique'])
    expect(read.warnings[0]).toMatch(/is a copy of/)
  })

  test('splits echoes, lists them, and reads the one that is asked for', async () => {
    const folder = join(root, 'echoes')
    const { series: found } = await listDicomSeries(folder)
    expect(found.map(({ id, stack, shape }) => ({ id, stack, shape }))).toEqual([
      { id: `${uidOf('echoes')}#1`, stack: 'echo time 12', shape: [2, 8, 6] },
      { id: `${uidOf('echoes')}#2`, stack: 'echo time 80', shape: [2, 8, 6] },
    ])
    await expect(readDicomSeries(folder)).rejects.toMatchObject({ code: 'several-series' })
    expectFacts(await readDicomSeries(folder, { series: `${uidOf('echoes')}#2` }), series['echoes#2'])
  })

  test('finds one series among all', async () => {
    const { series: found, skipped } = await listDicomSeries(root)
    expect(found.filter(({ seriesInstanceUid }) => seriesInstanceUid === uidOf('slopes'))).toMatchObject([
      { shape: [5, 8, 6] },
    ])
    expect(skipped.map(({ file }) => basename(file))).toEqual(['notes.txt'])
    expectFacts(await readDicomSeries(root, { series: uidOf('slopes') }), series['slopes'])
  })

  test('reports a damaged slice instead of leaving a hole', async () => {
    const folder = copyOf('slopes')
    truncateSync(join(folder, '2.dcm'), 700)
    const error: unknown = await readDicomSeries(folder).catch((thrown: unknown) => thrown)
    expect(isMedicalImageError(error, 'bad-dicom')).toBe(true)
    expect(String(error)).toContain('2.dcm')
  })

  test('says what is not there', async () => {
    await expect(readDicomSeries(join(root, 'nothing'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(readDicomSeries([])).rejects.toMatchObject({ code: 'not-dicom', found: 'none, and 0 other files' })
    await expect(readDicomSeries(join(root, 'slopes'), { series: '1.2.3' })).rejects.toMatchObject({
      code: 'not-dicom',
    })
  })
})
