/**
 * A process that measures when asked: one line of JSON in, one line of JSON out.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import type { UNetCase } from './cases.ts'

/** What to start. */
export type SessionOptions = { readonly unet: UNetCase } & (
  { readonly kind: 'node'; readonly backend: string } | { readonly kind: 'python'; readonly python: string }
)

export interface Session {
  ask(request: object): Promise<Record<string, unknown>>
  close(): Promise<void>
}

const worker = join(import.meta.dirname, 'worker.ts')
const peer = join(import.meta.dirname, '..', 'peers', 'unet_session.py')

/** Starts a process; it lives until closed. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const [program, ...words] = commandOf(options)
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child, 'spawn')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`unet: expected an answer to ${JSON.stringify(request)}, got the end of ${program}`)
      return JSON.parse(value) as Record<string, unknown>
    },
    async close() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

function commandOf(options: SessionOptions): string[] {
  if (options.kind === 'python') return [options.python, peer, JSON.stringify(options.unet)]
  const task = JSON.stringify({ ...options.unet, backend: options.backend })
  return [process.execPath, '--conditions=@leanvox/source', worker, task]
}
