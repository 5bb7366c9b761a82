import { spawn } from 'node:child_process'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FileError, writeFileAtomic, writeFileAtomicSync } from './index.ts'

let folder: string
beforeAll(() => (folder = fs.mkdtempSync(join(tmpdir(), 'files-'))))
afterAll(() => fs.rmSync(folder, { recursive: true }))

test.each([
  ['text', 'grüße\n', 'grüße\n'],
  ['bytes', new Uint8Array([104, 105]), 'hi'],
  ['nothing', '', ''],
])('holds exactly the %s written and leaves no other file', async (name, data, expected) => {
  const path = join(folder, name, 'a.txt')
  fs.mkdirSync(join(folder, name))
  await writeFileAtomic(path, 'old and longer than the new content')
  await writeFileAtomic(path, data)
  expect(fs.readFileSync(path, 'utf8')).toBe(expected)
  writeFileAtomicSync(path, data)
  expect(fs.readFileSync(path, 'utf8')).toBe(expected)
  expect(fs.readdirSync(join(folder, name))).toEqual(['a.txt'])
})

test('a missing folder is named with the operation and the reason', async () => {
  const path = join(folder, 'none', 'a.txt')
  const message = `write ${path}: no such file or directory (ENOENT)`
  await expect(writeFileAtomic(path, 'x')).rejects.toThrow(message)
  expect(() => writeFileAtomicSync(path, 'x')).toThrow(message)
  await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({ name: 'FileError', path, code: 'ENOENT' })
})

test('a folder in the place of the target is an error, and the folder stays', async () => {
  const path = join(folder, 'taken')
  fs.mkdirSync(path)
  await expect(writeFileAtomic(path, 'x')).rejects.toBeInstanceOf(FileError)
  expect(fs.statSync(path).isDirectory()).toBe(true)
  expect(fs.readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test(
  'writers killed at random moments leave the old or the new content, never a part',
  { timeout: 30_000 },
  async () => {
    const path = join(folder, 'killed.txt')
    fs.writeFileSync(path, 'a'.repeat(300_000))
    const script = `
    import { writeFileAtomicSync } from ${JSON.stringify(new URL('./write-file-atomic.ts', import.meta.url).href)}
    console.log('ready')
    for (let i = 0; ; i++) writeFileAtomicSync(${JSON.stringify(path)}, 'abcdefghij'[i % 10].repeat(300_000))`
    for (let kill = 0; kill < 8; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script])
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, 3 + 7 * kill))
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(fs.readFileSync(path, 'utf8')).toMatch(/^(.)\1{299999}$/)
    }
  },
)

const smallDisk = mountSmallDisk()

test.skipIf(smallDisk === null)('a disk with room for a part only keeps the old content and says so', async () => {
  const path = join(smallDisk!, 'b.bin')
  try {
    await writeFileAtomic(path, 'old')
    const message = `write ${path}: no space left on device (ENOSPC)`
    await expect(writeFileAtomic(path, new Uint8Array(200_000))).rejects.toThrow(message)
    expect(() => writeFileAtomicSync(path, new Uint8Array(200_000))).toThrow(message)
    expect(fs.readdirSync(smallDisk!)).toEqual(['b.bin'])
    expect(fs.readFileSync(path, 'utf8')).toBe('old')
  } finally {
    execFileSync('umount', [smallDisk!])
  }
})

/** A RAM disk of 64 KiB where the test may mount one (root on Linux), else null. */
function mountSmallDisk(): string | null {
  const path = fs.mkdtempSync(join(tmpdir(), 'files-small-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' })
    return path
  } catch {
    return null
  }
}
