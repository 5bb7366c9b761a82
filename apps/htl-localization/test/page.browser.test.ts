/**
 * The page in a real browser: everything is drawn, nothing is cut off sideways, nothing is asked from the network.
 *
 * Needs a Chromium (Debian's, or the one that CHROMIUM names); without one the test says so and is skipped. With
 * SCREENSHOTS set to a folder, pictures of the page are left there.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { panelGallery, writeReport } from '@leanvox/report'
import { lesionPhantom } from '@leanvox/phantoms'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runReport } from '../src/page.ts'
import { EXAMPLE_RESULTS } from './example-run.ts'

const CANDIDATES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path))
if (executablePath === undefined) {
  process.stderr.write(`page.browser.test: no Chromium among ${CANDIDATES.filter(Boolean).join(', ')}, skipped\n`)
}

/** Phantoms as a gallery; the "pruned" mask is the left half of the lesion. */
function gallery() {
  const cases = [0, 1].map((index) => {
    const { image, label, id } = lesionPhantom({ seed: 3, case: index, shape: [1, 48, 48] })
    const data = Uint8Array.from({ length: 3 * 48 * 48 }, (_, i) => 255 * image[(i % 3) * 2304 + Math.floor(i / 3)])
    const half = label.map((value, i) => (i % 48 < 24 ? value : 0))
    const predictions = [
      { name: 'dense', mask: label },
      { name: 'pruned', mask: half },
    ]
    return { id, note: 'dense IoU 1.00', image: { data, width: 48, height: 48 }, reference: label, predictions }
  })
  return panelGallery({ cases }, { title: 'Hardest training images.', caption: 'Phantoms.' })
}

describe.skipIf(executablePath === undefined)('the page in Chromium', () => {
  let folder: string
  let browser: Browser
  let page: Page
  const requests: string[] = []
  const complaints: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'htl-page-'))
    const path = join(folder, 'report.html')
    await writeReport(path, runReport({ results: EXAMPLE_RESULTS, galleries: [gallery()] }))
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
    page = await browser.newPage({ viewport: { width: 1100, height: 900 } })
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

  const texts = (selector: string) => page.locator(selector).allTextContents()
  const picture = async (name: string) => {
    const { SCREENSHOTS } = process.env
    if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true })
  }

  test('has its sections, and a panel of arms for each setting', async () => {
    expect(await texts('h2')).toEqual([
      'Does attending help?',
      'Who is hard to learn, supervised',
      'Who is hard to learn, weakly-supervised',
      'The hardest images',
      'Who gains',
      'Sparsity and other knobs',
      'Does the set repeat?',
      'Data that need a look',
    ])
    const labels = await texts('#figure-1 svg text')
    for (const name of ['supervised', 'weakly-supervised', 'plain', 'htl', 'random']) expect(labels).toContain(name)
    await picture('light')
  })

  test('shows the forest plot with missing entries as groups', async () => {
    const labels = await texts('#figure-2 svg text')
    for (const name of ['site: acral', 'age: missing', 'sex: missing']) expect(labels).toContain(name)
  })

  test('shows strips of four panels, two side by side', async () => {
    const strips = page.locator('.pictures.wide img')
    const boxes = await Promise.all([0, 1].map((i) => strips.nth(i).boundingBox()))
    expect(boxes[0]!.y).toBe(boxes[1]!.y)
    expect(boxes[0]!.width).toBeGreaterThan(380)
    expect(boxes[0]!.width / boxes[0]!.height).toBeGreaterThan(3.9)
  })

  test.each([
    ['a wide window', 1100],
    ['a phone', 390],
  ])('does not scroll sideways in %s', async (_, width) => {
    await page.setViewportSize({ width, height: 900 })
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(overflow).toBeLessThanOrEqual(0)
    await picture(`width-${width}`)
  })

  test('is light text on a dark ground when the reader’s system is dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    const [text, ground] = (await page.evaluate(
      '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
    )) as [string, string]
    const sum = (colour: string) =>
      colour
        .match(/\d+/g)!
        .slice(0, 3)
        .reduce((total, value) => total + Number(value), 0)
    expect(sum(text)).toBeGreaterThan(500)
    expect(sum(ground)).toBeLessThan(150)
    await page.setViewportSize({ width: 1100, height: 900 })
    await picture('dark')
  })

  test('asks nothing from anywhere, and nothing is refused or thrown', () => {
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([
      pathToFileURL(join(folder, 'report.html')).href,
    ])
    expect(complaints).toEqual([])
  })
})
