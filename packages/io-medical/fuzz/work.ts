/**
 * One process that fuzzes one target: `node --conditions=@leanvox/source work.ts <target> <cpu seconds> <folder> <seed>`.
 *
 * A thread beside it kills the process when one input takes longer than 20 s of processor time.
 *
 * @module
 */
import { writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { createRng } from '@leanvox/random'
import { meterAllocations } from './allocations.ts'
import { startCoverage } from './coverage.ts'
import { fuzz, warmUp } from './engine.ts'
import { inFlightPath, keep, report, saveProgress, storedCorpus } from './store.ts'
import { fuzzTargets } from './targets.ts'

/** What fuzzing one target for a while came to. */
async function work(name: string, { seconds, folder, seed }: { seconds: number; folder: string; seed: string }) {
  const target = (await fuzzTargets()).find((one) => one.name === name)
  if (!target) throw new RangeError(`fuzz: expected a known target, got ${name}`)
  const progress = watched(inFlightPath(folder, name))
  await warmUp(target)
  const meter = meterAllocations()
  const corpus = [...target.seeds(), ...seedCorpus(name), ...storedCorpus(folder, name)]
  const coverage = await startCoverage((url) => url.includes('/io-medical/src/'))
  let ran = 0
  let saved = 0
  const cpu = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6
  const save = (): void => {
    const [cpuSeconds, covered] = [cpu(), coverage.known()]
    saveProgress(folder, { target: name, executions: ran, cpuSeconds, covered, corpus: corpus.length }, seed)
    saved = cpuSeconds
  }
  await fuzz(target, {
    rng: createRng(`${name}/${seed}`),
    coverage,
    meter,
    corpus,
    goOn: () => {
      if (cpu() > saved + 3) save()
      return cpu() < seconds
    },
    onBatch: (batch) => {
      const inputs = batch.map((input) => Buffer.from(input).toString('base64'))
      writeFileSync(inFlightPath(folder, name), JSON.stringify(inputs))
    },
    onInput: (index) => {
      ran++
      progress[0] = index
      Atomics.add(progress, 1, 1)
    },
    onKept: (input) => keep(folder, name, input),
    onFinding: (finding) => report(folder, finding),
  })
  save()
}

/** Inputs that earlier runs found worth keeping, part of the repository. */
function seedCorpus(name: string): Uint8Array[] {
  return storedCorpus(new URL('kept', import.meta.url).pathname, name)
}

/** [place in the batch, inputs so far], watched by a thread. */
function watched(inFlight: string): Int32Array {
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const watcher = new Worker(new URL('watch.ts', import.meta.url), { workerData: { progress, inFlight } })
  watcher.unref()
  return progress
}

const [name, seconds, folder, seed] = process.argv.slice(2)
await work(name, { seconds: Number(seconds), folder, seed })
