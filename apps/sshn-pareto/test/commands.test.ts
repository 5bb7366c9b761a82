/** The whole app once: run, then everything that can be done with its folder. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readImage2d } from '@leanvox/io-medical'
import { parseConfig } from '../src/config.ts'
import type { RunResults } from '../src/results.ts'
import type { Ended } from '@leanvox/app-shell/testing'
import { runApp } from './run-app.ts'
import { SMALL_RUN } from './small-run.ts'

let root: string
let ran: Ended
const at = (name: string) => join(root, name)
const args = () => ['run', '--out', at('run'), '--config', at('config.json')]

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'sshn-pareto-'))
  writeFileSync(at('config.json'), JSON.stringify(SMALL_RUN))
  // Stopped at the first finished training, then gone on with.
  const stopped = await runApp(args(), { stopAt: 'trainings: 1/5' })
  expect([stopped.code, stopped.stderr.split('\n').at(-2)]).toEqual([
    130,
    'sshn-pareto: interrupted; start the same command again to go on',
  ])
  ran = await runApp(args())
}, 300_000)
afterAll(() => rmSync(root, { recursive: true }))

describe('run', () => {
  test('goes on after an interruption and ends with the table and the page', () => {
    expect(ran.code).toBe(0)
    // The stopped start had one training done, perhaps a second one on the way.
    expect(ran.stderr).toMatch(/^trainings: [12]\/5\n/)
    expect(ran.stdout.split('\n')[0]).toBe(
      '| φ | multiply-adds | sshn | stochastic | film | fixed | capacity-matched |',
    )
    expect(ran.stdout).toContain(`report: ${at('run/report.html')}`)
  })

  test('leaves a row for every trained network and factor, costs that are the primary network’s, and the curve', () => {
    const { rows, costs, finished } = JSON.parse(readFileSync(at('run/results.json'), 'utf8')) as RunResults
    expect(finished).toBe(5)
    expect(rows.map(({ method, phi }) => `${method} ${phi}`)).toEqual([
      ...['sshn', 'stochastic', 'film'].flatMap((method) => [0.25, 0.5, 0.75].map((phi) => `${method} ${phi}`)),
      'fixed 0.5',
      'capacity-matched 0.5',
    ])
    expect(new Set(rows.filter(({ phi }) => phi === 0.5).map(({ multiplyAdds }) => multiplyAdds)).size).toBe(1)
    expect(rows.every(({ dice, trainSeconds }) => dice !== null && dice >= 0 && dice <= 1 && trainSeconds > 0)).toBe(
      true,
    )
    const weights = (name: string) => costs.find(({ method }) => method === name)?.parameters
    expect(weights('capacity-matched')).toBe(weights('sshn'))
    expect(weights('stochastic')).toBe(weights('fixed'))
  })

  test('is finished: the same command again trains nothing', async () => {
    const again = await runApp(args())
    expect(again.code).toBe(0)
    expect(again.stderr).toBe('trainings: 5/5\npictures: 3/3\n')
    expect(again.stdout).toBe(ran.stdout)
  })

  test('refuses to go on with other settings, and names them', async () => {
    const other = await runApp([...args(), '--epochs', '3'])
    expect([other.code, other.stderr]).toEqual([
      1,
      `sshn-pareto: ${at('run/config.json')}: expected the configuration this run was started with, got other values for ` +
        'settings.training.epochs (use another --out folder for a new run)\n',
    ])
  })
})

describe('after training', () => {
  test('sweep evaluates other factors', async () => {
    const { code, stdout } = await runApp(['sweep', '--out', at('run'), '--phis', '0.3,0.6'])
    expect(code).toBe(0)
    const [head, , ...rows] = stdout.trim().split('\n')
    expect(head).toBe('| φ | multiply-adds | ms | peak MiB | test Dice |')
    expect(rows.map((row) => row.split(' | ')[0])).toEqual(['| 0.3', '| 0.6'])
  })

  test('choose takes the best factor within a budget by validation Dice', async () => {
    const { rows } = JSON.parse(readFileSync(at('run/results.json'), 'utf8')) as RunResults
    const cheap = rows.find(({ method, phi }) => method === 'sshn' && phi === 0.25)?.multiplyAdds ?? 0
    const { code, stdout } = await runApp(['choose', '--out', at('run'), '--max-multiply-adds', String(cheap)])
    expect(code).toBe(0)
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^\| 0\.25 \|/)
  })

  test('an exported network predicts what the run predicts at that factor', async () => {
    const image = at('image.png')
    const data = Uint8Array.from({ length: 20 * 24 * 3 }, (_, i) => (i * 37) % 251)
    writeFileSync(image, encode({ width: 24, height: 20, channels: 3, depth: 8, data }))
    const exported = await runApp(['export', '--out', at('run'), '--phi', '0.25', '--to', at('unet.safetensors')])
    expect(exported).toMatchObject({ code: 0, stdout: `phi 0.25: ${at('unet.safetensors')}\n` })
    const common = ['--image', image, '--backend', 'cpu']
    const fromRun = await runApp(['predict', '--model', at('run'), '--phi', '0.25', ...common, '--to', at('a.png')])
    const fromFile = await runApp(['predict', '--model', at('unet.safetensors'), ...common, '--to', at('b.png')])
    expect([fromRun.code, fromFile.code]).toEqual([0, 0])
    expect(readFileSync(at('a.png'))).toEqual(readFileSync(at('b.png')))
    const { width, height, channels, data: labels } = await readImage2d(at('a.png'))
    expect([width, height, channels]).toEqual([24, 20, 1])
    expect(Math.max(...labels)).toBeLessThanOrEqual(2)
  })

  test('predict refuses an image with fewer channels than in training', async () => {
    const image = at('grey.png')
    writeFileSync(image, encode({ width: 16, height: 16, channels: 1, depth: 8, data: new Uint8Array(256).fill(9) }))
    const args = ['predict', '--model', at('run'), '--phi', '0.5', '--image', image, '--to', at('c.png')]
    expect(await runApp(args)).toMatchObject({
      code: 1,
      stderr: `sshn-pareto: --image ${image}: expected 3 channels as in training, got 1\n`,
    })
  })

  test('weights of another architecture are refused with the file', async () => {
    cpSync(at('run'), at('mixed'), { recursive: true })
    const own = join('jobs', 'sshn', 'seed-0', 'weights.safetensors')
    cpSync(join(at('run'), 'jobs', 'film', 'seed-0', 'weights.safetensors'), join(at('mixed'), own))
    const { code, stderr } = await runApp(['export', '--out', at('mixed'), '--phi', '0.5', '--to', at('d.safetensors')])
    expect(code).toBe(1)
    expect(stderr).toContain(`sshn-pareto: ${join(at('mixed'), own)}: hyperNetwork: expected a weight `)
  })

  test('export-results writes the page and the rows', async () => {
    const { code } = await runApp(['export-results', '--out', at('run'), '--to', at('sshn'), '--note', 'a test'])
    expect(code).toBe(0)
    expect(readFileSync(at('sshn.md'), 'utf8')).toContain('- Note: a test\n')
    expect(existsSync(at('sshn.json'))).toBe(true)
  })
})

test('config prints the configuration with every default', async () => {
  const { code, stdout } = await runApp(['config'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual(parseConfig({}, 'test'))
})
