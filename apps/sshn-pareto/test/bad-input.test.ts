/** Bad input: one line on standard error that names file or argument and the offending value, and exit code 1. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runApp } from './run-app.ts'
import { SMALL_RUN } from './small-run.ts'

let root: string
let count = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sshn-bad-input-'))
})
afterAll(() => rmSync(root, { recursive: true }))

/** What a run with this configuration says. */
async function refusal(config: object, data?: string): Promise<{ message: string; path: string; out: string }> {
  const out = join(root, `run-${count++}`)
  const path = `${out}.json`
  writeFileSync(path, JSON.stringify({ ...SMALL_RUN, ...config }))
  const given = data === undefined ? [] : ['--data', data]
  const { code, stdout, stderr } = await runApp(['run', '--out', out, '--config', path, ...given])
  expect([code, stdout]).toEqual([1, ''])
  return { message: stderr.trim().split('\n').at(-1) ?? '', path, out }
}

/** A folder in the layout of the white blood cells with the given images (all alike unless said otherwise). */
function cells(images: readonly { width?: number; grey?: boolean; mask?: number }[]): string {
  const folder = join(root, `cells-${count++}`)
  for (const part of ['images', 'masks']) mkdirSync(join(folder, 'dataset1', part), { recursive: true })
  images.forEach(({ width = 16, grey = false, mask = 255 }, index) => {
    const name = String(index + 1).padStart(3, '0')
    const size = { width, height: 16, depth: 8 } as const
    const colour = Uint8Array.from({ length: width * 16 * 3 }, (_, i) => (i * (index + 3)) % 255)
    const plain = colour.filter((_, i) => i % 3 === 0)
    const bytes = grey ? encode({ ...size, channels: 1, data: plain }) : encode({ ...size, channels: 3, data: colour })
    // The layout has BMP images; content decides, not the name.
    writeFileSync(join(folder, 'dataset1', 'images', `${name}.bmp`), bytes)
    const values = Uint8Array.from({ length: width * 16 }, (_, i) => (i % 4 === 0 ? mask : 0))
    writeFileSync(join(folder, 'dataset1', 'masks', `${name}.png`), encode({ ...size, channels: 1, data: values }))
  })
  const rows = images.map((_, index) => `${index + 1},1`)
  writeFileSync(join(folder, 'Class Labels of Dataset 1.csv'), ['image ID,class label', ...rows].join('\n'))
  return folder
}
const wbc = (more: object = {}) => ({ data: { source: 'wbc', sets: [1], size: null, ...more }, onBadCase: 'stop' })
const eight = (odd: object) => [...Array.from({ length: 7 }, () => ({})), odd]

describe.concurrent('a configuration', () => {
  test('with a factor outside (0, 1] is refused', async () => {
    const { message, path } = await refusal({ phi: { grid: [0.5, 1.2] } })
    expect(message).toBe(`sshn-pareto: ${path}: phi.grid.1: expected number to be <=1, got 1.2`)
  })

  test('with a grid that repeats a factor is refused', async () => {
    const { message, path } = await refusal({ phi: { grid: [0.5, 0.25, 0.5] } })
    expect(message).toBe(`sshn-pareto: ${path}: phi.grid: expected each factor once, got [0.5,0.25,0.5]`)
  })

  test('with a factor that leaves nothing below the first level is refused before training', async () => {
    const { message, out } = await refusal({ phi: { ...SMALL_RUN.phi, grid: [0.05, 0.5] } })
    expect(message).toBe(
      `sshn-pareto: ${join(out, 'config.json')}: expected a phi that leaves more than one voxel below the first level of ` +
        '[16, 16], got 0.05',
    )
  })

  test('without the folder that its data need, or with one too many, is refused', async () => {
    expect((await refusal(wbc())).message).toBe(
      'sshn-pareto: --data: expected the folder of the data for data.source wbc, got nothing',
    )
    expect((await refusal({}, '/somewhere')).message).toBe(
      'sshn-pareto: --data: expected none for data.source phantoms, got /somewhere',
    )
  })
})

describe.concurrent('images', () => {
  test('of different sizes are refused, unless they are resized', async () => {
    const { message } = await refusal(wbc(), cells(eight({ width: 20 })))
    expect(message).toBe(
      'sshn-pareto: expected images of one size, 16 x 16 as in set1-001 (set data.size to resize them), got 16 x 20 in set1-008',
    )
  })

  test('that are grey among photographs are refused with the file', async () => {
    const folder = cells(eight({ grey: true }))
    const { message } = await refusal(wbc(), folder)
    expect(message).toBe(
      `sshn-pareto: ${join(folder, 'dataset1', 'images', '008.bmp')}: expected 3 channels (data.channels), got a grey picture`,
    )
  })

  test('whose masks have unknown values are refused with file, value and place', async () => {
    const folder = cells(eight({ mask: 77 }))
    const { message } = await refusal(wbc(), folder)
    expect(message).toContain(join(folder, 'dataset1', 'masks', '008.png'))
    expect(message).toContain('expected mask values 0, 128, 255')
    expect(message).toContain('77 at row 0, column 0')
  })
})

describe('a command after training', () => {
  test('needs a run folder with a finished training', async () => {
    const nowhere = join(root, 'nowhere')
    expect(await runApp(['choose', '--out', nowhere, '--min-dice', '0.9'])).toMatchObject({
      code: 1,
      stderr: `sshn-pareto: ${nowhere}: expected a run folder, found no config.json in it\n`,
    })
  })

  test.each([
    [['sweep', '--out', 'x', '--phis', '0.2,1.5'], '--phis: expected a factor in (0, 1], got 1.5'],
    [['sweep', '--out', 'x', '--phis', '0.2,0.2'], '--phis: expected each factor once, got 0.2 twice in 0.2,0.2'],
    [
      ['choose', '--out', 'x', '--max-multiply-adds', 'lots'],
      '--max-multiply-adds: expected a number such as 250M or 3e8, got lots',
    ],
    [['choose', '--out', 'x'], 'choose: expected --max-multiply-adds, --max-ms or --min-dice, got none of them'],
  ])('%j is refused with the value', async (args, message) => {
    expect(await runApp(args)).toMatchObject({ code: 1, stderr: `sshn-pareto: ${message}\n` })
  })
})
