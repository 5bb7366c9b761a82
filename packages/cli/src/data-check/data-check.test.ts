import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeDataset, type DataCheck } from '@leanvox/io-medical'
import { createVolume } from '@leanvox/volume'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../index.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'data-check-'))
  const shape = [3, 4, 5] as const
  const image = createVolume({
    data: Int16Array.from({ length: 60 }, (_, i) => (i * 37) % 101),
    shape,
    spacing: [3, 1, 1],
  })
  const other = { ...image, data: Int16Array.from(image.data, (value) => 100 - value) }
  const label = createVolume({
    data: Uint8Array.from({ length: 60 }, (_, i) => Number(i > 24 && i < 33)),
    shape,
    spacing: [3, 1, 1],
  })
  const empty = { ...label, data: new Uint8Array(60) }
  const labels = { background: 0, organ: 1 }
  const good = { id: 'good', image, label }
  const set = (name: string, cases: (typeof good)[]) =>
    writeDataset(join(root, name), { name, channelNames: ['CT'], labels, cases })
  await set('Fine', [good])
  await set('Odd', [good, { ...good, id: 'twin' }, { id: 'bare', image: other, label: empty }])
  for (const [id, colour] of [
    ['ISIC_0000001', 40],
    ['ISIC_0000002', 80],
  ] as const) {
    await bitmap(
      join(root, 'skin/images', `${id}.bmp`),
      Array.from({ length: 16 }, () => [colour, 9, 200]),
    )
    await bitmap(
      join(root, 'skin/masks', `${id}.bmp`),
      Array.from({ length: 16 }, (_, i) => Array(3).fill(i > 5 ? 255 : 0)),
    )
  }
})
afterAll(() => rm(root, { recursive: true }))

/** A 24-bit BMP of 4 x 4 pixels, rows from the bottom up, blue first. */
async function bitmap(path: string, pixels: readonly (readonly number[])[]): Promise<void> {
  const bytes = Buffer.alloc(54 + 48)
  bytes.write('BM')
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, 4],
    [22, 4],
    [34, 48],
  ])
    bytes.writeUInt32LE(value, at)
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  pixels.forEach(([red, green, blue], i) => bytes.set([blue, green, red], 54 + 3 * i))
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, bytes)
}

async function check(...words: string[]) {
  const said = { out: '', err: '' }
  const code = await run(['data', 'check', ...words], {
    write: (text) => void (said.out += text),
    writeError: (text) => void (said.err += text),
  })
  return { code, ...said }
}

describe('leanvox data check', () => {
  it('prints what is in a good set and exits with 0', async () => {
    expect(await check(join(root, 'Fine'))).toEqual({
      code: 0,
      err: '',
      out: `Fine (msd): 1 case, 1 image, 1 mask

Parts
  part      cases  patients or lesions
  training  1      –

Geometry (depth × height × width; smallest – median – largest)
  of            files  shapes  voxels     spacing in mm
  images: CT    1      1       3 × 4 × 5  3 × 1 × 1
  masks: label  1      1       3 × 4 × 5  3 × 1 × 1

Labels (smallest – median – largest where present)
  mask   label  name   in masks  voxels  components
  label  1      organ  1 of 1    8       1

Intensities (smallest – median – largest over the images)
  image  minimum  maximum  mean
  CT     0        100      49.52

Storage (files)
  of      property     values
  images  format       NIfTI-1 1
  images  voxel type   int16 1
  images  affine from  sform 1
  images  orientation  RAS 1
  masks   format       NIfTI-1 1
  masks   voxel type   uint8 1
  masks   affine from  sform 1
  masks   orientation  RAS 1

Findings
  nothing odd was found
`,
    })
  })

  it('names problems first, and exits with 1', async () => {
    const { code, out } = await check(join(root, 'Odd'))
    expect(code).toBe(1)
    expect(out.slice(out.indexOf('Findings'))).toBe(`Findings
  problem duplicate-image 2 images of equal content in 1 group [good, twin]
  odd     empty-mask      1 of 3 masks empty (label) [bare]
  odd     duplicate-mask  2 masks of equal content in 1 group, of different cases [good, twin]
`)
  })

  it('writes the same as JSON', async () => {
    const { out } = await check(join(root, 'Odd'), '--json')
    const { findings, cases } = JSON.parse(out) as DataCheck
    expect([cases, findings.map(({ code }) => code)]).toEqual([3, ['duplicate-image', 'empty-mask', 'duplicate-mask']])
  })

  it('writes a page with findings, tables and a slice of every case', async () => {
    const page = join(root, 'odd.html')
    const { err } = await check(join(root, 'Odd'), '--page', page)
    expect(err).toBe(`page: ${page}\n`)
    const html = await readFile(page, 'utf8')
    expect(html).toContain('2 images of equal content in 1 group')
    expect(html.match(/src="data:image\/png;base64,/g)).toHaveLength(3)
    expect(html).toContain('Slice of good with outline of reference, duplicate-image, duplicate-mask')
  })

  it('shows colour pictures beside their outlined masks, as many as asked for', async () => {
    const page = join(root, 'skin.html')
    await check(join(root, 'skin'), '--page', page, '--pictures', '1')
    const html = await readFile(page, 'utf8')
    expect(html.match(/src="data:image\/png;base64,/g)).toHaveLength(1)
    expect(html).toContain('image, reference')
  })

  it.each([
    [['nowhere'], 1, 'leanvox: readDataFolder: expected a folder in nowhere, got no such folder\n'],
    [
      ['.', '--pictures', 'some'],
      1,
      'leanvox: data check: expected --pictures to be a whole number of at least 0, got NaN\n',
    ],
  ])('refuses %j in one line', async (words, code, message) => {
    expect(await check(...words)).toEqual({ code, out: '', err: message })
  })

  it('knows its layouts', async () => {
    const { code, err } = await check('.', '--layout', 'dicomdir')
    expect(code).toBe(2)
    expect(err).toContain('Allowed choices are msd, nnunet, camus, oasis, prostatex')
    expect((await check('--help')).out).toContain('camus: CAMUS (Leclerc et al. 2019)\n    database_nifti/patient0001')
  })
})
