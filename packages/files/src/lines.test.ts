import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appendLines, appendLinesSync, forEachJsonLineSync, readJsonLines, repairTail } from './index.ts'

let folder: string
let path: string
let count = 0
beforeAll(() => (folder = fs.mkdtempSync(join(tmpdir(), 'files-lines-'))))
beforeEach(() => (path = join(folder, `${count++}.jsonl`)))
afterAll(() => fs.rmSync(folder, { recursive: true }))

test('appended lines are read back in order, from a missing file on', async () => {
  expect(await readJsonLines(path)).toEqual({ records: [], truncatedTail: false, nextByte: 0 })
  await appendLines(path, ['{"a":1}', '2'])
  await appendLines(path, [])
  await appendLines(path, ['"ü"'])
  expect(fs.readFileSync(path, 'utf8')).toBe('{"a":1}\n2\n"ü"\n')
  expect(await readJsonLines(path)).toEqual({ records: [{ a: 1 }, 2, 'ü'], truncatedTail: false, nextByte: 15 })
})

test('reading goes on where the last read stopped', async () => {
  await appendLines(path, ['1', '2'])
  const first = await readJsonLines(path)
  await appendLines(path, ['3'])
  const from = { byte: first.nextByte, line: first.records.length }
  expect((await readJsonLines(path, { from })).records).toEqual([3])
  fs.appendFileSync(path, 'nonsense\n')
  await expect(readJsonLines(path, { from })).rejects.toThrow('line 4')
})

test.each(['{"b":', '{"b":2}'])('a last line without newline (%s) is left out', async (tail) => {
  fs.writeFileSync(path, `{"a":1}\n${tail}`)
  expect(await readJsonLines(path)).toEqual({ records: [{ a: 1 }], truncatedTail: true, nextByte: 8 })
})

test('lines longer than what is read at a time, and files of many such reads, come whole', () => {
  const lines = [
    '1',
    JSON.stringify('ü'.repeat(3 << 20)),
    ...Array.from({ length: 300_000 }, (_, i) => `{"number":${i}}`),
  ]
  fs.writeFileSync(path, `${lines.join('\n')}\n{"half`)
  const seen: string[] = []
  const end = forEachJsonLineSync(path, { parse: (line) => line, handle: (line) => void seen.push(line) })
  expect(end).toEqual({ truncatedTail: true, nextByte: fs.statSync(path).size - '{"half'.length })
  expect(seen.length).toBe(lines.length)
  expect(seen.every((line, index) => line === lines[index])).toBe(true)
})

test('what the handler of a line throws is thrown on as it is', () => {
  fs.writeFileSync(path, '1\n2\n')
  const handle = (record: unknown) => {
    if (record === 2) throw new RangeError('enough')
  }
  expect(() => forEachJsonLineSync(path, { handle })).toThrow(new RangeError('enough'))
})

test('a damaged line in the middle is an error with its number', async () => {
  fs.writeFileSync(path, '1\n{"b":\n3\n')
  await expect(readJsonLines(path)).rejects.toThrow(`read ${path}: expected JSON in line 2, got "{\\"b\\":"`)
  await expect(readJsonLines(path)).rejects.toMatchObject({ name: 'FileError', code: 'BAD_LINE' })
})

test('repair cuts only a half line, whatever its length', () => {
  expect(repairTail(path)).toBe(0)
  fs.writeFileSync(path, '1\n2\n')
  expect(repairTail(path)).toBe(0)
  fs.writeFileSync(path, `1\n2\n${'x'.repeat(9000)}`)
  expect(repairTail(path)).toBe(9000)
  expect(fs.readFileSync(path, 'utf8')).toBe('1\n2\n')
  fs.writeFileSync(path, 'never finished')
  expect(repairTail(path)).toBe(14)
})

test('an append after a half line does not glue to it', () => {
  fs.writeFileSync(path, '1\n{"half')
  appendLinesSync(path, ['2'])
  expect(fs.readFileSync(path, 'utf8')).toBe('1\n2\n')
})

test('a line that holds a newline is refused', () => {
  expect(() => appendLinesSync(path, ['a\nb'])).toThrow('appendLines: expected lines without a newline, got "a\\nb"')
})

test.skipIf(!fs.existsSync('/dev/full'))('a full disk is named', () => {
  expect(() => appendLinesSync('/dev/full', ['1'])).toThrow('append /dev/full: no space left on device (ENOSPC)')
})

test('appenders killed at random moments lose no acknowledged line and damage none', { timeout: 30_000 }, async () => {
  const script = `
    import { appendLinesSync } from ${JSON.stringify(new URL('./append-lines.ts', import.meta.url).href)}
    import { writeSync } from 'node:fs'
    const start = Number(process.argv[1])
    for (let i = start; ; i++) {
      appendLinesSync(${JSON.stringify(path)}, [JSON.stringify({ i, filler: 'x'.repeat(5000) })])
      writeSync(1, i + '\\n')
    }`
  let acknowledged = -1
  for (let kill = 0; kill < 6; kill++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, String(acknowledged + 1)])
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += String(data)))
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 5 + 11 * kill))
    child.kill('SIGKILL')
    await once(child, 'close')
    acknowledged = Number(output.trimEnd().split('\n').at(-1))
  }
  const numbers = (await readJsonLines(path)).records.map((record) => (record as { i: number }).i)
  expect(new Set(numbers)).toEqual(new Set(Array.from({ length: Math.max(...numbers) + 1 }, (_, i) => i)))
  expect(Math.max(...numbers)).toBeGreaterThanOrEqual(acknowledged)
})
