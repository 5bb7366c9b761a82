/**
 * The short run of the test suite, the same every time: all inputs that were kept, and some damaged ones, for every reader;
 * and a proof that the fuzzer finds planted mistakes. Prints one JSON object.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { meterAllocations } from './allocations.ts'
import { startCoverage } from './coverage.ts'
import { execute, fuzz, warmUp, type Finding } from './engine.ts'
import { mutate } from './mutate.ts'
import { storedCorpus } from './store.ts'
import { fuzzTargets, type FuzzTarget } from './targets.ts'

const DAMAGED = 150

const targets = await fuzzTargets()
for (const target of targets) await warmUp(target)
const meter = meterAllocations()
const findings: Omit<Finding, 'input'>[] = []
let executions = 0
for (const target of targets) {
  const rng = createRng(`short/${target.name}`)
  const kept = storedCorpus(new URL('kept', import.meta.url).pathname, target.name)
  const corpus = [...target.seeds(), ...kept]
  const source = { rng, corpus, words: target.words, longest: 1 << 16 }
  const damaged = Array.from({ length: DAMAGED }, () => {
    const parent = corpus[rng.integer(corpus.length)]
    return target.mutate?.(parent, (bytes) => mutate(bytes, source)) ?? mutate(parent, source)
  })
  for (const input of [...corpus, ...damaged]) {
    executions++
    const onFinding = ({ input: bytes, ...finding }: Finding): void =>
      void findings.push({ ...finding, message: `${finding.message}\n${Buffer.from(bytes).toString('base64')}` })
    await execute(target, input, { meter, onFinding })
  }
}
process.stdout.write(
  JSON.stringify({ targets: targets.map(({ name }) => name), executions, findings, toy: await toy() }),
)

/** What the fuzzer finds in the toy reader, and how many inputs that took. */
async function toy(): Promise<{ kinds: string[]; executions: number }> {
  const { readToy } = await import('./toy.ts')
  const target: FuzzTarget = {
    name: 'toy',
    read: readToy,
    seeds: () => [],
    words: [],
    isTagged: () => false,
    mostBytes: ({ length }) => 32 * length + 2 ** 20,
  }
  const found: Finding[] = []
  const coverage = await startCoverage((url) => url.endsWith('/toy.ts'))
  let batches = 0
  const ran = await fuzz(target, {
    rng: createRng('toy'),
    coverage,
    meter,
    corpus: [Buffer.from('anything')],
    goOn: () => batches++ < 2000 && new Set(found.map(({ kind }) => kind)).size < 2,
    onBatch: () => {},
    onInput: () => {},
    onKept: () => {},
    onFinding: (finding) => void found.push(finding),
  })
  return { kinds: [...new Set(found.map(({ kind }) => kind))].sort(), executions: ran }
}
