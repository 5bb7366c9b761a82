/**
 * Which source text has run, from V8's precise block coverage (node:inspector, Profiler domain).
 *
 * V8 gives, for every function that ran since the last question, ranges of source with counts; an inner range overrides
 * the outer one. Painted in order over the script they tell for each character whether it ran.
 *
 * @module
 */
import { Session, type Profiler } from 'node:inspector/promises'

/** Characters that ran, by script. */
type Painted = Map<string, Uint8Array>

/** Coverage since the process began, as far as it was absorbed. */
export interface Coverage {
  /** What ran since the last call. */
  take(): Promise<Painted>
  /** How many characters of `taken` had never run in anything absorbed. */
  fresh(taken: Painted): number
  /** Counts `taken` as known from now on. */
  absorb(taken: Painted): void
  /** Characters known to have run. */
  known(): number
}

/** Coverage of the scripts whose URL passes `wanted`. */
export async function startCoverage(wanted: (url: string) => boolean): Promise<Coverage> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const known: Painted = new Map()
  return {
    take: async () => {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const scripts = result.filter(({ url }) => wanted(url))
      return new Map(scripts.map(({ url, functions }) => [url, paint(functions)]))
    },
    fresh: (taken) => eachFresh(taken, known, () => {}),
    absorb: (taken) => void eachFresh(taken, known, (script, i) => (script[i] = 1)),
    known: () => [...known.values()].reduce((sum, script) => sum + script.reduce((ran, one) => ran + one, 0), 0),
  }
}

function paint(functions: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const ranges = functions.flatMap((one) => one.ranges)
  const script = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)))
  for (const { startOffset, endOffset, count } of ranges) script.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  return script
}

function eachFresh(taken: Painted, known: Painted, found: (script: Uint8Array, i: number) => void): number {
  let fresh = 0
  for (const [url, ran] of taken) {
    const before = longEnough(known, url, ran.length)
    for (let i = 0; i < ran.length; i++) {
      if (ran[i] === 0 || before[i] === 1) continue
      fresh++
      found(before, i)
    }
  }
  return fresh
}

function longEnough(known: Painted, url: string, length: number): Uint8Array {
  const before = known.get(url) ?? new Uint8Array(length)
  const script = before.length >= length ? before : new Uint8Array(length)
  if (script !== before) script.set(before)
  known.set(url, script)
  return script
}
