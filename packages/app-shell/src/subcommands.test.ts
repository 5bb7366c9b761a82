import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { checkSplit } from './check-config.ts'
import { readIfThere } from './stored-list.ts'
import { configCommand, exportCommand, reportCommand } from './subcommands.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'app-shell-subcommands-'))))
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => void vi.restoreAllMocks())

function printed(): string[] {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  return lines
}

describe('configCommand', () => {
  test.each([
    [[], undefined],
    [['--config', 'a.json'], 'a.json'],
  ])('given %j prints what is read for %j', async (words, file) => {
    const lines = printed()
    await configCommand(async (path) => ({ path: path ?? null })).parseAsync(words, { from: 'user' })
    expect(lines).toEqual([`${JSON.stringify({ path: file ?? null }, null, 2)}\n`])
  })
})

test('reportCommand hands over the absolute path of the folder', async () => {
  const folders: string[] = []
  await reportCommand(async (path) => void folders.push(path)).parseAsync(['--out', 'runs/a'], { from: 'user' })
  expect(folders).toEqual([join(process.cwd(), 'runs/a')])
})

describe('exportCommand', () => {
  const command = () =>
    exportCommand<{ provenance: { note?: string }; dice: number }>(
      { name: 'export', example: 'docs/a' },
      {
        resultsIn: (run) => join(run, 'results.json'),
        rows: async ({ dice, provenance }, run) => ({ dice, provenance, run }),
        page: ({ dice, provenance }) => `${dice} ${provenance.note ?? 'without note'}\n`,
      },
    )

  test.each([
    [[], {}, '0.5 without note\n'],
    [['--note', 'one core'], { note: 'one core' }, '0.5 one core\n'],
  ])('given %j writes rows and page with the provenance %j', async (words, provenance, page) => {
    await writeFile(join(folder, 'results.json'), JSON.stringify({ provenance: {}, dice: 0.5 }))
    await command().parseAsync(['--out', folder, '--to', join(folder, 'page'), ...words], { from: 'user' })
    const rows: unknown = JSON.parse(await readFile(join(folder, 'page.json'), 'utf8'))
    expect(rows).toEqual({ dice: 0.5, provenance, run: folder })
    expect(await readFile(join(folder, 'page.md'), 'utf8')).toBe(page)
  })

  test('a run without results is refused by name', async () => {
    const words = ['--out', join(folder, 'none'), '--to', join(folder, 'never')]
    await expect(command().parseAsync(words, { from: 'user' })).rejects.toThrow(join(folder, 'none', 'results.json'))
  })
})

describe('readIfThere', () => {
  test('is null where there is no file, and the value where there is one', async () => {
    const path = join(folder, 'list.json')
    expect(await readIfThere(path)).toBeNull()
    await writeFile(path, '[1, 2]')
    expect(await readIfThere<number[]>(path)).toEqual([1, 2])
  })

  test('a damaged file is refused', async () => {
    const path = join(folder, 'damaged.json')
    await writeFile(path, '[1, ')
    await expect(readIfThere(path)).rejects.toThrow(path)
  })
})

describe('checkSplit', () => {
  test('accepts shares below 1 in all', () => {
    expect(() => checkSplit({ validation: 0.4, test: 0.5 }, 'a.json')).not.toThrow()
  })

  test('refuses shares that leave nothing to train on', () => {
    const message = 'a.json: split: expected validation + test below 1, got 0.5 + 0.5'
    expect(() => checkSplit({ validation: 0.5, test: 0.5 }, 'a.json')).toThrow(message)
  })
})
