/**
 * A coverage-guided fuzzer: damages inputs, keeps those that run source text that never ran before, and reports every
 * failure that is not a tagged error, every input that takes too long and every request for too much memory.
 *
 * Coverage is asked for once a batch, because asking costs more than running; a batch that ran something new is run again
 * input by input. After Zalewski's AFL and LLVM's libFuzzer.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import type { AllocationMeter } from './allocations.ts'
import type { Coverage } from './coverage.ts'
import { mutate, type MutationSource } from './mutate.ts'
import type { FuzzTarget } from './targets.ts'

/** Why an input is a finding. */
export interface Finding {
  readonly target: string
  readonly kind: 'untagged error' | 'slow' | 'allocation'
  readonly message: string
  readonly input: Uint8Array
}

/** What a run is given. */
export interface FuzzRun {
  readonly rng: Rng
  readonly coverage: Coverage
  readonly meter: AllocationMeter
  /** Inputs to begin with; grows. */
  readonly corpus: Uint8Array[]
  /** Asked before each batch. */
  readonly goOn: () => boolean
  readonly onBatch: (batch: readonly Uint8Array[]) => void
  /** Called before an input runs, with its place in the batch. */
  readonly onInput: (index: number) => void
  readonly onKept: (input: Uint8Array) => void
  readonly onFinding: (finding: Finding) => void
}

const BATCH = 48
const LONGEST = 1 << 16
/** Processor time for one input, in microseconds. */
const SLOW = 3e6

/** Reads the seeds unmeasured, so that what is loaded on first use (decoders, libvips) counts for no input. */
export async function warmUp(target: FuzzTarget): Promise<void> {
  for (const seed of target.seeds()) {
    try {
      await target.read(Uint8Array.from(seed))
    } catch {
      // Told when it is measured.
    }
  }
}

/** Fuzzes one target; the number of inputs that ran. */
export async function fuzz(target: FuzzTarget, run: FuzzRun): Promise<number> {
  const seen = new Set<string>()
  const tell = { ...run, onFinding: (finding: Finding) => void reportOnce(finding, seen, run.onFinding) }
  let executions = await runBatch(target, [...run.corpus], tell)
  run.coverage.absorb(await run.coverage.take())
  while (run.goOn()) {
    const batch = Array.from({ length: BATCH }, () => next(target, run))
    executions += await runBatch(target, batch, tell)
    const taken = await run.coverage.take()
    if (run.coverage.fresh(taken) === 0) continue
    executions += await keepFresh(target, batch, tell)
    run.coverage.absorb(taken)
  }
  return executions
}

function next(target: FuzzTarget, { rng, corpus }: FuzzRun): Uint8Array {
  // Half of the time one of the newest, which reached furthest.
  const recent = Math.min(24, corpus.length)
  const parent =
    rng.integer(2) === 0 ? corpus[corpus.length - 1 - rng.integer(recent)] : corpus[rng.integer(corpus.length)]
  const source: MutationSource = { rng, corpus, words: target.words, longest: LONGEST }
  return target.mutate?.(parent, (bytes) => mutate(bytes, source)) ?? mutate(parent, source)
}

async function runBatch(target: FuzzTarget, batch: readonly Uint8Array[], run: FuzzRun): Promise<number> {
  run.onBatch(batch)
  for (const [i, input] of batch.entries()) {
    run.onInput(i)
    await execute(target, input, run)
  }
  return batch.length
}

async function keepFresh(target: FuzzTarget, batch: readonly Uint8Array[], run: FuzzRun): Promise<number> {
  for (const input of batch) {
    await execute(target, input, run)
    const taken = await run.coverage.take()
    if (run.coverage.fresh(taken) === 0) continue
    run.coverage.absorb(taken)
    run.corpus.push(input)
    run.onKept(input)
  }
  return batch.length
}

/** Runs one input and tells what is wrong about how it ran. */
export async function execute(
  target: FuzzTarget,
  input: Uint8Array,
  { meter, onFinding }: Pick<FuzzRun, 'meter' | 'onFinding'>,
): Promise<void> {
  const found = (kind: Finding['kind'], message: string): void =>
    onFinding({ target: target.name, kind, message, input })
  const before = process.cpuUsage()
  // A copy: a reader that writes into what it is given would spoil the corpus.
  const bytes = Uint8Array.from(input)
  meter.reset(target.mostBytes(bytes))
  try {
    await target.read(bytes)
    if (Buffer.compare(bytes, input) !== 0) found('untagged error', 'the reader wrote into its input')
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)
    if (text.includes('allocations: expected')) found('allocation', text)
    else if (!target.isTagged(error)) found('untagged error', text)
  } finally {
    meter.reset(Infinity)
  }
  const { user, system } = process.cpuUsage(before)
  if (user + system > SLOW) found('slow', `${Math.round((user + system) / 1e3)} ms of processor time`)
}

/** One finding for each place in the source, not for each input. */
function reportOnce(finding: Finding, seen: Set<string>, onFinding: (finding: Finding) => void): void {
  const place = /\n\s+at [^\n]*\n?[^\n]*/.exec(finding.message)?.[0] ?? finding.kind
  if (seen.has(place)) return
  seen.add(place)
  onFinding(finding)
}
