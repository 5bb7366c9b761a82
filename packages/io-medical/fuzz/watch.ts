/**
 * The thread that notices when an input never ends: kills the process after 20 s of processor time on one input.
 *
 * Processor time, not time on the clock, because fuzzing takes what the machine has left.
 *
 * @module
 */
import { appendFileSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const MOST_SECONDS = 20
// The shape that work.ts hands over.
const { progress, inFlight } = workerData as { progress: Int32Array; inFlight: string }
let last = -1
let since = process.cpuUsage()

setInterval(() => {
  const count = Atomics.load(progress, 1)
  if (count !== last) {
    last = count
    since = process.cpuUsage()
    return
  }
  const { user, system } = process.cpuUsage(since)
  if ((user + system) / 1e6 < MOST_SECONDS) return
  appendFileSync(inFlight, `\n${JSON.stringify({ hangs: progress[0] })}\n`)
  process.kill(process.pid, 'SIGKILL')
}, 1000)
