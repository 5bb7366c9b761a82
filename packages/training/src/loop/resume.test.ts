import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { decodeSafetensors } from '../checkpoints/safetensors.ts'

const CHILD = new URL('../../fixtures/train-child.ts', import.meta.url).pathname
const root = mkdtempSync(join(tmpdir(), 'leanvox-resume-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Line {
  kind?: string
  epoch?: number
  dice?: number
  replayed?: boolean
  steps?: number
  best?: unknown
}

/** Runs the child to its end, or kills it with SIGKILL when it reports that it waits. */
async function runChild(folder: string, { waitAtStep = 0 } = {}): Promise<{ lines: Line[]; signal: string | null }> {
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', CHILD, folder, '6', String(waitAtStep)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: Line[] = []
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line | 'waiting'
    if (line === 'waiting') child.kill('SIGKILL')
    else lines.push(line)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (!signal) expect(code).toBe(0)
  return { lines, signal }
}

const read = (folder: string, name: string) => readFileSync(join(folder, name))

/** The whole checkpoint but for the wall time. */
function withoutTime(folder: string) {
  const { tensors, metadata } = decodeSafetensors(read(folder, 'checkpoints/last.safetensors'))
  return { tensors, state: metadata.state }
}

const metrics = (folder: string) =>
  read(folder, 'metrics.jsonl')
    .toString()
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as object), seconds: 0 }))

test('a run killed in the middle of epoch 4 and continued ends with the same bytes as an undisturbed one', async () => {
  const [whole, killed] = [join(root, 'whole'), join(root, 'killed')]
  const undisturbed = await runChild(whole)
  const first = await runChild(killed, { waitAtStep: 14 }) // 4 steps an epoch: the second step of epoch 4
  expect(first.signal).toBe('SIGKILL')
  expect(first.lines.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
  expect(metrics(killed)).toHaveLength(3)
  const second = await runChild(killed)

  expect(read(killed, 'checkpoints/best.safetensors')).toEqual(read(whole, 'checkpoints/best.safetensors'))
  expect(withoutTime(killed)).toEqual(withoutTime(whole))
  expect(metrics(killed)).toEqual(metrics(whole))
  expect(readdirSync(join(killed, 'checkpoints')).sort()).toEqual(readdirSync(join(whole, 'checkpoints')).sort())

  const validations = (lines: Line[]) => lines.filter(({ kind }) => kind === 'validation')
  expect(validations(second.lines).map(({ epoch, replayed }) => `${epoch} ${replayed}`)).toEqual([
    '1 true',
    '2 true',
    '3 true',
    '4 false',
    '5 false',
    '6 false',
  ])
  expect(validations(second.lines).map(({ dice }) => dice)).toEqual(
    validations(undisturbed.lines).map(({ dice }) => dice),
  )
  expect(second.lines.at(-1)).toMatchObject({ kind: 'result', steps: 24, best: undisturbed.lines.at(-1)!.best })
})
