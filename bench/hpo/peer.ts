/**
 * Asking Optuna: one process a request, one JSON line an answer.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const script = join(import.meta.dirname, '..', 'peers', 'hpo_optuna.py')

/** The answers of `bench/peers/hpo_optuna.py` to a request, as they come. */
export async function* askOptuna(python: string, request: object): AsyncGenerator<Record<string, unknown>> {
  const child = spawn(python, [script, JSON.stringify(request)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject))
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Record<string, unknown>
  const code = await ended
  if (code !== 0) throw new Error(`hpo: expected ${python} to end well, got exit code ${code}`)
}
