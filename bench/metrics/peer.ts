/**
 * The Python process of the metrics benchmark: one line with the name of a task in, one line of JSON out.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A peer that measures when asked. */
export interface Peer {
  ask(task: string): Promise<{ milliseconds: number; values: number[] }>
  close(): Promise<void>
}

/** Starts bench/peers/metrics_peer.py on the masks of a folder. */
export async function openPeer(python: string, settings: object): Promise<Peer> {
  const script = join(import.meta.dirname, '..', 'peers', 'metrics_peer.py')
  const child = spawn(python, [script, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  })
  await once(child, 'spawn')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask(task) {
      child.stdin.write(`${task}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`metrics: expected an answer to ${task}, got the end of ${script}`)
      return JSON.parse(value) as { milliseconds: number; values: number[] }
    },
    async close() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
