import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import fc from 'fast-check'
import { readJson, writeJson } from './index.ts'

let folder: string
beforeAll(() => (folder = fs.mkdtempSync(join(tmpdir(), 'files-json-'))))
afterAll(() => fs.rmSync(folder, { recursive: true }))

test('any JSON value comes back as it was written', async () => {
  const path = join(folder, 'value.json')
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      await writeJson(path, value)
      expect(await readJson(path)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { numRuns: 30 },
  )
})

test('a file that is not JSON is named with its beginning', async () => {
  const path = join(folder, 'half.json')
  fs.writeFileSync(path, '{"a": 1')
  await expect(readJson(path)).rejects.toThrow(`read ${path}: expected JSON, got "{\\"a\\": 1"`)
  await expect(readJson(join(folder, 'none.json'))).rejects.toMatchObject({ name: 'FileError', code: 'ENOENT' })
})

test('a value JSON cannot hold is refused before the file is touched', async () => {
  const path = join(folder, 'never.json')
  await expect(writeJson(path, undefined)).rejects.toThrow('writeJson: expected a JSON value, got undefined')
  expect(fs.existsSync(path)).toBe(false)
})
