/**
 * Hyper-parameter search against Optuna 5 in the same run: what samplers find, what an ask costs, how a journal opens.
 *
 * Sized by environment variables: `HPO_PARTS` (search,ask,journal), `HPO_SAMPLERS` (random,qmc,nsga2,cma-es,tpe,gp),
 * `HPO_SEEDS` (30), `HPO_GP_SEEDS` (as HPO_SEEDS; Optuna's takes a minute a run), `HPO_TRIALS` (100), `HPO_CACHE` (build/hpo-optuna: Optuna's runs are kept there, so that an interrupted
 * benchmark goes on; delete it to measure again).
 *
 * @module
 */
import { join } from 'node:path'
import type { BenchContext, Row } from '../tools/bench.ts'
import { benchAskTell } from './hpo/ask-tell.ts'
import { functions } from './hpo/functions.ts'
import { benchJournal } from './hpo/journal.ts'
import { askOptuna } from './hpo/peer.ts'
import { benchSearch, samplers } from './hpo/search.ts'

const environment = (name: string, fallback: string) => process.env[name] ?? fallback
const listed = (name: string, all: readonly string[]) => {
  const wanted = environment(name, all.join(',')).split(',')
  const unknown = wanted.find((one) => !all.includes(one))
  if (unknown !== undefined) throw new RangeError(`${name}: expected names of ${all.join(', ')}, got ${unknown}`)
  return all.filter((one) => wanted.includes(one))
}

export async function bench(context: BenchContext): Promise<Row[]> {
  const parts = listed('HPO_PARTS', ['search', 'ask', 'journal'])
  if (context.python !== undefined) await checkFunctions(context.python)
  const rows: Row[] = []
  if (parts.includes('ask')) rows.push(...(await benchAskTell(context, { counts: [100, 1000, 10_000], repeats: 20 })))
  if (parts.includes('journal')) rows.push(...(await benchJournal(context, 100_000)))
  if (parts.includes('search')) {
    const seeds = Number(environment('HPO_SEEDS', '30'))
    const gpSeeds = Number(environment('HPO_GP_SEEDS', `${seeds}`))
    const size = {
      samplers: listed('HPO_SAMPLERS', Object.keys(samplers)),
      seeds: (sampler: string) => (sampler === 'gp' ? gpSeeds : seeds),
      trials: Number(environment('HPO_TRIALS', '100')),
      cache: environment('HPO_CACHE', join(import.meta.dirname, '..', 'build', 'hpo-optuna')),
    }
    rows.push(...(await benchSearch(context, size)))
  }
  return rows
}

/** The functions here and there give the same values at the low and high ends and in the middle of their ranges. */
async function checkFunctions(python: string): Promise<void> {
  const settings: Record<string, object[]> = {}
  const ours: Record<string, number[]> = {}
  for (const { name, objective } of functions) {
    const asked = [0, 0.4, 0.99].map((position) => recorded(objective, position))
    settings[name] = asked.map(({ params }) => params)
    ours[name] = asked.map(({ value }) => value)
  }
  for await (const answer of askOptuna(python, { do: 'check', settings })) {
    for (const [name, values] of Object.entries(answer as Record<string, number[]>)) {
      const differs = values.some(
        (value, index) => !(Math.abs(value - ours[name][index]) < 1e-9 * (1 + Math.abs(value))),
      )
      if (differs)
        throw new Error(`hpo: expected ${name} to be ${ours[name].join()} in Python too, got ${values.join()}`)
    }
  }
}

function recorded(objective: (typeof functions)[number]['objective'], position: number) {
  const params: Record<string, unknown> = {}
  const keep = <T>(name: string, value: T): T => {
    params[name] = value
    return value
  }
  const value = objective({
    suggestFloat(name, { low, high, step }) {
      const raw = low + position * (high - low)
      return keep(name, step ? Number((low + Math.round((raw - low) / step) * step).toFixed(6)) : raw)
    },
    suggestInt: (name, { low, high }) => keep(name, Math.round(low + position * (high - low))),
    suggestCategorical: (name, { choices }) => keep(name, choices[Math.floor(position * choices.length)]),
  })
  return { params, value }
}
