/**
 * The page in a real browser: the slider is moved, what it shows must change, and nothing may be asked from the network.
 *
 * Needs a Chromium (Debian's, or the one that CHROMIUM names); without one the test says so and is skipped.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeReport } from '@leanvox/report'
import { runReport } from '../src/page.ts'
import { EXAMPLE_ILLUSTRATION, EXAMPLE_RESULTS } from './example-results.ts'

const CANDIDATES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path))
if (executablePath === undefined) {
  process.stderr.write(`page.browser.test: no Chromium among ${CANDIDATES.filter(Boolean).join(', ')}, skipped\n`)
}

describe.skipIf(executablePath === undefined)('the page in Chromium', () => {
  let folder: string
  let browser: Browser
  let page: Page
  const requests: string[] = []
  const complaints: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sshn-page-'))
    const path = join(folder, 'report.html')
    const illustrations = { sshn: EXAMPLE_ILLUSTRATION }
    await writeReport(path, runReport({ results: EXAMPLE_RESULTS, illustrations, warnings: [], setAside: [] }))
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
    page = await browser.newPage()
    // A busy machine draws slowly; nothing here is about speed.
    page.setDefaultTimeout(120_000)
    page.on('request', (request) => requests.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(pathToFileURL(path).href)
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  }, 60_000)

  const shown = async () => ({
    phi: await page.locator('.explorer .stop').textContent(),
    cost: await page.locator('.fact .value').first().textContent(),
    dice: await page.locator('.fact .value').last().textContent(),
    note: await page.locator('.shown .note').textContent(),
    bar: await page
      .locator('.fact .bar > span')
      .first()
      .evaluate((bar) => bar.getAttribute('style')?.replaceAll(/[ ;]/g, '')),
    outlines: await page.locator('.outlines').getAttribute('src'),
  })

  test('shows the upper end of the training range first', async () => {
    expect(await shown()).toMatchObject({ phi: '0.5', cost: '50.0\u202fM', dice: '0.960', note: 'Dice 1.000' })
  })

  test('changes cost, Dice and picture when the slider moves', async () => {
    const before = await shown()
    await page.locator('.explorer input').press('ArrowLeft')
    const left = await shown()
    expect(left).toMatchObject({ phi: '0.25', cost: '25.0\u202fM', dice: '0.910', note: 'Dice –' })
    expect(left.outlines).not.toBe(before.outlines)
    expect([before.bar, left.bar]).toEqual(['width:50%', 'width:25%'])
    await page.locator('.explorer input').press('End')
    const right = await shown()
    expect(right).toMatchObject({ phi: '1 (outside the training range)', cost: '100\u202fM', dice: '0.710' })
    expect(new Set([before, left, right].map(({ outlines }) => outlines)).size).toBe(3)
  })

  test('lays the outlines over the image, and the pixels on screen change with the slider', async () => {
    const stack = page.locator('.stack').first()
    const boxes = await Promise.all(['img:not(.outlines)', '.outlines'].map((one) => stack.locator(one).boundingBox()))
    expect(boxes[1]).toEqual(boxes[0])
    const drawn = await stack.screenshot()
    await page.locator('.explorer input').press('Home')
    // The browser decodes a new picture when it gets to it.
    await expect.poll(async () => (await stack.screenshot()).equals(drawn), { timeout: 60_000 }).toBe(false)
  })

  test('asks nothing from anywhere, and nothing is refused or thrown', () => {
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([
      pathToFileURL(join(folder, 'report.html')).href,
    ])
    expect(complaints).toEqual([])
  })
})
